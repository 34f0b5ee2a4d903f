"""Recorders that were stopped for long, and tracks that begin late."""

import json
from pathlib import Path

import pytest

from media_pipeline.entrance.admission import Admission, admit
from media_pipeline.errors import UnreadableRecording
from media_pipeline.hearing.loudness import PODCAST
from media_pipeline.hearing.meter import measure
from media_pipeline.hearing.pauses import LONG_SECONDS, MOST_PAUSES, pauses_in
from media_pipeline.kinds import Kind
from media_pipeline.recording.packets import Scan, Spot
from media_pipeline.recording.probe import SoundTrack
from media_pipeline.sound.audio import Sound, encode_sound
from tests.media_pipeline.recordings import PINK, ffmpeg

TRACK = SoundTrack(index=0, codec="opus", sample_rate=48_000, channels=2, layout="")


def paused(path: Path, seconds: float, *, at: float = 2, of: float = 4) -> Path:
    """Sound that was stopped on its way; after every `at` seconds of it."""
    source = ["-f", "lavfi", "-t", str(of), "-i", PINK, "-ac", "2"]
    later = f"asetpts='PTS+floor(T/{at})*{seconds}/TB'"
    ffmpeg(*source, "-af", later, "-c:a", "libopus", str(path))
    return path


def made(recording: Path) -> tuple[Admission, Sound]:
    admission = admit(recording)
    return admission, encode_sound(recording, admission, recording.parent)


def sounds(sound: Sound, at: float) -> bool:
    """Whether there is something to hear at a time, as the outline has it."""
    told = json.loads(sound.one(Kind.WAVEFORM).path.read_text())
    each = told["seconds"] / len(told["peaks"])
    return bool(told["peaks"][int(at / each)] > 5)


def test_half_an_hour_of_pause_is_heard_within_a_gigabyte(tmp_path: Path) -> None:
    admission = admit(paused(tmp_path / "r.mka", 1800))

    assert admission.sound_seconds == pytest.approx(1804, abs=0.1)
    assert "about 30:00 minutes of sound is missing in the file at 0:02" in " ".join(
        admission.remarks
    )


def test_long_pauses_come_out_as_silence(tmp_path: Path) -> None:
    admission, sound = made(paused(tmp_path / "r.mka", 58, at=2, of=6))

    assert [round(pause.at) for pause in admission.pauses] == [2, 62]
    assert all(sounds(sound, at) for at in (1, 1.8, 60.2, 61, 120.2, 121.8))
    assert not any(sounds(sound, at) for at in (2.2, 30, 59.8, 62.2, 90, 119.8))
    for kind in (Kind.PLAIN_SOUND, Kind.LOW_SOUND):
        assert sound.one(kind).duration_seconds == pytest.approx(122, abs=0.1)
        measured = measure(sound.one(kind).path, seconds=122)
        assert measured.loudness == pytest.approx(PODCAST.loudness, abs=0.5)


def test_sound_that_begins_long_after_the_film_stays_late(tmp_path: Path) -> None:
    talk, late = paused(tmp_path / "r.mka", 28), tmp_path / "late.mkv"
    picture = ["-f", "lavfi", "-t", "62", "-i", "testsrc2=size=64x64:rate=1"]
    sound = ["-itsoffset", "30", "-i", str(talk), "-c:v", "mjpeg", "-c:a", "copy"]
    ffmpeg(*picture, *sound, str(late))

    made_late = made(late)[1]

    assert all(sounds(made_late, at) for at in (30.2, 31.8, 60.2, 61.8))
    assert not any(sounds(made_late, at) for at in (0, 15, 29.8, 32.2, 59.8))


def test_hundreds_of_pauses_are_left_out_at_once(tmp_path: Path) -> None:
    admission = admit(paused(tmp_path / "r.mka", 10, at=0.1, of=27))

    assert len(admission.pauses) == MOST_PAUSES
    assert admission.sound_seconds == pytest.approx(27 + 269 * 10, abs=10.5)


def test_the_longest_pauses_count_when_there_are_too_many() -> None:
    gaps = [Spot(100.0 * n, LONG_SECONDS + n) for n in range(MOST_PAUSES + 2)]

    assert pauses_in(Scan(1e6, gaps=tuple(gaps)), TRACK, "matroska") == tuple(gaps[2:])


def test_a_broadcast_of_sound_alone_begins_with_its_sound() -> None:
    found = Scan(100.0, gaps=(Spot(60.0, 20.0),), sound_begins=40.0)

    assert pauses_in(found, TRACK, "ogg") == (Spot(20.0, 20.0),)


def test_more_than_half_a_day_of_pause_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecording, match="for more than twelve hours"):
        admit(paused(tmp_path / "r.mka", 13 * 3600))
