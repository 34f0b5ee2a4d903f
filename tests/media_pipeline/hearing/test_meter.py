import math
from pathlib import Path

import pytest

from media_pipeline.errors import ProgramFailed
from media_pipeline.hearing.meter import (
    Reading,
    loudness_of,
    measure,
    read_file,
    reading_told,
)
from media_pipeline.programs.process import Finished
from tests.media_pipeline.recordings import record, record_stereo


def level(of: int, mean: float = -20.0) -> str:
    name = f"[volumedetect@{of} @ 0x{of}] "
    return (
        f"{name}n_samples: 1000\n{name}mean_volume: {mean} dB\n"
        f"{name}max_volume: -2.0 dB\n{name}histogram_2db: 5\n"
    )


def test_every_meter_is_told_from_the_others() -> None:
    log = level(0, -30.0) + level(1)

    assert reading_told(0, log) == Reading(-30.0, -2.0, 1000)
    assert reading_told(1, log) == Reading(-20.0, -2.0, 1000)


def test_the_last_word_of_a_meter_counts() -> None:
    told = reading_told(0, level(0, -91.0) + "\n" + level(0))

    assert told == Reading(-20.0, -2.0, 1000)


@pytest.mark.parametrize(
    "log",
    [
        level(1),
        level(0).replace("[volumedetect@0 @ 0x0] max", "max"),
        "[volumedetect@0 @ 0x0] n_samples: 0\n",
    ],
)
def test_a_report_without_its_sender_is_not_believed(log: str) -> None:
    assert reading_told(0, log) is None


def test_power_tells_how_much_louder_the_same_sound_is(tmp_path: Path) -> None:
    mono = record(tmp_path / "mono.wav")
    louder = record_stereo(tmp_path / "l.wav", "stereo|c0=2*c0|c1=2*c0")

    known, other = (read_file(file, seconds=4) for file in (mono, louder))

    times = other.energy(channels=2) / known.energy(channels=1)
    assert 10 * math.log10(times) == pytest.approx(6, abs=0.1)
    change = loudness_of(louder, seconds=4) - loudness_of(mono, seconds=4)
    assert change == pytest.approx(6, abs=0.15)


def test_a_meter_that_says_nothing_is_not_silence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    quiet = Finished(log="Conversion done\n", output=b"")
    monkeypatch.setattr("media_pipeline.hearing.meter.run", lambda *_, **__: quiet)

    with pytest.raises(ProgramFailed):
        measure(tmp_path / "any.mp3", seconds=1)
