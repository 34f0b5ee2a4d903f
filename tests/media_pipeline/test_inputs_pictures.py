"""Pictures as phones, cameras and screens make them, and how they come out."""

from itertools import pairwise
from pathlib import Path

import pytest

from media_pipeline.entrance.admission import admit
from tests.media_pipeline.edited import cropped
from tests.media_pipeline.recordings import PINK, again, ffmpeg, film, record
from tests.media_pipeline.screen import Watched, corners, watch

UPRIGHT = ["red", "lime", "blue", "yellow"]
TURNED = ["-display_rotation", "90"]
LOSSLESS = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0"]


def filmed(folder: Path, name: str, *args: str, picture: str = corners()) -> Watched:
    recording = film(folder / name, *args, picture=picture, seconds=2)
    return watch(recording, folder / "made")


@pytest.mark.parametrize(
    ("turned", "size", "seen"),
    [
        ("90", (90, 160), ["lime", "yellow", "red", "blue"]),
        ("180", (160, 90), ["yellow", "blue", "lime", "red"]),
        ("270", (90, 160), ["blue", "red", "yellow", "lime"]),
        ("0", (160, 90), UPRIGHT),
    ],
)
def test_a_phone_film_stands_upright(
    tmp_path: Path, turned: str, size: tuple[int, int], seen: list[str]
) -> None:
    lying = film(tmp_path / "lying.mp4", picture=corners(), seconds=2)
    phone = tmp_path / "phone.mp4"
    again(lying, phone, "-c", "copy", before=("-display_rotation", turned))

    watched = watch(phone, tmp_path / "made")

    assert (watched.size, watched.corners()) == (size, seen)
    assert watched.is_what_browsers_play
    assert any("upright" in said for said in watched.admission.remarks) == (
        turned != "0"
    )


@pytest.mark.parametrize(
    ("flips", "seen"),
    [
        (["-display_hflip"], ["lime", "red", "yellow", "blue"]),
        (["-display_vflip"], ["blue", "yellow", "red", "lime"]),
        (["-display_hflip", "-display_vflip"], ["yellow", "blue", "lime", "red"]),
        ([*TURNED, "-display_hflip"], ["yellow", "lime", "blue", "red"]),
        ([*TURNED, "-display_vflip"], ["red", "blue", "lime", "yellow"]),
    ],
)
def test_a_mirrored_film_is_turned_round(
    tmp_path: Path, flips: list[str], seen: list[str]
) -> None:
    fits = ("-g", "25", "-pix_fmt", "yuv420p")  # it could be kept if it were upright
    plain = film(tmp_path / "plain.mp4", *fits, picture=corners(), seconds=2)
    selfie = tmp_path / "selfie.mp4"
    again(plain, selfie, "-c", "copy", before=tuple(flips))

    watched = watch(selfie, tmp_path / "made")

    assert watched.corners() == seen
    assert watched.frames[0].rotation == 0


def flashing(folder: Path, name: str, *args: str, at: float = 5.0) -> Path:
    """White and loud from one moment on, seven seconds long; `args` for the output."""
    white = f"drawbox=color=white:t=fill:enable='gte(t,{at})'"
    frames = f"color=black:size=160x90:rate=30,{white}"
    beep = f"{PINK},volume='gte(t,{at})':eval=frame"
    sources = [p for s in (frames, beep) for p in ("-f", "lavfi", "-t", "7", "-i", s)]
    ffmpeg(*sources, *LOSSLESS, "-c:a", "aac", *args, str(folder / name))
    return folder / name


def assert_in_time(watched: Watched, at: float = 5.0) -> None:
    assert abs(watched.first_bright() - at) < 0.04
    assert abs(watched.first_loud() - at) < 0.04
    assert abs(watched.first_bright() - watched.first_loud()) < 0.04


@pytest.mark.parametrize(
    "uneven",
    [
        "select='not(eq(mod(n,5),1))*not(lt(random(1),0.3))',setpts=PTS",
        "setpts='PTS+0.012/TB*mod(N,3)'",
        "select='lt(t,2)+not(mod(n,5))'",  # fast, and then slow
    ],
)
@pytest.mark.parametrize("name", ["screen.mp4", "screen.mkv"])
def test_a_varying_rate_becomes_steady_and_stays_with_the_sound(
    tmp_path: Path, uneven: str, name: str
) -> None:
    recording = flashing(tmp_path, name, "-vf", uneven, "-fps_mode", "vfr")

    watched = watch(recording, tmp_path / "made")

    assert_in_time(watched)
    steps = {round(later - sooner, 4) for sooner, later in pairwise(watched.times)}
    assert len(steps) == 1
    assert watched.seconds == pytest.approx(7, abs=0.05)


MOVING = (
    "nullsrc=size=160x96:rate=50,format=yuv420p,"
    "geq=lum='if(lt(mod(X-N*3+480,160),40),235,16)':cb=128:cr=128"
)


@pytest.mark.parametrize("first", ["tff", "bff"])
def test_interlaced_lines_are_put_together(tmp_path: Path, first: str) -> None:
    weave = f"interlace=scan={first}:lowpass=0"
    coded = ["-flags", "+ildct+ilme", "-x264-params", f"{first}=1"]

    watched = filmed(tmp_path, "camera.mp4", "-vf", weave, *coded, picture=MOVING)

    assert watched.admission.picture
    assert watched.admission.picture.is_interlaced
    assert watched.is_what_browsers_play
    assert combs(watched) < 0.05


def test_a_broadcast_that_turns_interlaced_on_its_way_has_no_combs(
    tmp_path: Path,
) -> None:
    weave = "interlace=scan=tff:lowpass=0"
    coded = ["-vf", weave, "-flags", "+ildct+ilme", "-x264-params", "tff=1"]
    begin = film(tmp_path / "a.ts", "-r", "25", picture=MOVING, seconds=2)
    later = [*coded, "-output_ts_offset", "2"]
    rest = film(tmp_path / "b.ts", *later, picture=MOVING, seconds=2)
    both = tmp_path / "both.ts"
    both.write_bytes(begin.read_bytes() + rest.read_bytes())

    watched = watch(both, tmp_path / "made")

    assert any("interlaced" in said for said in watched.admission.remarks)
    assert combs(watched, number=80) < 0.05


def test_fields_are_put_together_before_they_are_turned(tmp_path: Path) -> None:
    coded = ["-flags", "+ildct+ilme", "-x264-params", "tff=1"]
    weave = ["-vf", "interlace=scan=tff:lowpass=0", *coded]
    lying = film(tmp_path / "lying.mp4", *weave, picture=MOVING, seconds=2)
    phone = tmp_path / "phone.mp4"
    again(lying, phone, "-c", "copy", before=tuple(TURNED))

    watched = watch(phone, tmp_path / "made")

    assert watched.size == (96, 160)
    assert combs(watched, turned=True) < 0.01


def combs(watched: Watched, *, number: int = 20, turned: bool = False) -> float:
    """The share of places where a line differs from both of its neighbours."""
    image = watched.frames[number].to_image().convert("L")
    image = image.rotate(-90 * turned, expand=True)
    found = 0
    for x in range(image.width):
        column = [image.getpixel((x, y)) for y in range(20, 60)]
        for above, here, below in zip(column, column[1:], column[2:], strict=False):
            assert isinstance(above, int)
            assert isinstance(here, int)
            assert isinstance(below, int)
            found += abs(above - below) < 40 and abs(here - above) > 100
    return float(found / (image.width * 38))


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ("scale=120:90,setsar=4/3", (160, 90)),
        ("scale=160:120,setsar=3/4", (160, 160)),
        ("scale=180:144,setsar=64/45", (256, 144)),  # wide-screen PAL
        ("scale=161:91,setsar=1", (160, 90)),
        ("scale=159:89,setsar=1", (158, 88)),
    ],
)
def test_pixels_become_square_and_sizes_even(
    tmp_path: Path, shape: str, size: tuple[int, int]
) -> None:
    full_colour = ["-pix_fmt", "yuv444p", "-vf", shape]

    watched = filmed(tmp_path, "x.mp4", *full_colour)

    assert (watched.size, watched.corners()) == (size, UPRIGHT)
    assert watched.is_what_browsers_play


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_crop_of_the_container_stretches_nothing(tmp_path: Path, codec: str) -> None:
    square = "color=lime:size=160x90,drawbox=x=60:y=25:w=40:h=40:color=red:t=fill"
    coded = ("-c:v", codec, "-g", "25", "-pix_fmt", "yuv420p")
    whole = film(tmp_path / "whole.mp4", *coded, picture=square, seconds=2)

    watched = watch(cropped(120, 90, whole, tmp_path / "x.mp4"), tmp_path / "made")

    reds = [watched.at(1, (x + 0.5) / 160) == "red" for x in range(160)]
    assert watched.size == (160, 90)
    assert sum(reds) == pytest.approx(40, abs=2)
    assert b"clap" not in watched.rung.path.read_bytes()


@pytest.mark.parametrize("name", ["slide.mp4", "slide.mkv"])
@pytest.mark.parametrize("count", [1, 5])
def test_a_few_pictures_become_a_film_as_long_as_the_sound(
    tmp_path: Path, name: str, count: int
) -> None:
    few = ["-f", "lavfi", "-i", f"{corners()},trim=end_frame={count}"]
    talk = ["-i", str(record(tmp_path / "t.wav", seconds=6))]
    recording = tmp_path / name
    ffmpeg(*few, *talk, "-pix_fmt", "yuv420p", "-c:a", "aac", str(recording))

    watched = watch(recording, tmp_path / "made")

    assert watched.seconds == pytest.approx(6, abs=0.05)
    assert watched.corners(5.5) == UPRIGHT


def test_one_picture_a_second_is_a_film_too(tmp_path: Path) -> None:
    slides = film(tmp_path / "s.mp4", "-r", "1", picture=corners(rate="1"))

    watched = watch(slides, tmp_path / "made")

    assert watched.seconds == pytest.approx(4, abs=0.05)
    assert watched.corners() == UPRIGHT


@pytest.mark.parametrize(
    ("name", "args"),
    [("x.mp3", ["-id3v2_version", "3"]), ("x.m4a", ["-disposition:v", "attached_pic"])],
)
def test_a_cover_is_no_film(tmp_path: Path, name: str, args: list[str]) -> None:
    cover = ["-f", "lavfi", "-i", f"{corners()},trim=end_frame=1"]
    talk = ["-i", str(record(tmp_path / "t.wav"))]
    mapped = ["-map", "1:a", "-map", "0:v", "-c:v", "mjpeg"]
    ffmpeg(*cover, *talk, *mapped, *args, str(tmp_path / name))

    assert not admit(tmp_path / name).is_film
