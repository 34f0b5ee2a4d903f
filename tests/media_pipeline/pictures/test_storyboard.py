import re
from pathlib import Path

import pytest

from media_pipeline.pictures.storyboard import (
    LARGEST_BYTES,
    Layout,
    make_storyboard,
    write_map,
)
from media_pipeline.rendition import Kind, Rendition, finished
from tests.media_pipeline.pictures.rungs import (
    FRAGMENTS,
    colour_at,
    plain,
    rung,
    scenes,
    size_of,
)
from tests.media_pipeline.recordings import ffmpeg

# Every two seconds another colour.
COLOURS = ["red", "lime", "blue", "yellow", "white", "black", "cyan"]
RGB = {
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "cyan": (0, 255, 255),
}


def colours(folder: Path, *, keys: float = 2) -> Rendition:
    return rung(folder, scenes(*map(plain, COLOURS)), 14, keys=keys)


def places(written: str) -> list[tuple[str, str, list[int]]]:
    found = re.findall(r"(\S+) --> \S+\n(\S+)#xywh=(\S+)", written)
    return [(at, name, list(map(int, where.split(",")))) for at, name, where in found]


def close(pixel: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize("keys", [2, 4])
def test_the_map_names_the_picture_of_each_moment(tmp_path: Path, keys: int) -> None:
    film = colours(tmp_path, keys=keys)

    sheet, the_map = make_storyboard(film, tmp_path, 14)

    found = places(the_map.path.read_text())
    assert [at for at, _, _ in found] == [f"00:00:{n:02}.000" for n in range(0, 14, 2)]
    for colour, (_, name, (x, y, width, height)) in zip(COLOURS, found, strict=True):
        assert name == sheet.filename
        assert close(
            colour_at(sheet.path, x + width // 2, y + height // 2), RGB[colour]
        )


def test_the_layout_is_kept_with_the_map(tmp_path: Path) -> None:
    film = rung(tmp_path, "color=red:size=320x180:rate=5", 5)

    *sheets, the_map = make_storyboard(film, tmp_path, 5)

    layout = Layout.from_details(the_map.details)
    named = [sheet.filename for sheet in sheets]
    assert write_map(layout, named) == the_map.path.read_text()


@pytest.mark.parametrize(
    ("seconds", "count", "sheets", "step"),
    [(0.2, 1, 1, 2), (3, 2, 1, 2), (60, 30, 2, 2), (3600, 400, 16, 9)],
)
def test_long_films_have_no_more_sheets_than_are_allowed(
    seconds: float, count: int, sheets: int, step: float
) -> None:
    film = Rendition(Kind.HLS_MEDIA, Path("x.mp4"), "video/mp4", 1, "", "")

    layout = Layout.of(film, seconds)

    assert (layout.count, layout.sheets, layout.step_seconds) == (count, sheets, step)


def test_several_sheets_follow_one_another(tmp_path: Path) -> None:
    film = rung(tmp_path, "testsrc2=size=160x90:rate=2", 54, size="160x90")

    first, second, the_map = make_storyboard(film, tmp_path, 54)

    names = [name for _, name, _ in places(the_map.path.read_text())]
    assert names == [first.filename] * 25 + [second.filename] * 2


def test_a_tall_film_has_tall_pictures(tmp_path: Path) -> None:
    film = rung(tmp_path, "testsrc2=size=180x320:rate=5", 3, size="180x320")

    sheet, _ = make_storyboard(film, tmp_path, 3)

    assert size_of(sheet.path) == (2 * 90, 160)


def test_a_film_of_nothing_but_noise_has_small_sheets_too(tmp_path: Path) -> None:
    noise = "color=gray:size=160x90:rate=2,noise=alls=100:allf=t+u"

    *sheets, _ = make_storyboard(rung(tmp_path, noise, 50, size="160x90"), tmp_path, 50)

    assert max(sheet.size for sheet in sheets) <= LARGEST_BYTES


def test_a_film_with_a_single_key_frame_shows_it_everywhere(tmp_path: Path) -> None:
    film = tmp_path / "rung.mp4"
    source = ("-f", "lavfi", "-t", "9", "-i", "color=lime:size=160x90:rate=5")
    ffmpeg(*source, "-g", "999", *FRAGMENTS, "-pix_fmt", "yuv420p", str(film))
    made = finished(Kind.HLS_MEDIA, film, "video/mp4", width=160, height=90)

    sheet, _ = make_storyboard(made, tmp_path, 9)

    for x in range(80, 800, 160):
        assert close(colour_at(sheet.path, x, 45), RGB["lime"])
