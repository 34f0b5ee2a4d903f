"""What a recording is made of, found out in a child that may be killed.

PyAV answers everything that we ask, on a machine without ffprobe too: there is one
way to probe. `python -m media_pipeline.recording.probe FILE` prints what it found as
JSON.
"""

import contextlib
import json
import re
import sys
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_pipeline.errors import ProgramFailed, UnreadableRecording
from media_pipeline.programs.hostile import open_hostile
from media_pipeline.programs.process import Limits, run_child
from media_pipeline.programs.resources import EXAMINING_MEMORY
from media_pipeline.recording.picture import Picture, read_picture, seconds_of
from media_pipeline.recording.promise import told_seconds
from media_pipeline.recording.tracks import tracks_of

_LIMITS = Limits(total_seconds=30, cpu_seconds=20, memory_bytes=EXAMINING_MEMORY)
# Formats of which ffmpeg counts the time of a track from its own beginning, when it
# is asked for this track alone.
EACH_FROM_ITS_START = {"mpegts", "ogg"}
MOST_NAMED_CHANNELS = 8  # beyond 7.1, nobody mixes by name
TURN_SECONDS = 2**33 / 90_000  # then the clock of a broadcast begins anew
_LANGUAGE = re.compile("(?!und)[a-z]{3}")
_TOO_MANY = "exceeds max_streams"


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """The track that will be heard."""

    index: int
    codec: str
    sample_rate: int  # Hz
    channels: int
    layout: str
    start_seconds: float = 0.0
    bitrate: int | None = None  # bit/s
    number: int = 1  # among all sound tracks of the file
    language: str = ""  # as three letters, when the file says it
    late_seconds: float = 0.0  # after the film begins, where ffmpeg does not see it
    unread_before: str = ""  # the codec of a track that we would rather hear
    is_changing: bool = False  # its channels or its rate; only who listens knows it

    @property
    def is_one_channel(self) -> bool:
        """One microphone; or several, and nobody says where: their sum is heard."""
        if self.layout.endswith(" channels"):
            return self.channels != 2
        return self.channels == 1 or self.channels > MOST_NAMED_CHANNELS


@dataclass(frozen=True, slots=True)
class Probe:
    """What the headers of a recording say. They can lie: see `entrance`."""

    container: str
    duration_seconds: float  # 0.0 when the headers do not say
    sound: SoundTrack | None
    picture: Picture | None
    is_encrypted: bool = False
    has_too_many_tracks: bool = False  # then nothing else is known
    has_cover: bool = False  # a still picture in the tags
    unknown: tuple[str, ...] = ()  # codecs that we do not decode
    unread_picture: str = ""  # the codec of a track that we would rather watch
    other_sounds: tuple[SoundTrack, ...] = ()  # in the order in which to try them


def probe(recording: Path) -> Probe:
    """Read the headers of a recording, and a few packets."""
    child = ["-m", "media_pipeline.recording.probe", str(recording.absolute())]
    try:
        finished = run_child(child, limits=_LIMITS, reads=[recording])
    except ProgramFailed as error:
        raise unreadable(error) from error
    return probe_told(json.loads(finished.output))


def unreadable(error: ProgramFailed) -> UnreadableRecording:
    """What a host is told when headers were too much for a child."""
    sentence = "This file cannot be read as sound or film."
    return UnreadableRecording(sentence, cause=error.cause)


def probe_told(told: dict[str, Any]) -> Probe:
    """What the child told."""
    sound, picture = told.pop("sound"), told.pop("picture")
    told["unknown"] = tuple(told["unknown"])
    others = told.pop("other_sounds")
    if picture:
        for name in ("frame_rate", "sample_aspect"):
            picture[name] = Fraction(picture[name])
    return Probe(
        sound=SoundTrack(**sound) if sound else None,
        picture=Picture(**picture) if picture else None,
        other_sounds=tuple(SoundTrack(**other) for other in others),
        **told,
    )


def main(path: str) -> None:
    """The child: probe one file and print what it is."""
    sys.stdout.write(json.dumps(asdict(look_into(path)), default=str))


def look_into(path: str) -> Probe:
    """In the child: what the headers of a file say."""
    opened = _opened(path)
    if opened is None:
        return Probe("", 0.0, None, None, has_too_many_tracks=True)
    with opened:
        is_encrypted = _is_encrypted(opened)
        tracks = tracks_of(opened)
        picture = read_picture(opened, tracks.film) if tracks.film else None
        sounds = [_sound(*heard) for heard in tracks.sounds]
        heard = _on_one_clock(sounds, picture, opened.format.name)
        return Probe(
            container=opened.format.name,
            duration_seconds=told_seconds(opened),
            sound=heard[0] if heard else None,
            other_sounds=tuple(heard[1:]),
            is_encrypted=is_encrypted,
            picture=picture,
            has_cover=bool(tracks.covers),
            unknown=tracks.unknown,
            unread_picture=tracks.unread_film,
        )


def _opened(path: str) -> Any | None:
    """A file, or nothing where it has more tracks than we read."""
    import av  # only the child needs it

    opened, failed = None, None
    av.logging.set_level(av.logging.ERROR)
    with av.logging.Capture() as said:
        try:
            opened = open_hostile(path)
        except av.FFmpegError as error:
            failed = error
    av.logging.set_level(None)
    if any(_TOO_MANY in message for _, _, message in said):
        return None
    if failed:
        raise failed
    return opened


def _on_one_clock(
    sounds: list[SoundTrack], picture: Picture | None, container: str
) -> list[SoundTrack]:
    """How much later than the film each sound begins, if ffmpeg would not wait."""
    if picture is None or container not in EACH_FROM_ITS_START:
        return sounds
    begins = picture.start_seconds
    # One of them may begin before the clock of a broadcast turns over.
    turns = [round((sound.start_seconds - begins) / TURN_SECONDS) for sound in sounds]
    starts = [
        sound.start_seconds - turn * TURN_SECONDS
        for sound, turn in zip(sounds, turns, strict=True)
    ]
    return [
        replace(sound, start_seconds=start, late_seconds=max(0.0, start - begins))
        for sound, start in zip(sounds, starts, strict=True)
    ]


def _sound(stream: Any, number: int, unread: str) -> SoundTrack:
    context = stream.codec_context
    language = str(stream.language or "")
    return SoundTrack(
        index=stream.index,
        codec=context.name,
        sample_rate=context.sample_rate,
        channels=context.channels,
        layout=context.layout.name,
        start_seconds=seconds_of(stream.start_time, stream) or 0.0,
        bitrate=context.bit_rate or None,
        number=number,
        language=language if _LANGUAGE.fullmatch(language) else "",
        unread_before=unread,
    )


def _is_encrypted(opened: Any) -> bool:
    import av

    packet = next(opened.demux(), None)
    with contextlib.suppress(av.FFmpegError):  # where there is no key frame to go to
        opened.seek(0)
    return packet is not None and packet.has_sidedata("encryption_info")


if __name__ == "__main__":
    main(sys.argv[1])
