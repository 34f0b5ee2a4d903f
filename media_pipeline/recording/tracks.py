"""Which tracks of a file are watched and heard; asked by the probing child."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from media_pipeline.programs.hostile import DECODERS

_ATTACHED_PICTURE = 0x400  # AV_DISPOSITION_ATTACHED_PIC
_DEFAULT_TRACK = 0x1  # AV_DISPOSITION_DEFAULT
_LISTED = re.compile(r"  (?:Program|No Program|Stream #0:(\d+))")


class Audible(NamedTuple):
    """A sound that we can decode."""

    stream: Any
    number: int  # among those that we can decode
    unread: str  # the codec of one that comes before it, which we cannot decode


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks of a file that matter, in the order of players."""

    film: Any | None
    sounds: tuple[Audible, ...]
    covers: tuple[Any, ...]
    unknown: tuple[str, ...]  # codecs that we do not decode
    unread_film: str  # the codec of one that would be watched, if we could decode it


def tracks_of(opened: Any) -> Tracks:
    """What to watch and to hear, and what we cannot."""
    covers = [film for film in opened.streams.video if _is_cover(film)]
    films = [film for film in opened.streams.video if film not in covers]
    films.sort(key=_is_no_default)
    film = next((film for film in films if _is_known(film)), None)
    before = films[: films.index(film)] if film else films
    sounds = _in_order(opened, film)
    unknown = [track for track in [*films, *sounds] if not _is_known(track)]
    return Tracks(
        film=film,
        sounds=_audible(opened, sounds),
        covers=tuple(covers),
        unknown=tuple(_codec(track) for track in unknown),
        unread_film=_first_codec(before),
    )


def _is_cover(stream: Any) -> bool:
    return bool(int(stream.disposition) & _ATTACHED_PICTURE)


def _is_no_default(stream: Any) -> bool:
    return not int(stream.disposition) & _DEFAULT_TRACK


def _is_known(stream: Any) -> bool:
    return _codec(stream) in DECODERS.split(",")


def _codec(stream: Any) -> str:
    return stream.codec_context.name if stream.codec_context else "unknown"


def _in_order(opened: Any, film: Any | None) -> list[Any]:
    """The sound that players take, and then the others."""
    sounds = sorted(opened.streams.audio, key=_is_no_default)
    if film is None or opened.format.name != "mpegts":
        return sounds
    # A broadcast may carry radio beside television.
    programme = next((p for p in _programmes(opened) if film.index in p), set())
    return sorted(sounds, key=lambda sound: sound.index not in programme)


def _programmes(opened: Any) -> list[set[int]]:
    """The tracks of each programme, which PyAV tells nowhere but in a listing."""
    import av

    level = av.logging.get_level()
    av.logging.set_level(av.logging.INFO)
    listing = opened.dumps_format()
    av.logging.set_level(level)
    found: list[set[int]] = []
    for line in listing.splitlines():
        if listed := _LISTED.match(line):
            if listed[1] is None:
                found.append(set())
            elif found:
                found[-1].add(int(listed[1]))
    return found


def _audible(opened: Any, ordered: Sequence[Any]) -> tuple[Audible, ...]:
    known = [sound for sound in opened.streams.audio if _is_known(sound)]
    return tuple(
        Audible(
            stream=sound,
            number=known.index(sound) + 1,
            unread=_first_codec(ordered[: ordered.index(sound)]),
        )
        for sound in ordered
        if sound in known
    )


def _first_codec(streams: Sequence[Any]) -> str:
    """That of the first one which we cannot decode."""
    return next((_codec(stream) for stream in streams if not _is_known(stream)), "")
