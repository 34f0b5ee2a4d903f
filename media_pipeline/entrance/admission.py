"""Admission: what may become an episode, what will be put right, and what may not.

Everything here happens before a recording costs time, and says no in words that help
a volunteer, not an engineer.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from media_pipeline.entrance.damage import damage_in, refuse_much_damage
from media_pipeline.entrance.disguise import refuse_what_is_no_recording
from media_pipeline.entrance.remarks import remarks_on
from media_pipeline.entrance.truncation import (
    ends_abruptly,
    length_of,
    refuse_incomplete,
    refuse_without_index,
)
from media_pipeline.errors import ProgramFailed, SilentRecording, UnreadableRecording
from media_pipeline.hearing.listening import Heard, listen
from media_pipeline.hearing.loudness import Measurement
from media_pipeline.hearing.pauses import pauses_in
from media_pipeline.hearing.sound_limits import MOST_TRACKS, refuse_too_much
from media_pipeline.hearing.voices import Voices
from media_pipeline.programs.hostile import MAX_STREAMS
from media_pipeline.programs.process import Progress
from media_pipeline.recording.examination import examine
from media_pipeline.recording.frame_rate import counted_rate
from media_pipeline.recording.packets import Scan, Spot, scan_decoding
from media_pipeline.recording.picture import Picture
from media_pipeline.recording.probe import Probe, SoundTrack


@dataclass(frozen=True, slots=True)
class Admission:
    """A recording that we can work with, and all that was learnt about it."""

    probe: Probe  # its duration is that of the packets, not of the headers
    sound: SoundTrack
    loudness: Measurement
    voices: Voices
    sound_seconds: float  # until the last thing that can be heard
    remarks: tuple[str, ...] = ()
    power: float | None = None  # dB, as `Heard` has it
    is_rumbling: bool = False  # as `Heard` has it
    pauses: tuple[Spot, ...] = ()  # in the sound: the long ones

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
        found, scan = _examine(recording)
        heard, scan = _listen(recording, found, scan, on_progress)
        sound = heard.track
        # A decoder that complains does not say where. Other tracks were decoded before.
        if heard.complaints and sound.index == _sound_of(found).index:
            scan = _scan_again(recording, found, sound)
        length = length_of(scan.promised_seconds, scan.seconds)
        found = replace(found, duration_seconds=length)
    damage = damage_in(scan, ends_abruptly=ends_abruptly(recording))
    return Admission(
        probe=replace(found, sound=sound),
        sound=sound,
        loudness=heard.loudness,
        voices=heard.voices,
        sound_seconds=heard.seconds,
        remarks=(*damage, *remarks_on(found, sound, heard)),
        power=heard.power,
        is_rumbling=heard.is_rumbling,
        pauses=pauses_in(scan, sound, found.container),
    )


@contextlib.contextmanager
def _blaming_the_recording() -> Iterator[None]:
    try:
        yield
    except ProgramFailed as error:
        raise UnreadableRecording(
            "This recording is damaged: we could not decode it. "
            "Please export it again, and try once more.",
            cause=error.cause,
        ) from error


def _examine(recording: Path) -> tuple[Probe, Scan]:
    """Its headers and every packet: headers promise, packets are there."""
    try:
        found, read = examine(recording)
    except UnreadableRecording:
        refuse_without_index(recording)
        raise
    except ProgramFailed:
        refuse_incomplete(recording)
        raise
    _sound_of(found)
    refuse_incomplete(recording)
    length = length_of(read.promised_seconds, read.seconds)
    refuse_much_damage(read)
    found = replace(found, duration_seconds=length)
    return (_as_read(found, found.picture, read) if found.picture else found), read


def _as_read(found: Probe, picture: Picture, read: Scan) -> Probe:
    """What only packets tell of the pictures."""
    if not (picture.is_seen or read.has_key_frame):
        unread = f"{picture.codec}, of which the beginning is missing"
        return replace(found, picture=None, unread_picture=unread)
    rate = picture.frame_rate or counted_rate(read.picture_rate)
    is_interlaced = picture.is_interlaced or read.is_interlaced
    seen = replace(picture, frame_rate=rate, is_interlaced=is_interlaced)
    return replace(found, picture=seen)


def _sound_of(found: Probe) -> SoundTrack:
    if found.has_too_many_tracks:
        raise UnreadableRecording(
            f"This file has more than {MAX_STREAMS} tracks. Please export it with "
            "only those that are to be seen and heard."
        )
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


def _scan_again(recording: Path, found: Probe, sound: SoundTrack) -> Scan:
    return scan_decoding(
        recording,
        sound.index,
        found.picture.index if found.picture else None,
        seconds=found.duration_seconds,
    )


def _listen(
    recording: Path, found: Probe, scan: Scan, on_progress: Progress | None
) -> tuple[Heard, Scan]:
    """Listen to the track that is meant to be heard, or else to the next one.

    The packets are those of the track that is heard.
    """
    first, *others = (_sound_of(found), *found.other_sounds)[:MOST_TRACKS]
    try:
        return _hear(recording, found, first, scan, on_progress), scan
    except SilentRecording as error:
        silence = error
    for track in others:
        scan = _scan_again(recording, found, track)
        with contextlib.suppress(SilentRecording):
            return _hear(recording, found, track, scan, on_progress), scan
    raise silence


def _hear(
    recording: Path,
    found: Probe,
    track: SoundTrack,
    scan: Scan,
    on_progress: Progress | None,
) -> Heard:
    seconds, pauses = found.duration_seconds, pauses_in(scan, track, found.container)
    refuse_too_much(track, seconds, pauses)
    return listen(
        recording, track, seconds=seconds, pauses=pauses, on_progress=on_progress
    )
