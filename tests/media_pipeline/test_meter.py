from pathlib import Path

import pytest

from media_pipeline.errors import ProgramFailed
from media_pipeline.meter import Reading, measure, read_file, reading_told
from media_pipeline.process import Finished
from tests.media_pipeline.recordings import record, record_stereo


def level(of: int, mean: float = -20.0) -> str:
    name = f"[volumedetect@{of} @ 0x{of}] "
    return (
        f"{name}n_samples: 1000\n{name}mean_volume: {mean} dB\n"
        f"{name}max_volume: -2.0 dB\n{name}histogram_2db: 5\n"
    )


def report(of: int | None, loudness: float = -16.0) -> str:
    """The message with which a loudness meter ends."""
    name = "" if of is None else f"[ebur128@{of} @ 0x{of}] "
    return (
        f"{name}Summary:\n\n  Integrated loudness:\n    I:  {loudness} LUFS\n"
        "    Threshold: -26.0 LUFS\n    LRA high: -14.0 LUFS"
    )


def test_every_meter_is_told_from_the_others() -> None:
    log = report(1, -17.0) + level(0, -30.0) + level(1) + report(0)

    assert reading_told(0, log, exact=True) == Reading(-30.0, -2.0, 1000, -16.0)
    assert reading_told(1, log, exact=True) == Reading(-20.0, -2.0, 1000, -17.0)


def test_the_last_word_of_a_meter_counts() -> None:
    log = report(0, -70.0) + "\n" + report(0) + level(0)

    told = reading_told(0, log, exact=True)

    assert told
    assert told.loudness == -16.0


@pytest.mark.parametrize(
    "log",
    [
        report(None) + level(0),  # whose report is that?
        level(0),
        report(0) + level(1),
        report(0) + level(0).replace("[volumedetect@0 @ 0x0] max", "max"),
        report(0, -70.0) + report(None) + level(0),
        report(0) + "[volumedetect@0 @ 0x0] n_samples: 0\n",
    ],
)
def test_a_report_without_its_sender_is_not_believed(log: str) -> None:
    assert reading_told(0, log, exact=True) is None


def test_a_plain_reading_needs_no_loudness() -> None:
    assert reading_told(0, level(0), exact=False) == Reading(-20.0, -2.0, 1000)


def test_power_tells_how_much_louder_the_same_sound_is(tmp_path: Path) -> None:
    mono = record(tmp_path / "mono.wav")
    louder = record_stereo(tmp_path / "l.wav", "stereo|c0=2*c0|c1=2*c0")

    known = read_file(mono, seconds=4, exact=True)
    other = read_file(louder, seconds=4, exact=False)

    assert known.loudness is not None
    assert other.louder_than(known, channels=2) == pytest.approx(6, abs=0.1)
    by_power = known.loudness + other.louder_than(known, channels=2)
    exact = measure(louder, seconds=4).loudness
    assert by_power == pytest.approx(exact, abs=0.15)


def test_a_meter_that_says_nothing_is_not_silence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    quiet = Finished(log="Conversion done\n", output=b"")
    monkeypatch.setattr("media_pipeline.meter.run", lambda *_, **__: quiet)

    with pytest.raises(ProgramFailed):
        measure(tmp_path / "any.mp3", seconds=1)
