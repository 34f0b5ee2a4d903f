from pathlib import Path

import pytest

from media_pipeline.errors import WrongOutput
from media_pipeline.sound.length import played_seconds
from tests.media_pipeline.recordings import PINK, cut, record

MADE = {
    "made.mp3": ["-ar", "44100", "-b:a", "96k", "-id3v2_version", "0"],
    "made.opus": ["-c:a", "libopus"],
    "made.m4a": ["-c:a", "aac"],
}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("seconds", [1.0, 3.123])
def test_length_is_told_to_a_block_of_the_encoder(
    tmp_path: Path, name: str, seconds: float
) -> None:
    made = record(tmp_path / name, PINK, *MADE[name], seconds=seconds)

    assert played_seconds(made) == pytest.approx(seconds, abs=1024 / 48_000 + 0.001)


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.99])
def test_a_file_without_its_end_is_never_taken_for_whole(
    tmp_path: Path, name: str, share: float
) -> None:
    made = record(tmp_path / name, PINK, *MADE[name], seconds=8)
    (tmp_path / "part").mkdir()
    part = cut(tmp_path / "part" / name, made, share)

    try:
        seconds = played_seconds(part)
    except WrongOutput:
        return

    assert seconds < 7.9
