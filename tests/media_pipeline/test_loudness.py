from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import ProgramFailed, SilentRecording
from media_pipeline.loudness import (
    PODCAST,
    Heard,
    Levelling,
    Measurement,
    Voices,
    corrected,
    heard_by,
    listen,
    measure,
    plan_levelling,
    understand_voices,
)
from media_pipeline.probe import probe
from media_pipeline.process import Finished
from tests.media_pipeline.recordings import SILENCE, record, record_stereo
from tests.media_pipeline.recordings import ffmpeg as run_ffmpeg

decibels = st.floats(-70, 20)


def hear(recording: Path) -> Heard:
    found = probe(recording)
    assert found.sound
    return listen(recording, found.sound, seconds=found.duration_seconds)


def test_mono_is_as_loud_as_the_same_in_two_channels(tmp_path: Path) -> None:
    mono = hear(record(tmp_path / "mono.wav"))
    both = hear(record_stereo(tmp_path / "both.wav", "stereo|c0=c0|c1=c0"))

    assert mono.loudness.loudness == pytest.approx(both.loudness.loudness, abs=0.11)


def test_one_silent_channel_counts_as_if_both_played(tmp_path: Path) -> None:
    mono = hear(record(tmp_path / "mono.wav"))
    left = hear(record_stereo(tmp_path / "left.wav", "stereo|c0=c0|c1=0*c0"))

    assert mono.loudness.loudness == pytest.approx(left.loudness.loudness, abs=0.11)


def test_the_end_of_the_sound_is_heard(tmp_path: Path) -> None:
    assert hear(record(tmp_path / "r.wav", seconds=3)).seconds == pytest.approx(3)


def test_a_late_start_counts_as_silence(tmp_path: Path) -> None:
    late = tmp_path / "late.mkv"
    picture = ["-f", "lavfi", "-t", "3", "-i", "testsrc2=size=64x64"]
    sound = ["-itsoffset", "1", "-i", str(record(tmp_path / "r.wav", seconds=2))]
    run_ffmpeg(*picture, *sound, "-c:v", "mjpeg", "-c:a", "flac", str(late))

    assert hear(late).seconds == pytest.approx(3, abs=0.05)


def test_silence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SilentRecording, match="could not hear"):
        hear(record(tmp_path / "silence.wav", SILENCE))


def test_what_we_made_is_measured_as_it_is(tmp_path: Path) -> None:
    recording = record(tmp_path / "r.wav")

    measured = measure(recording, seconds=4)

    assert measured == hear(recording).loudness


@given(decibels, decibels)
def test_gain_brings_every_loudness_to_the_target(loudness: float, peak: float) -> None:
    levelling = plan_levelling(Measurement(loudness, peak))

    assert loudness + levelling.gain == pytest.approx(PODCAST.loudness, abs=0.01)


@given(decibels, decibels)
def test_peaks_are_held_only_where_they_would_be_too_high(
    loudness: float, peak: float
) -> None:
    levelling = plan_levelling(Measurement(loudness, peak))

    highest = peak + PODCAST.loudness - loudness
    assert (levelling.ceiling is not None) == (highest > -1.6)


def test_a_try_that_came_out_too_quiet_gets_more_gain() -> None:
    again = corrected(Levelling(10.0, -1.6), Measurement(-17.2, -1.2))

    assert again == Levelling(11.2, -1.6)


def test_a_try_with_high_peaks_gets_a_lower_ceiling() -> None:
    again = corrected(Levelling(10.0, None), Measurement(-16.0, -0.5))

    assert again == Levelling(10.0, -2.2)


@pytest.mark.parametrize(
    ("loudness", "peak", "meets"),
    [(-16, -1, True), (-16.5, -3, True), (-16.6, -3, False), (-16, -0.9, False)],
)
def test_the_target_has_edges(loudness: float, peak: float, meets: bool) -> None:
    assert Measurement(loudness, peak).meets(PODCAST) is meets


def test_the_last_word_of_the_right_meter_counts() -> None:
    log = (
        "[ebur128@0 @ 0x1] Summary:\n    I:  -70.0 LUFS\n    Peak:  -inf dBFS\n"
        "[ebur128@0 @ 0x1] Summary:\n    I:  -16.1 LUFS\n    Peak:  -2.0 dBFS\n"
        "[ebur128@1 @ 0x2] Summary:\n    I:  -18.0 LUFS\n    Peak:  -1.0 dBFS\n"
    )

    assert heard_by(0, log) == Measurement(-16.1, -2.0)
    assert heard_by(1, log) == Measurement(-18.0, -1.0)


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
    assert understand_voices(left, right, middle, side) is voices


def report(of: str, loudness: float = -16.0) -> tuple[str, str]:
    """The two messages with which a meter ends."""
    return (
        f"{of}Summary:\n\n  Integrated loudness:\n    I:  {loudness} LUFS\n"
        "    Threshold: -26.0 LUFS\n    LRA high: -14.0 LUFS",
        "\n\n  True peak:\n    Peak:  -2.0 dBFS\n",
    )


SOUND, FILM = "[ebur128@0 @ 0x1] ", "[ebur128@1 @ 0x2] "


def test_every_meter_is_told_from_the_others() -> None:
    log = "".join(report(SOUND)) + "".join(report(FILM, -17.0))

    assert heard_by(0, log) == Measurement(-16.0, -2.0)
    assert heard_by(1, log) == Measurement(-17.0, -2.0)


@pytest.mark.parametrize("between", [*report(""), "[out#0/mp3 @ 0x3] done\n", ""])
def test_a_report_that_something_came_between_is_not_believed(between: str) -> None:
    summary, peak = report(SOUND)

    heard = heard_by(0, summary + between + (peak if between else ""))

    assert heard is None


def test_the_first_empty_report_of_a_meter_does_not_count() -> None:
    log = "".join(report(SOUND, -70.0)) + "".join(report("", -16.0))

    assert heard_by(0, log) is None


def test_a_meter_that_says_nothing_is_not_silence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    quiet = Finished(log="Conversion done\n", output=b"")
    monkeypatch.setattr("media_pipeline.loudness.run", lambda *_, **__: quiet)

    with pytest.raises(ProgramFailed):
        measure(tmp_path / "any.mp3", seconds=1)
