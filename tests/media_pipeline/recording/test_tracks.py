"""Files with more than one of each: what is watched and heard, and what is told."""

from pathlib import Path

import pytest

from media_pipeline.entrance.admission import admit
from media_pipeline.entrance.damage import LISTEN_FIRST
from tests.media_pipeline.recordings import PINK, TONE, ffmpeg, film
from tests.media_pipeline.screen import corners, watch

UPRIGHT = ["red", "lime", "blue", "yellow"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast"]


def alerts(recording: Path) -> list[str]:
    remarks = admit(recording).remarks
    return [remark for remark in remarks if remark.startswith(LISTEN_FIRST)]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("x.mov", ["-c:v", "dnxhd", "-profile:v", "dnxhr_sq", "-s", "256x144"]),
        ("x.mov", ["-c:v", "cfhd", "-s", "256x144"]),
        ("x.mov", ["-c:v", "qtrle"]),
        ("x.mkv", ["-c:v", "ffv1"]),
        ("x.avi", ["-c:v", "ffv1", "-level", "1", "-c:a", "pcm_s16le"]),
        ("x.avi", ["-c:v", "huffyuv", "-pix_fmt", "rgb24", "-c:a", "pcm_s16le"]),
        ("x.avi", ["-c:v", "ffvhuff", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le"]),
        ("x.avi", ["-c:v", "rawvideo", "-c:a", "pcm_s16le"]),
        ("x.mkv", ["-c:v", "rawvideo", "-c:a", "pcm_s16le"]),
        ("x.ts", ["-c:v", "mpeg1video", "-q:v", "2", "-c:a", "mp2"]),
        ("x.3gp", ["-c:v", "h263", "-q:v", "2", "-s", "176x144"]),
        ("x.ogv", ["-c:v", "libtheora", "-q:v", "9", "-c:a", "libvorbis"]),
    ],
)
def test_what_editors_and_archives_keep_is_watched(
    tmp_path: Path, name: str, args: list[str]
) -> None:
    if "dnxhd" in args:
        args = [*args, "-pix_fmt", "yuv422p"]
    recording = film(tmp_path / name, *args, picture=corners(), seconds=2)

    watched = watch(recording, tmp_path / "made")

    assert watched.corners() == UPRIGHT
    assert watched.is_what_browsers_play
    assert watched.seconds == pytest.approx(2, abs=0.1)
    assert len(watched.frames) == pytest.approx(50, abs=2)


@pytest.mark.parametrize("codec", ["magicyuv", "wmv2"])
def test_a_film_that_we_cannot_read_is_told_and_its_sound_kept(
    tmp_path: Path, codec: str
) -> None:
    odd = film(tmp_path / "x.avi", "-c:v", codec, "-c:a", "mp3", seconds=2)

    assert not admit(odd).is_film
    assert alerts(odd) == [
        "Listen before you publish: the picture is in a form that we cannot read "
        f"({codec}), so only its sound is there. To have it watched, please export "
        "it as MP4."
    ]


def two_sounds(path: Path, *codecs: str) -> Path:
    sources = [p for s in (PINK, TONE) for p in ("-f", "lavfi", "-t", "2", "-i", s)]
    ffmpeg(*sources, "-map", "0", "-map", "1", *codecs, str(path))
    return path


def test_a_sound_that_we_cannot_read_is_told_when_players_would_take_it(
    tmp_path: Path,
) -> None:
    codecs = ["-c:a:0", "wmav2", "-c:a:1", "aac"]

    (alert,) = alerts(two_sounds(tmp_path / "x.mkv", *codecs))

    assert "cannot read (wmav2), so another one is heard" in alert


def test_a_sound_that_we_cannot_read_is_no_matter_when_it_is_the_second(
    tmp_path: Path,
) -> None:
    codecs = ["-c:a:0", "aac", "-c:a:1", "wmav2", "-disposition:a:1", "0"]

    assert alerts(two_sounds(tmp_path / "x.mkv", *codecs)) == []


def test_a_film_that_we_cannot_read_beside_one_that_we_can_is_told(
    tmp_path: Path,
) -> None:
    odd = film(tmp_path / "a.mkv", "-c:v", "wmv2", seconds=2)
    known = film(tmp_path / "b.mkv", seconds=2)
    maps = ["-map", "0:v", "-map", "1", "-c", "copy"]
    ffmpeg("-i", str(odd), "-i", str(known), *maps, str(tmp_path / "x.mkv"))

    (alert,) = alerts(tmp_path / "x.mkv")

    assert "cannot read (wmv2), so another one is shown" in alert


def test_television_is_heard_with_its_own_sound_and_not_with_the_radio(
    tmp_path: Path,
) -> None:
    inputs = [
        part
        for source in (TONE, corners(), PINK)
        for part in ("-f", "lavfi", "-t", "2", "-i", source)
    ]
    maps = ["-map", "0", "-map", "1", "-map", "2", "-map", "2", *H264, "-c:a", "mp2"]
    programmes = ["-program", "st=0", "-program", "st=1:st=2:st=3"]
    ffmpeg(*inputs, *maps, *programmes, str(tmp_path / "x.ts"))

    admission = admit(tmp_path / "x.ts")

    assert admission.sound.number == 2
    assert [other.number for other in admission.probe.other_sounds] == [3, 1]
