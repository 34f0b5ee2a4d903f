from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import audio
from media_pipeline.admission import admit
from media_pipeline.audio import encode_sound
from media_pipeline.comparison import Known
from media_pipeline.loudness import PODCAST, Measurement
from media_pipeline.meter import Reading, loudness_of, measure
from tests.media_pipeline.recordings import PINK, record

SPEECH = (
    f"{PINK},bandpass=f=900:width=900,"
    "volume='16*(0.15+abs(sin(9*t)))*gt(sin(t),-0.8)':eval=frame"
)
HISS = SPEECH.replace("bandpass=f=900:width=900", "highpass=f=3000")
KNOWN = Known(-26.0, Reading(-36.0, -10.0, 1000), channels=1)


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
    "laughter": f"{SPEECH},volume='1+3*lt(mod(t,1),0.05)':eval=frame",
}


def compare(change: float, *, gain: float = 10.0) -> Measurement | None:
    reading = Reading(KNOWN.reading.mean + change, -2.0, KNOWN.reading.samples)
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


@given(st.floats(-0.5, 0.5), st.floats(-3.0, 3.0))
def test_whatever_pitches_were_lost_what_is_believed_meets_the_target(
    lost: float, turned_wrongly: float
) -> None:
    gain = 10.0 + turned_wrongly

    told = compare(gain - lost, gain=gain)

    if told:
        highest = told.loudness + 1.5 * abs(lost)
        lowest = told.loudness - 1.5 * abs(lost)
        assert PODCAST.loudness - 0.5 <= lowest <= highest <= PODCAST.loudness + 0.5


@pytest.mark.parametrize("source", LOUD_SOURCES.values(), ids=LOUD_SOURCES)
def test_every_voice_comes_out_as_loud_as_was_said(tmp_path: Path, source: str) -> None:
    recording = record(tmp_path / "r.wav", source, seconds=12)

    sound = encode_sound(recording, admit(recording), tmp_path)

    heard = measure(sound.mp3.path, seconds=12)
    assert heard.meets(PODCAST)
    assert sound.loudness.loudness == pytest.approx(heard.loudness, abs=0.3)


@pytest.mark.parametrize(
    ("source", "times"), [("speech", 0), ("laughter", 1)], ids=["plain", "limited"]
)
def test_only_what_is_doubtful_is_listened_to_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, times: int
) -> None:
    listened: list[str] = []

    def listen(file: Path, *, seconds: float) -> float:
        listened.append(file.name)
        return loudness_of(file, seconds=seconds)

    monkeypatch.setattr(audio, "loudness_of", listen)
    recording = record(tmp_path / "r.wav", LOUD_SOURCES[source], seconds=12)

    encode_sound(recording, admit(recording), tmp_path)

    assert (len(listened) > 0) == (times > 0)
