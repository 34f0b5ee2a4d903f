from pathlib import Path

import pytest

from media_pipeline.mp4.h264 import begins_with_idr, is_progressive
from media_pipeline.mp4.track import Track, read_track
from tests.media_pipeline.recordings import film

FRAGMENTS = ("-an", "-g", "5", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4")


def encoded(folder: Path, *args: str) -> tuple[Path, Track]:
    path = folder / "film.mp4"
    film(path, *args, *FRAGMENTS, seconds=1, picture="testsrc2=size=96x64:rate=25")
    return path, read_track(path)


@pytest.mark.parametrize("profile", ["baseline", "main", "high", "high444"])
@pytest.mark.parametrize(("args", "whole"), [((), True), (("-flags", "+ildct"), False)])
def test_fields_are_told_from_whole_pictures(
    tmp_path: Path, profile: str, args: tuple[str, ...], *, whole: bool
) -> None:
    if profile == "baseline" and not whole:
        profile = "main"  # Baseline knows no fields
    _, track = encoded(tmp_path, "-profile:v", profile, *args)

    assert is_progressive(track.configuration) == whole


def test_scaling_lists_are_read_over(tmp_path: Path) -> None:
    _, track = encoded(tmp_path, "-x264-params", "cqm=jvt")

    assert is_progressive(track.configuration)


def test_the_first_picture_of_every_group_needs_no_other(tmp_path: Path) -> None:
    path, track = encoded(tmp_path)

    with path.open("rb") as file:
        assert len(track.fragments) == 5
        for part in track.fragments:
            assert begins_with_idr(file, part.key_at, part.key_end, track.configuration)


def test_a_key_frame_that_leans_on_others_is_told_apart(tmp_path: Path) -> None:
    params = "open-gop=1:keyint=5:bframes=3"
    path, track = encoded(tmp_path, "-preset", "medium", "-x264-params", params)

    with path.open("rb") as file:
        found = [
            begins_with_idr(file, part.key_at, part.key_end, track.configuration)
            for part in track.fragments
        ]
    assert found[0]
    assert not all(found)
