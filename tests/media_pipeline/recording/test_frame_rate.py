"""How many pictures a second: by headers, by counting, and what becomes of them."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from media_pipeline.entrance.admission import admit
from media_pipeline.recording.frame_rate import counted_rate
from media_pipeline.recording.picture import Picture
from tests.media_pipeline.films import make
from tests.media_pipeline.recordings import film
from tests.media_pipeline.screen import watch

SMALL = "testsrc2=size=64x64:rate=25"
# The number of each picture, as eight squares that are black or white.
NUMBERED = (
    "nullsrc=size=128x32:rate={rate},"
    "geq=lum='if(mod(floor(N/pow(2,floor(X/16))),2),235,16)':cb=128:cr=128"
)
LATE = "settb=1/{clock},setpts='floor(N/{rate}*{clock}+random(1)*{late})'"
AS_GIVEN = ["-fps_mode", "vfr", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "30"]
WEBM = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"]


def trembling(path: Path, *args: str, rate: float, clock: int, late: int) -> Path:
    """Numbered pictures, each of them too late by up to some ticks of a clock."""
    source = NUMBERED.format(rate=round(rate)) + ","
    source += LATE.format(rate=rate, clock=clock, late=late)
    exact = ["-enc_time_base", f"1/{clock}"]
    return film(path, *AS_GIVEN, *exact, *args, picture=source, seconds=6)


def from_a_phone(path: Path, rate: float, late: int) -> Path:
    ticks = ["-video_track_timescale", "90000"]
    return trembling(path, *ticks, rate=rate, clock=90_000, late=late)


def from_a_browser(path: Path, rate: int, late: int) -> Path:
    """As MediaRecorder writes: no length, and no rate."""
    args = [*WEBM, "-c:a", "libopus", "-live", "1"]
    trembling(path, *args, rate=rate, clock=1000, late=late)
    rate_tag, void = b"\x23\xe3\x83\x84", b"\xec\x86" + bytes(6)
    data = path.read_bytes()
    at = data.find(rate_tag)
    if at > 0:
        path.write_bytes(data[:at] + void + data[at + len(void) :])
    return path


def numbers(path: Path) -> set[int]:
    """Which pictures can be seen."""
    seen = set()
    with av.open(str(path)) as opened:
        for frame in opened.decode(video=0):
            row = bytes(frame.planes[0])[16 * frame.planes[0].line_size :]
            seen.add(sum((row[16 * bit + 8] > 128) << bit for bit in range(8)))
    return seen


def picture_of(recording: Path) -> Picture:
    found = admit(recording).picture
    assert found
    return found


@pytest.mark.parametrize(("late", "most_lost"), [(1000, 0), (2000, 9)])
def test_a_phone_with_a_trembling_clock_keeps_its_pictures(
    tmp_path: Path, late: int, most_lost: int
) -> None:
    phone = from_a_phone(tmp_path / "phone.mp4", rate=30, late=late)

    watched = watch(phone, tmp_path / "made")

    lost = numbers(phone) - numbers(watched.rung.path)
    assert len(numbers(phone)) == 180
    assert len(lost) <= most_lost
    assert len(watched.frames) == pytest.approx(180, abs=2)


def test_a_browser_that_tells_no_rate_keeps_its_pictures(tmp_path: Path) -> None:
    browser = from_a_browser(tmp_path / "browser.webm", rate=30, late=20)

    watched = watch(browser, tmp_path / "made")

    assert picture_of(browser).frame_rate == pytest.approx(30, abs=0.1)
    assert len(numbers(browser) - numbers(watched.rung.path)) <= 2
    assert len(watched.frames) == pytest.approx(180, abs=2)


def test_a_guess_is_not_believed_where_there_is_no_average(tmp_path: Path) -> None:
    args = ["-c:v", "mpeg1video", "-c:a", "mp2"]  # taken for 50 by ffmpeg
    recording = film(tmp_path / "x.ts", *args, picture=SMALL)

    assert picture_of(recording).frame_rate == 25


def test_a_steady_rate_a_hair_too_fast_is_made_in_time(tmp_path: Path) -> None:
    source = NUMBERED.format(rate="3002/100")
    recording = film(tmp_path / "x.mp4", *AS_GIVEN, picture=source, seconds=6)

    watched = watch(recording, tmp_path / "made")

    assert watched.seconds == pytest.approx(6, abs=0.1)
    assert len(numbers(recording) - numbers(watched.rung.path)) <= 1


def test_a_steady_odd_rate_is_kept_picture_by_picture(tmp_path: Path) -> None:
    source = "testsrc2=size=320x180:rate=249/10"
    fits = ["-pix_fmt", "yuv420p", "-g", "50", "-preset", "veryfast", "-crf", "32"]
    recording = film(tmp_path / "x.mp4", *fits, picture=source, seconds=8)

    made = make(recording, tmp_path / "made")

    assert made.plan.copied == "180p"
    assert made.plan.frame_rate == Fraction(249, 10)


def test_a_broadcast_whose_pictures_come_out_of_order_is_steady(tmp_path: Path) -> None:
    order = ["-bf", "3", "-x264-params", "b-pyramid=normal", "-g", "50", "-c:a", "mp2"]
    recording = film(tmp_path / "x.ts", *order, picture=SMALL, seconds=14)

    admission = admit(recording)

    assert not any("varying" in remark for remark in admission.remarks)
    assert picture_of(recording).duration_seconds == pytest.approx(14, abs=0.1)


def test_a_rate_may_be_as_high_as_that_of_slow_motion(tmp_path: Path) -> None:
    recording = from_a_phone(tmp_path / "x.mp4", rate=240.2, late=100)

    assert picture_of(recording).frame_rate == pytest.approx(240.2, abs=0.5)


@pytest.mark.parametrize(
    ("counted", "rate"),
    [(0.0, 25), (0.5, 25), (1000.0, 25), (30.0, 30), (14.98, Fraction(749, 50))],
)
def test_a_rate_that_was_counted_is_believed_if_it_is_one(
    counted: float, rate: Fraction | int
) -> None:
    assert counted_rate(counted) == rate
