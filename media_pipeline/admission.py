"""The door: what may become an episode, what will be put right, and what may not.

Everything here happens before a recording costs time, and says no in words that help
a volunteer, not an engineer.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import ffmpeg

from media_pipeline.disguise import refuse_what_is_no_recording
from media_pipeline.errors import (
    ProgramFailed,
    ProgramKilled,
    UnreadableRecording,
)
from media_pipeline.ffmpeg_program import find_ffmpeg
from media_pipeline.ffmpeg_program import hostile_input as hostile_input
from media_pipeline.listening import Heard, listen
from media_pipeline.loudness import PODCAST, Measurement
from media_pipeline.probe import Picture, Probe, SoundTrack, probe
from media_pipeline.process import Finished, Limits, Progress, run
from media_pipeline.truncation import clock, length_of, refuse_without_index
from media_pipeline.voices import Voices

WINDOW_SECONDS = 1.0
BROADCAST_GROUP_SECONDS = 12.0  # from one key frame to the next, at most

_WINDOW_LIMITS = Limits(total_seconds=120)


@dataclass(frozen=True, slots=True)
class Admission:
    """A recording that we can work with, and all that was learnt about it."""

    probe: Probe  # its duration is that of the packets, not of the headers
    sound: SoundTrack
    loudness: Measurement
    voices: Voices
    sound_seconds: float  # until the last thing that can be heard
    remarks: tuple[str, ...] = ()

    @property
    def duration_seconds(self) -> float:
        """How long the recording plays."""
        return self.probe.duration_seconds

    @property
    def picture(self) -> Picture | None:
        """The moving picture, when it is a film."""
        return self.probe.picture

    @property
    def is_film(self) -> bool:
        """Whether there is something to watch."""
        return self.probe.picture is not None


def admit(recording: Path, on_progress: Progress | None = None) -> Admission:
    """Let a recording in, or raise `Refused` with a sentence for the host."""
    refuse_what_is_no_recording(recording)
    with _blaming_the_recording():
        found = _probe(recording)
        sound = _sound_of(found)
        found = _count(recording, found, sound)
        _look_at(recording, found)
        heard = listen(
            recording,
            sound,
            seconds=found.duration_seconds,
            on_progress=on_progress,
        )
    return Admission(
        probe=found,
        sound=sound,
        loudness=heard.loudness,
        voices=heard.voices,
        sound_seconds=heard.seconds,
        remarks=tuple(_remarks(found, sound, heard)),
    )


@contextlib.contextmanager
def _blaming_the_recording() -> Iterator[None]:
    try:
        yield
    except ProgramKilled:
        raise
    except ProgramFailed as error:
        raise UnreadableRecording(
            "This recording is damaged: we could not decode it. "
            "Please export it again, and try once more.",
            cause=error.cause,
        ) from error


def _probe(recording: Path) -> Probe:
    try:
        return probe(recording)
    except UnreadableRecording:
        refuse_without_index(recording)
        raise


def _sound_of(found: Probe) -> SoundTrack:
    if found.is_encrypted:
        raise UnreadableRecording(
            "This file is protected against copying (DRM). "
            "Please send the recording that you made yourself."
        )
    if found.unknown and found.sound is None:
        raise UnreadableRecording(
            "This recording is in a form that we cannot read. "
            "Please export it as WAV, MP3 or MP4.",
            cause=f"codecs: {found.unknown}",
        )
    if found.sound is None:
        raise UnreadableRecording(
            "This film has no sound, and every episode is in the podcast too. "
            "Please add a sound track."
            if found.picture
            else "There is neither sound nor a film in this file."
        )
    return found.sound


def _count(recording: Path, found: Probe, sound: SoundTrack) -> Probe:
    """Read every packet: headers promise, packets are there."""
    opened = hostile_input(recording)
    tracks = [track for track in (sound, found.picture) if track]
    copied = ffmpeg.output(
        *(opened[str(track.index)] for track in tracks), "-", format="null", c="copy"
    )
    there = 0.0

    def follow(done: float) -> None:
        nonlocal there
        there = max(there, done)

    finished = run(
        find_ffmpeg().command(copied, told="warning"),
        limits=Limits.for_duration(found.duration_seconds),
        on_progress=follow,
        reads=[recording],
    )
    is_guess = "Estimating duration from bitrate" in finished.log
    promised = 0.0 if is_guess else found.duration_seconds
    return replace(found, duration_seconds=length_of(promised, there))


def _look_at(recording: Path, found: Probe) -> None:
    """Decode a moment of the picture at its start, in its middle, and at its end."""
    if found.picture is None:
        return
    length = found.picture.duration_seconds or found.duration_seconds
    for at in (0.0, length / 2, max(0.0, length - 2 * WINDOW_SECONDS)):
        if not _can_be_seen(recording, found, at):
            raise UnreadableRecording(
                f"The picture cannot be decoded at {clock(at)}. "
                "Please export the film again."
            )


def _can_be_seen(recording: Path, found: Probe, at: float) -> bool:
    lasts, track = WINDOW_SECONDS, found.picture.index if found.picture else 0
    if found.container == "mpegts":  # it is searched by its clock, past key frames
        at, lasts = max(0.0, at - BROADCAST_GROUP_SECONDS), BROADCAST_GROUP_SECONDS
    window = hostile_input(recording, ss=round(at, 3))[str(track)].output(
        "-", format="null", t=lasts
    )
    finished = run(
        find_ffmpeg().command(window), limits=_WINDOW_LIMITS, reads=[recording]
    )
    # A still slide may have no frame in this second: only silence AND errors are bad.
    return _frames(finished) > 0 or not finished.log.strip()


def _frames(finished: Finished) -> int:
    lines = finished.output.decode(errors="replace").splitlines()
    counts = [line.removeprefix("frame=") for line in lines if "frame=" in line]
    return int(counts[-1]) if counts else 0


def _remarks(found: Probe, sound: SoundTrack, heard: Heard) -> Iterator[str]:
    yield from _remarks_on_sound(sound, heard)
    if found.picture:
        yield from _remarks_on_picture(found.picture)


def _remarks_on_sound(sound: SoundTrack, heard: Heard) -> Iterator[str]:
    distance = round(PODCAST.loudness - heard.loudness.loudness)
    if distance:
        wrong = f"{abs(distance)} LU too {'quiet' if distance > 0 else 'loud'}"
        yield f"The sound was {wrong}: corrected to {PODCAST.loudness:g} LUFS."
    if sound.channels > 2:
        yield "The surround sound becomes stereo."
    if heard.voices in _WORDS_FOR_VOICES:
        yield _WORDS_FOR_VOICES[heard.voices]


_WORDS_FOR_VOICES = {
    Voices.MONO: "The sound is mono: it will be heard on both sides.",
    Voices.LEFT: "Only the left side had sound: it will be heard on both sides.",
    Voices.RIGHT: "Only the right side had sound: it will be heard on both sides.",
    Voices.ANTIPHASE: "One side cancelled the other (a turned cable): put right.",
    Voices.INVERTED: "One side worked against the other (a turned cable): put right.",
}


def _remarks_on_picture(picture: Picture) -> Iterator[str]:
    if picture.is_variable_rate:
        yield "The film had a varying frame rate: it becomes a steady one."
    if picture.rotation:
        yield "The film lay on its side: it will stand upright."
    if picture.is_hdr:
        yield "The colours were HDR: they become what every screen can show."
    if picture.is_interlaced:
        yield "The film was interlaced: its lines will be put together."
