"""Where to begin to read a film, so that a picture in its middle comes out whole."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import run
from media_pipeline.recording.key_frames import PictureScan, scan_pictures
from tests.media_pipeline.edited import ending_at, joined
from tests.media_pipeline.recordings import again, film

GROUP = 3.0  # seconds between two key frames of these films
H264 = ("-g", "75", "-keyint_min", "75", "-bf", "3", "-sc_threshold", "0")


def first_picture_from(file: Path, seek: float) -> float:
    """When the first picture is seen that ffmpeg decodes, asked to begin there."""
    where = ["-noaccurate_seek", "-ss", f"{seek:.6f}", "-copyts", "-start_at_zero"]
    shown = ["-an", "-vf", "showinfo", "-frames:v", "1", "-f", "null", "-"]
    opened = [str(find_ffmpeg().path), "-nostdin", *where, "-i", str(file)]
    told = run([*opened, *shown], reads=[file]).log
    return float(re.findall(r"pts_time:([\d.]+)", told)[0])


def scanned(file: Path) -> PictureScan:
    return scan_pictures(file, 0, Fraction(25), seconds=20)


def looked_at(file: Path) -> PictureScan:
    return scan_pictures(file, 0, Fraction(25), seconds=20, look_seconds=0.1)


@pytest.mark.parametrize("name", ["film.mp4", "film.mov", "film.mkv"])
@pytest.mark.parametrize(("begin", "key"), [(7.5, 6.0), (10.4, 9.0), (9.4, 6.0)])
def test_a_listed_film_is_read_from_the_last_key_frame_well_before(
    tmp_path: Path, name: str, begin: float, key: float
) -> None:
    file = film(tmp_path / name, *H264, seconds=20)

    seek = scanned(file).seek_before(begin)

    assert first_picture_from(file, seek) == pytest.approx(key, abs=0.1)


@pytest.mark.parametrize("name", ["film.ts", "film.avi"])
@pytest.mark.parametrize("begin", [7.5, 10.4, 9.4])
def test_a_film_without_a_list_is_read_from_a_little_earlier(
    tmp_path: Path, name: str, begin: float
) -> None:
    file = film(tmp_path / name, *H264, seconds=20)

    seek = scanned(file).seek_before(begin)

    assert begin - 2 * GROUP - 1 <= first_picture_from(file, seek) <= begin


def test_the_first_groups_are_read_from_the_start(tmp_path: Path) -> None:
    found = scanned(film(tmp_path / "film.mp4", *H264, seconds=20))

    assert [found.seek_before(begin) for begin in (0.0, 2.0, 3.9)] == [0, 0, 0]


def test_what_an_edit_list_hides_does_not_count(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mp4", *H264, seconds=8)

    found = scanned(ending_at(5.0, whole, tmp_path / "short.mp4"))

    assert scanned(whole).is_whole
    assert (found.is_whole, found.count, found.key_places) == (False, 125, (0, 75))


def test_key_frames_that_cannot_be_decoded_are_seen(tmp_path: Path) -> None:
    plain = ("-pix_fmt", "yuv420p", "-bf", "0", "-g", "25", "-profile:v")
    first = film(tmp_path / "first.mp4", *plain, "baseline", seconds=2)
    second = film(tmp_path / "second.mp4", *plain, "high", "-coder", "1", seconds=2)
    whole = joined(first, second, tmp_path / "whole.mp4")
    fragments = ("-c", "copy", "-movflags", "+frag_keyframe+delay_moov")
    headless = again(whole, tmp_path / "headless.mp4", *fragments)

    assert looked_at(whole).is_seen
    assert not looked_at(headless).is_seen
