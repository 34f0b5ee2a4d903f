import contextlib
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms

from media_pipeline.errors import DiskFull, MediaError, UnusableArtwork
from media_pipeline.pictures import artwork
from media_pipeline.pictures.artwork import (
    LARGEST_BYTES,
    make_artwork,
    make_given_poster,
)
from media_pipeline.programs import process
from media_pipeline.programs.process import Finished, run
from media_pipeline.rendition import Kind

RED, BLUE = (254, 0, 0), (0, 0, 254)
ORIENTATION = 0x112


def give(path: Path, picture: Image.Image, **options: object) -> Path:
    picture.save(path, **options)  # type: ignore[arg-type]
    return path


def made_of(given: Path, folder: Path) -> Image.Image:
    picture = Image.open(make_artwork(given, folder).path)
    picture.load()
    return picture


def noise(side: int) -> Image.Image:
    bands = [Image.effect_noise((side, side), 200 + band) for band in range(3)]
    return Image.merge("RGB", bands)


def corner(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    pixel = picture.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize(
    ("size", "side"),
    [
        ((300, 300), 1400),
        ((1400, 1400), 1400),
        ((2000, 1600), 1600),
        ((900, 2400), 1400),
        ((4000, 3500), 3000),
    ],
)
def test_artwork_is_a_square_that_apps_accept(
    tmp_path: Path, size: tuple[int, int], side: int
) -> None:
    given = give(tmp_path / "given.png", Image.new("RGB", size, "teal"))

    artwork = make_artwork(given, tmp_path)

    assert (artwork.kind, artwork.width, artwork.height) == (Kind.ARTWORK, side, side)
    with Image.open(artwork.path) as made:
        assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (side, side))
        assert made.info["dpi"] == (72, 72)


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [
        ((300, 300), 1280, 720),
        ((1920, 1080), 1920, 1080),
        ((4000, 3000), 1920, 1080),
        ((1500, 2000), 1488, 837),
        ((3000, 300), 1280, 720),
    ],
)
def test_a_poster_has_the_shape_of_a_screen(
    tmp_path: Path, size: tuple[int, int], width: int, height: int
) -> None:
    given = give(tmp_path / "given.png", Image.new("RGB", size, "teal"))

    poster = make_given_poster(given, tmp_path)

    assert (poster.kind, poster.width, poster.height) == (Kind.POSTER, width, height)
    with Image.open(poster.path) as made:
        assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (width, height))


def test_a_poster_of_noise_is_small_too(tmp_path: Path) -> None:
    poster = make_given_poster(give(tmp_path / "n.png", noise(2000)), tmp_path)

    assert poster.size <= LARGEST_BYTES


def test_a_poster_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    given = tmp_path / "given.png"
    given.write_bytes(b"#!/bin/sh")

    with pytest.raises(UnusableArtwork, match="cannot be read"):
        make_given_poster(given, tmp_path)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_every_kind_of_colour_becomes_rgb(
    tmp_path: Path, mode: str, ending: str
) -> None:
    picture = Image.linear_gradient("L").resize((1400, 1400))
    picture = picture.convert("I;16" if mode == "I;16" else mode)
    try:
        given = give(tmp_path / f"given.{ending}", picture)
    except (OSError, ValueError):  # this format has no such colours
        return

    assert made_of(given, tmp_path).mode == "RGB"


def test_sixteen_bits_of_grey_keep_their_shades(tmp_path: Path) -> None:
    grey = Image.new("I;16", (1400, 1400), 128 * 257)

    made = made_of(give(tmp_path / "grey.png", grey), tmp_path)

    assert corner(made, 9, 9)[0] == pytest.approx(128, abs=2)


def test_the_colours_of_a_printer_are_turned_into_light(tmp_path: Path) -> None:
    red = Image.new("RGB", (1400, 1400), "red").convert("CMYK")

    made = made_of(give(tmp_path / "red.jpg", red), tmp_path)

    assert corner(made, 9, 9) == pytest.approx((255, 0, 0), abs=3)


def test_a_profile_of_colours_is_applied_and_left_out(tmp_path: Path) -> None:
    lab_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    given = Image.new("RGB", (1400, 1400), "teal")

    made = made_of(give(tmp_path / "p.png", given, icc_profile=lab_like), tmp_path)

    assert "icc_profile" not in made.info
    assert corner(made, 9, 9) == pytest.approx((0, 128, 128), abs=3)


def test_a_broken_profile_does_not_matter(tmp_path: Path) -> None:
    given = Image.new("RGB", (1400, 1400), "teal")

    made = made_of(give(tmp_path / "p.png", given, icc_profile=b"x" * 200), tmp_path)

    assert made.size == (1400, 1400)


def test_what_is_clear_becomes_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (1400, 1400), (0, 0, 0, 0))

    assert corner(made_of(give(tmp_path / "c.png", clear), tmp_path), 9, 9) == (
        *(255, 255, 255),
    )


def test_a_photo_is_turned_upright_and_forgets_where_it_was(tmp_path: Path) -> None:
    photo = Image.new("RGB", (1400, 1400), RED)
    photo.paste(BLUE, (0, 0, 700, 1400))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x8825] = {2: (51.0, 30.0, 0.0)}  # GPS

    made = made_of(give(tmp_path / "photo.jpg", photo, exif=exif), tmp_path)

    assert corner(made, 700, 100) == pytest.approx(BLUE, abs=3)
    assert corner(made, 700, 1300) == pytest.approx(RED, abs=3)
    assert not made.getexif()


def test_the_middle_is_kept(tmp_path: Path) -> None:
    wide = Image.new("RGB", (2800, 1400), RED)
    wide.paste(BLUE, (700, 0, 2100, 1400))

    made = made_of(give(tmp_path / "wide.png", wide), tmp_path)

    blue = Image.new("RGB", made.size, BLUE)
    extremes = ImageChops.difference(made, blue).crop((5, 0, 1395, 1400)).getextrema()
    assert all(high <= 3 for _, high in extremes)  # type: ignore[misc]


def test_even_noise_is_small_enough_for_every_app(tmp_path: Path) -> None:
    given = give(tmp_path / "noise.png", noise(1500))

    assert make_artwork(given, tmp_path).size <= LARGEST_BYTES


def test_half_a_picture_is_never_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = give(tmp_path / "given.png", noise(1400))
    monkeypatch.setattr(process, "_WRITTEN_PER_SECOND", 1000)  # no disk takes more

    with pytest.raises(MediaError):
        make_artwork(given, tmp_path)

    assert list(tmp_path.iterdir()) == [given]


def test_a_full_disk_is_not_blamed_on_the_picture(tmp_path: Path) -> None:
    given = give(tmp_path / "given.png", Image.new("RGB", (400, 400), "teal"))
    child = [sys.executable, "-m", "media_pipeline.pictures.artwork", str(given)]

    with pytest.raises(DiskFull):
        run([*child, "/dev/full", "square"], cwd=Path(__file__).parents[3])


def test_many_pictures_at_once_are_made_two_by_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = give(tmp_path / "given.png", Image.new("RGB", (400, 400), "teal"))
    at_work, most, others = set(), [], threading.Event()

    def counted(args: list[str], **_: object) -> Finished:
        at_work.add(args[-2])
        most.append(len(at_work))
        others.wait(0.2)
        at_work.remove(args[-2])
        return Finished(log="", output=b"Enough.")

    def make(number: int) -> None:
        with contextlib.suppress(UnusableArtwork):
            make_artwork(given, tmp_path / str(number))

    monkeypatch.setattr(artwork, "run_child", counted)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(make, range(6)))

    assert max(most) == 2


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableArtwork, match=r"no picture called cover\.jpg"):
        make_artwork(tmp_path / "cover.jpg", tmp_path)


def tiny(path: Path) -> None:
    Image.new("RGB", (299, 900)).save(path, "PNG")


def bomb(path: Path) -> None:
    Image.new("1", (13_000, 13_000)).save(path, "PNG")


def gif(path: Path) -> None:
    Image.new("RGB", (1400, 1400)).save(path, "GIF")


def postscript(path: Path) -> None:
    path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")


def vector(path: Path) -> None:
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')


def broken_off(path: Path) -> None:
    noise(1400).save(path, "JPEG")
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (tiny, "only 299 by 900 pixels"),
        (bomb, "too large"),
        (gif, "cannot be read"),
        (postscript, "cannot be read"),
        (vector, "cannot be read"),
        (broken_off, "cannot be read"),
        (Path.touch, "cannot be read"),
    ],
)
def test_a_picture_that_cannot_be_artwork_is_refused_in_plain_words(
    tmp_path: Path, write: object, sentence: str
) -> None:
    write(tmp_path / "given.jpg")  # type: ignore[operator]

    with pytest.raises(UnusableArtwork) as refused:
        make_artwork(tmp_path / "given.jpg", tmp_path)

    assert sentence in refused.value.sentence
    assert not list(tmp_path.glob("artwork*"))
