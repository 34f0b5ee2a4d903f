import re
from pathlib import Path

import ffmpeg
import pytest

from media_pipeline.hearing.voices import (
    Voices,
    levels_told,
    understand_voices,
    without_rumble,
)
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import run
from tests.media_pipeline.recordings import record


@pytest.mark.parametrize(
    ("left", "right", "middle", "side", "voices"),
    [
        (-20, -20, -20, -91, Voices.MONO),
        (-20, -20, -20, -65, Voices.MONO),
        (-20, -21, -22, -30, Voices.STEREO),
        (-20, -21, -22, -24, Voices.STEREO),
        (-20, -20, -91, -20, Voices.ANTIPHASE),
        (-20, -20, -35, -20, Voices.INVERTED),
        (-20, -91, -26, -26, Voices.LEFT),
        (-75, -20, -26, -26, Voices.RIGHT),
        (-91, -91, -91, -91, Voices.STEREO),
        (-float("inf"), -20, -26, -26, Voices.RIGHT),
    ],
)
def test_voices_are_understood_from_four_levels(
    left: float, right: float, middle: float, side: float, voices: Voices
) -> None:
    assert understand_voices((left, right, middle, side)) is voices


def test_levels_are_told_by_the_meters_named_after_them() -> None:
    log = "\n".join(
        f"[volumedetect@{name} @ 0x1] mean_volume: {level} dB"
        for name, level in [("side", -40.5), ("left", -20), ("right", -21.5)]
    )

    assert levels_told(log) == [-20, -21.5, -float("inf"), -40.5]


def test_only_voices_that_are_stereo_need_two_channels() -> None:
    assert {voices for voices in Voices if not voices.is_mono} == {
        Voices.STEREO,
        Voices.INVERTED,
    }


def mean_level(audio: ffmpeg.nodes.FilterableStream, file: Path) -> float:
    graph = audio.filter("volumedetect").output("-", format="null")
    told = run(find_ffmpeg().command(graph, told="info"), reads=[file]).log
    return float(re.findall(r"mean_volume: (-[\d.]+)", told)[-1])


@pytest.mark.parametrize(
    ("pitch", "least", "most"),
    [(20, 40, 99), (50, 11, 99), (85, 0, 1), (110, 0, 0.2), (1000, 0, 0.1)],
)
def test_rumble_falls_away_and_the_deepest_voice_stays(
    tmp_path: Path, pitch: int, least: float, most: float
) -> None:
    file = record(tmp_path / "r.wav", f"sine=frequency={pitch}:sample_rate=48000")
    heard = ffmpeg.input(str(file)).audio

    lost = mean_level(heard, file) - mean_level(without_rumble(heard), file)

    assert least <= lost <= most
