from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.entrance.admission import admit
from media_pipeline.hearing.loudness import PODCAST, Measurement
from media_pipeline.hearing.meter import Reading, loudness_of, measure
from media_pipeline.sound import audio
from media_pipeline.sound.audio import encode_sound
from media_pipeline.sound.comparison import Known
from tests.media_pipeline.recordings import PINK, record

SPEECH = (
    f"{PINK},bandpass=f=900:width=900,"
    "volume='16*(0.15+abs(sin(9*t)))*gt(sin(t),-0.8)':eval=frame"
)
HISS = SPEECH.replace("bandpass=f=900:width=900", "highpass=f=3000")
KNOWN = Known(-26.0, Reading(-36.0, -10.0, 1000).energy(channels=1))


def with_bursts(burst: str) -> str:
    """Speech, and now and then something that the limiter has to hold."""
    return f"{SPEECH}[voice];{burst}[burst];[voice][burst]amix=normalize=0"


LOUD_SOURCES = {
    "speech": SPEECH,
    "hiss": HISS,
    "plosives": with_bursts(
        "anoisesrc=color=brown:seed=3:sample_rate=48000,lowpass=f=60,"
        "volume='2*lt(mod(t,3),0.05)':eval=frame"
    ),
    "claps": with_bursts(
        "anoisesrc=color=white:seed=3:sample_rate=48000,highpass=f=5000,"
        "volume='0.1*lt(mod(t,2),0.05)':eval=frame"
    ),
    "rumble": with_bursts("sine=frequency=20:sample_rate=48000,volume=0.1"),
    "much rumble": with_bursts("sine=frequency=20:sample_rate=48000,volume=0.4"),
    "laughter": f"{SPEECH},volume='1+3*lt(mod(t,1),0.05)':eval=frame",
}


def compare(change: float, *, gain: float = 10.0) -> Measurement | None:
    reading = Reading(-36.0 + change, -2.0, 1000)
    return KNOWN.compared(reading, channels=1, gain=gain, target=PODCAST)


def test_what_lost_nothing_is_as_much_louder_as_it_was_turned_up() -> None:
    assert compare(10.0) == Measurement(-16.0, -2.0)


def test_two_channels_of_one_voice_are_not_louder() -> None:
    both = Reading(-26.0, -2.0, 2000)

    assert KNOWN.compared(both, channels=2, gain=10.0, target=PODCAST) == Measurement(
        -16.0, -2.0
    )


@pytest.mark.parametrize("change", [9.8, 10.2, 0.0, 20.0])
def test_what_lost_much_has_to_be_listened_to(change: float) -> None:
    assert compare(change) is None


def test_what_would_only_just_meet_the_target_has_to_be_listened_to() -> None:
    assert compare(9.6, gain=9.6) is None


@given(st.floats(0.0, 0.5), st.floats(-0.5, 0.5))
def test_whatever_pitches_were_lost_what_is_believed_meets_the_target(
    lost: float, turned_wrongly: float
) -> None:
    gain = 10.0 + turned_wrongly

    told = compare(gain - lost, gain=gain)

    if told:
        # Nothing counts for more than 4 dB, and nine tenths of the power count.
        quietest = KNOWN.loudness + gain - lost * 10**0.4 / 0.9
        assert quietest >= PODCAST.loudness - PODCAST.tolerance
        assert told.loudness <= PODCAST.loudness + PODCAST.tolerance


@pytest.mark.parametrize("source", LOUD_SOURCES.values(), ids=LOUD_SOURCES)
def test_every_voice_comes_out_as_loud_as_was_said(tmp_path: Path, source: str) -> None:
    recording = record(tmp_path / "r.wav", source, seconds=12)

    sound = encode_sound(recording, admit(recording), tmp_path)

    heard = measure(sound.mp3.path, seconds=12)
    assert heard.meets(PODCAST)
    assert sound.loudness.loudness == pytest.approx(heard.loudness, abs=0.3)


def test_what_meets_the_target_by_far_is_believed() -> None:
    assert compare(9.9, gain=9.95)


MP3 = "unfinished-sound.mp3"


@pytest.mark.parametrize(
    ("source", "knows_power", "measured"),
    [("speech", True, []), ("speech", False, [MP3]), ("rumble", True, [MP3])],
)
def test_only_what_is_doubtful_is_listened_to_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    knows_power: bool,
    measured: list[str],
) -> None:
    listened: list[str] = []

    def listen(file: Path, *, seconds: float) -> float:
        listened.append(file.name)
        return loudness_of(file, seconds=seconds)

    monkeypatch.setattr(audio, "loudness_of", listen)
    recording = record(tmp_path / "r.wav", LOUD_SOURCES[source], seconds=12)
    admission = admit(recording)
    if not knows_power:  # as an older version of us has admitted it
        admission = replace(admission, power=None)

    encode_sound(recording, admission, tmp_path)

    assert listened == measured
