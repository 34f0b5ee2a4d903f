"""Sound whose channels or rate change on the way, and clocks that drift."""

from pathlib import Path

import pytest

from media_pipeline.entrance.admission import admit
from media_pipeline.errors import Refused
from media_pipeline.hearing import steady_sound
from media_pipeline.hearing.loudness import PODCAST
from media_pipeline.hearing.meter import measure
from media_pipeline.kinds import Kind
from media_pipeline.sound.audio import encode_sound
from tests.media_pipeline.recordings import OTHER_PINK, PINK, TONE, record
from tests.media_pipeline.screen import first_loud

STEREO, MONO = ["-ac", "2", "-ar", "44100"], ["-ac", "1", "-ar", "44100"]
FASTER = ["-ac", "1", "-ar", "48000"]


def joined(path: Path, *parts: Path) -> Path:
    """One file after the other, as people join MP3s and broadcasts."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


@pytest.mark.parametrize(
    ("first", "second"), [(STEREO, MONO), (MONO, STEREO), (MONO, FASTER)]
)
def test_a_jingle_of_another_form_is_heard_before_the_talk(
    tmp_path: Path, first: list[str], second: list[str]
) -> None:
    jingle = record(tmp_path / "a.mp3", f"{PINK},volume=-6dB", *first, seconds=3)
    talk = record(tmp_path / "b.mp3", OTHER_PINK, *second, seconds=3)
    recording = joined(tmp_path / "r.mp3", jingle, talk)

    admission = admit(recording)
    sound = encode_sound(recording, admission, tmp_path)

    for kind in (Kind.PLAIN_SOUND, Kind.LOW_SOUND):
        assert measure(sound.one(kind).path, seconds=6).meets(PODCAST)
        assert sound.one(kind).duration_seconds == pytest.approx(6, abs=0.1)
    assert "will be the same throughout" in " ".join(admission.remarks)


def test_loudness_is_that_of_all_parts_and_not_of_the_last(tmp_path: Path) -> None:
    talk = record(tmp_path / "a.mp3", PINK, *MONO, seconds=4)
    end = record(tmp_path / "b.mp3", f"{PINK},volume=-30dB", *STEREO, seconds=2)

    whole = admit(joined(tmp_path / "r.mp3", talk, end)).loudness

    assert whole.loudness == pytest.approx(admit(talk).loudness.loudness, abs=0.3)


def test_an_ffmpeg_that_is_too_old_for_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = (
        record(tmp_path / f"{args[3]}.mp3", PINK, *args) for args in (MONO, FASTER)
    )
    monkeypatch.setattr(steady_sound, "LOOPBACK_SINCE", (1000, 0, 0))

    with pytest.raises(Refused, match="no loopback") as refused:
        admit(joined(tmp_path / "r.mp3", *parts))

    assert "too old for that" in refused.value.sentence


@pytest.mark.parametrize("pace", [0.982, 1.0, 1.018])
def test_a_clock_that_drifts_is_followed_without_a_hole(
    tmp_path: Path, pace: float
) -> None:
    beep = f"{TONE},volume='gte(t,4)':eval=frame"
    drift = ["-af", f"asetpts={pace}*PTS", "-c:a", "pcm_s16le"]
    recording = record(tmp_path / "r.mkv", beep, *drift, seconds=9)

    low = encode_sound(recording, admit(recording), tmp_path).one(Kind.LOW_SOUND)

    assert first_loud(low.path) == pytest.approx(4 * pace, abs=0.03)
    assert low.duration_seconds == pytest.approx(9 * pace, abs=0.04)
