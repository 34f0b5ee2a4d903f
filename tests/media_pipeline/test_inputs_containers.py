"""Boxes that films come in, their clocks, and what is in them besides."""

from pathlib import Path

import av
import pytest

from media_pipeline.rendition import Kind
from tests.media_pipeline.edited import ending_at
from tests.media_pipeline.films import make
from tests.media_pipeline.recordings import PINK, again, ffmpeg, film
from tests.media_pipeline.screen import Watched, corners, named, watch

UPRIGHT = ["red", "lime", "blue", "yellow"]
SLOW = ["-deadline", "realtime", "-cpu-used", "8"]
AT = 2.0


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("h264.mp4", []),
        ("h264.mov", ["-c:a", "pcm_s16le"]),
        ("h264.mkv", ["-c:a", "flac"]),
        ("h264.ts", []),
        ("h264.3gp", ["-c:a", "aac"]),
        ("dvb.ts", ["-c:v", "mpeg2video", "-q:v", "2", "-c:a", "mp2"]),
        ("hevc.mp4", ["-c:v", "libx265", "-x265-params", "log-level=none"]),
        ("hevc.ts", ["-c:v", "libx265", "-x265-params", "log-level=none"]),
        ("vp8.webm", ["-c:v", "libvpx", *SLOW, "-c:a", "libvorbis"]),
        ("vp9.webm", ["-c:v", "libvpx-vp9", *SLOW, "-c:a", "libopus"]),
        ("av1.webm", ["-c:v", "libsvtav1", "-preset", "12", "-c:a", "libopus"]),
        ("av1.mp4", ["-c:v", "libsvtav1", "-preset", "12"]),
        ("mpeg4.avi", ["-c:v", "mpeg4", "-q:v", "2", "-c:a", "mp3"]),
        ("mjpeg.avi", ["-c:v", "mjpeg", "-q:v", "2", "-c:a", "pcm_s16le"]),
        ("fragments.mp4", ["-movflags", "+frag_keyframe+empty_moov"]),
        ("live.mkv", ["-f", "matroska", "-live", "1"]),
    ],
)
def test_every_kind_of_film_can_be_watched(
    tmp_path: Path, name: str, args: list[str]
) -> None:
    recording = film(tmp_path / name, *args, picture=corners(), seconds=3)

    watched = watch(recording, tmp_path / "made")

    assert (watched.size, watched.corners(1.5)) == ((160, 90), UPRIGHT)
    assert watched.is_what_browsers_play
    assert watched.seconds == pytest.approx(3, abs=0.1)
    assert len(watched.frames) == pytest.approx(75, abs=2)


def sources(*, picture_late: float = 0.0, sound_late: float = 0.0) -> list[str]:
    """White and loud from `AT` on, though one of the tracks begins later."""
    white = f"drawbox=color=white:t=fill:enable='gte(t,{AT - picture_late})'"
    pictures = f"color=black:size=160x90:rate=25,{white}"
    beep = f"{PINK},volume='gte(t,{AT - sound_late})':eval=frame"
    late = zip((pictures, beep), (picture_late, sound_late), strict=True)
    return [
        part
        for source, offset in late
        for part in ("-itsoffset", str(offset), "-f", "lavfi", "-t", "4", "-i", source)
    ]


def flashing(path: Path, *args: str, **late: float) -> Path:
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-g", "10"]
    ffmpeg(*sources(**late), *codecs, "-c:a", "aac", *args, str(path))
    return path


def assert_in_time(watched: Watched) -> None:
    assert abs(watched.first_bright() - watched.first_loud()) < 0.045
    assert watched.first_loud() == pytest.approx(AT, abs=0.06)


@pytest.mark.parametrize("name", ["x.mp4", "x.mkv", "x.ts", "x.mov"])
@pytest.mark.parametrize("late", ["picture_late", "sound_late"])
def test_what_begins_late_stays_late(tmp_path: Path, name: str, late: str) -> None:
    recording = flashing(tmp_path / name, **{late: 1.0})

    assert_in_time(watch(recording, tmp_path / "made"))


WRAP = 2**33 / 90_000  # seconds: the clock of a broadcast has 33 bits


@pytest.mark.parametrize("offset", [0.0, 10.0, WRAP - 5.4, WRAP - 3.4, WRAP - 1.4])
def test_a_broadcast_may_begin_at_any_time_of_its_clock(
    tmp_path: Path, offset: float
) -> None:
    args = ["-output_ts_offset", str(offset), "-mpegts_flags", "+resend_headers"]
    recording = flashing(tmp_path / "x.ts", *args)

    watched = watch(recording, tmp_path / "made")

    assert_in_time(watched)
    assert watched.seconds == pytest.approx(4, abs=0.1)


def test_a_broadcast_that_becomes_surround_on_its_way_stays_in_time(
    tmp_path: Path,
) -> None:
    stereo = flashing(tmp_path / "a.ts", "-t", "1.6", "-c:a", "ac3", "-ac", "2")
    rest = ["-ss", "1.6", "-output_ts_offset", "1.6", "-c:a", "ac3", "-ac", "6"]
    surround = flashing(tmp_path / "b.ts", *rest)
    recording = tmp_path / "x.ts"
    recording.write_bytes(stereo.read_bytes() + surround.read_bytes())

    watched = watch(recording, tmp_path / "made")

    assert_in_time(watched)
    assert watched.seconds == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("part.mkv", []),
        ("part.ogv", ["-c:v", "libtheora", "-q:v", "9", "-c:a", "libvorbis"]),
    ],
)
def test_a_part_of_a_longer_recording_is_in_time(
    tmp_path: Path, name: str, args: list[str]
) -> None:
    part = flashing(tmp_path / name, *args, "-output_ts_offset", "1000")

    watched = watch(part, tmp_path / "made")

    assert_in_time(watched)
    assert watched.seconds == pytest.approx(4, abs=0.1)


def test_a_broadcast_with_key_frames_far_apart_is_taken(tmp_path: Path) -> None:
    one_key = ["-g", "1000", "-keyint_min", "1000", "-sc_threshold", "0"]
    recording = film(tmp_path / "x.ts", *one_key, picture=corners(), seconds=12)

    watched = watch(recording, tmp_path / "made")

    assert watched.seconds == pytest.approx(12, abs=0.1)


def test_an_edit_list_cuts_the_beginning_of_both(tmp_path: Path) -> None:
    whole = flashing(tmp_path / "whole.mp4")
    later = again(whole, tmp_path / "cut.mp4", "-c", "copy", before=("-ss", "0.77"))

    watched = watch(later, tmp_path / "made")

    assert watched.first_bright() == pytest.approx(AT - 0.77, abs=0.06)
    assert abs(watched.first_bright() - watched.first_loud()) < 0.045


def colours(media: Path) -> set[str]:
    """Of a corner of all its pictures."""
    with av.open(str(media)) as opened:
        images = (frame.to_image() for frame in opened.decode(video=0))
        pixels = [image.getpixel((9, 9)) for image in images]
    return {named(pixel) for pixel in pixels if isinstance(pixel, tuple)}


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_what_an_edit_list_hides_at_the_end_is_not_published(
    tmp_path: Path, codec: str
) -> None:
    private = "color=lime:size=160x90,drawbox=color=red:t=fill:enable='gte(t,2.6)'"
    coded = ("-c:v", codec, "-g", "25", "-pix_fmt", "yuv420p")
    whole = film(tmp_path / "whole.mp4", *coded, picture=private, seconds=4)

    made = make(ending_at(2.5, whole, tmp_path / "cut.mp4"), tmp_path / "made")

    for rung in made.plan.rungs:
        media = made.one(Kind.HLS_MEDIA, rung.name).path
        assert colours(media) == {"lime"}
    assert made.one(Kind.FILM).duration_seconds == pytest.approx(2.5, abs=0.05)


def test_tracks_that_nobody_watches_do_no_harm(tmp_path: Path) -> None:
    plain = film(tmp_path / "plain.mkv", picture=corners(), seconds=3)
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,500 --> 00:00:01,000\nHello\n")
    whole = tmp_path / "whole.mkv"
    more = ["-i", str(words), "-map", "0", "-map", "1", "-c", "copy", "-c:s", "srt"]
    ffmpeg(
        "-i",
        str(plain),
        *more,
        "-attach",
        str(words),
        "-metadata:s:t",
        "mimetype=text/plain",
        str(whole),
    )

    assert watch(whole, tmp_path / "made").corners() == UPRIGHT


def test_of_two_films_the_default_is_watched(tmp_path: Path) -> None:
    small = film(tmp_path / "a.mp4", picture="color=black:size=64x64", seconds=2)
    large = film(tmp_path / "b.mp4", picture=corners(), seconds=2)
    both = tmp_path / "both.mkv"
    maps = ["-map", "0:v", "-map", "1:v", "-map", "1:a", "-c", "copy"]
    default = ["-disposition:v:0", "0", "-disposition:v:1", "default"]
    ffmpeg("-i", str(small), "-i", str(large), *maps, *default, str(both))

    assert watch(both, tmp_path / "made").size == (160, 90)
