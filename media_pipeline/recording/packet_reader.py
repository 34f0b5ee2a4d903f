"""The child that reads all packets of a recording: see `packets`.

`python -m media_pipeline.recording.packet_reader FILE SOUND PICTURE SECONDS` prints
what it found as JSON; PICTURE is -1 where there is none. It decodes the sound as well,
to find what is broken in it. The first look at a recording does not: see `examination`.
"""

import heapq
import json
import sys
from abc import ABC, abstractmethod
from dataclasses import asdict, replace
from math import inf
from typing import Any

import av

from media_pipeline.mp4.nal_units import are_whole, length_size
from media_pipeline.programs.hostile import open_hostile
from media_pipeline.recording.packets import JUMP_SECONDS, UNSTEADY_CLOCKS, Scan, Spot
from media_pipeline.recording.picture import decoded_alone
from media_pipeline.recording.probe import TURN_SECONDS
from media_pipeline.recording.promise import promised_seconds

GAP_SECONDS = 0.5  # recorders that save on silence pause for less
LOOKS = 200  # how many key frames are decoded, all over a film
MOST_SPOTS = 1000

_GUESSED = "Estimating duration from bitrate"


def main(path: str, sound: str, picture: str, seconds: str) -> None:
    """Read one file and print what is there."""
    watched = int(picture) if int(picture) >= 0 else None
    given = (path, int(sound), watched, float(seconds))
    found = read_packets(*given, decodes_sound=True)
    sys.stdout.write(json.dumps(asdict(found)))


def read_packets(
    path: str,
    sound: int,
    picture: int | None,
    seconds: float,
    *,
    decodes_sound: bool = False,
) -> Scan:
    """Read all packets of two tracks of a file."""
    av.logging.set_level(av.logging.WARNING)
    with av.logging.Capture() as said, open_hostile(path) as opened:
        av.logging.set_level(None)
        tracks: list[_Track] = [_Sound(opened, sound, decodes=decodes_sound)]
        if picture is not None:
            tracks.append(_Film(opened, picture, seconds / LOOKS))
        goes_on = _read(opened, {track.index: track for track in tracks})
        is_guessed = any(_GUESSED in message for _, _, message in said)
        found = _found(opened, tracks, is_guessed=is_guessed)
        return replace(found, goes_on=goes_on)


class _Track(ABC):
    """How far we have read in one track."""

    def __init__(self, opened: Any, index: int) -> None:
        self.index = index
        self.stream = opened.streams[index]
        self.start = (opened.start_time or 0) / 1e6
        self.begin = 0.0
        self.end: float | None = None
        self._gaps: list[tuple[float, float]] = []  # a heap of seconds and times
        self.bad: list[Spot] = []
        self._is_unsteady = opened.format.name in UNSTEADY_CLOCKS
        self._moved = 0.0  # by how much the clock was set anew
        self._step = 0.0

    @property
    def gaps(self) -> tuple[Spot, ...]:
        """The longest of them; when there are too many, we forget the shortest."""
        return tuple(Spot(at, gap) for at, gap in sorted(g[::-1] for g in self._gaps))

    @property
    def is_reset(self) -> bool:
        return self._moved != 0.0

    def take(self, packet: Any) -> None:
        time = packet.dts if packet.pts is None else packet.pts
        if time is None or not packet.size or packet.is_discard:  # by an edit list
            return
        base = float(packet.time_base)
        seconds = max(0, packet.duration or 0) * base
        at = self._meets(time * base - self.start, seconds)
        if not self.is_good(packet, at) and len(self.bad) < MOST_SPOTS:
            self.bad.append(Spot(round(at, 3), round(seconds, 3)))

    @abstractmethod
    def is_good(self, packet: Any, at: float) -> bool:
        """What is done about each."""

    def _meets(self, at: float, seconds: float) -> float:
        at -= self._moved
        if self.end is None and self._is_unsteady and abs(at) > TURN_SECONDS / 2:
            self._moved = at
            at = 0.0
        if self.end is None:
            self.begin = at
        end = at if self.end is None else self.end
        if self._is_unsteady and abs(at - end) > JUMP_SECONDS:
            self._moved, at = self._moved + at - end, end
            self._note(end, 0.0)
        elif at - end > GAP_SECONDS + self._step:
            self._note(end, at - end)
        self._step = 0.0 if seconds else max(0.0, at - end)
        self.end = max(end, at + seconds)
        return at

    def _note(self, at: float, seconds: float) -> None:
        heapq.heappush(self._gaps, (round(seconds, 3), round(at, 3)))
        if len(self._gaps) > MOST_SPOTS:
            heapq.heappop(self._gaps)


class _Sound(_Track):
    def __init__(self, opened: Any, index: int, *, decodes: bool) -> None:
        super().__init__(opened, index)
        self._decodes = decodes

    def is_good(self, packet: Any, at: float) -> bool:
        if not self._decodes:
            return True
        try:
            packet.decode()
        except av.FFmpegError:
            return False
        return True


class _Film(_Track):
    def __init__(self, opened: Any, index: int, every_seconds: float) -> None:
        super().__init__(opened, index)
        self.looks, self.torn_looks = 0, 0
        self._count, self._first, self._last = 0, inf, -inf
        self.is_interlaced = False
        self._every_seconds, self._next = every_seconds, 0.0
        self._context = self.stream.codec_context
        head = self._context.extradata or b""
        self._size = length_size(self._context.codec.name, head)

    @property
    def rate(self) -> float:
        return (
            (self._count - 1) / (self._last - self._first) if self._count > 1 else 0.0
        )

    def is_good(self, packet: Any, at: float) -> bool:
        self._count += 1
        self._first, self._last = min(self._first, at), max(self._last, at)
        is_good = not self._size or are_whole(memoryview(packet), self._size)
        # A new head counts for all pictures behind it: no decoder may miss it.
        is_due = at >= self._next or packet.has_sidedata("new_extradata")
        if packet.is_keyframe and is_due:
            self._next = at + self._every_seconds
            is_good = is_good and self._can_be_seen(packet)
            self.looks += 1
            self.torn_looks += not is_good
        return is_good

    def _can_be_seen(self, packet: Any) -> bool:
        frames = decoded_alone(self._context, packet)
        if frames is None:
            return False
        self.is_interlaced |= any(frame.interlaced_frame for frame in frames)
        # None at all: half a picture, as some cameras write them.
        return not any(frame.is_corrupt for frame in frames)


def _read(opened: Any, tracks: dict[int, _Track]) -> bool:
    """Whether more follows, in a form that is not the one from before."""
    packets = opened.demux([track.stream for track in tracks.values()])
    try:
        for packet in packets:
            tracks[packet.stream.index].take(packet)
    except av.error.PatchWelcomeError:  # a chain of Oggs whose channels differ
        return True
    except av.FFmpegError:  # like a file that ends here
        return False
    return False


def _found(opened: Any, tracks: list[_Track], *, is_guessed: bool) -> Scan:
    promised = promised_seconds(opened, [track.stream for track in tracks])
    is_no_promise = is_guessed or any(track.is_reset for track in tracks)
    film = next((track for track in tracks if isinstance(track, _Film)), None)
    return Scan(
        seconds=max([0.0, *(track.end for track in tracks if track.end)]),
        promised_seconds=0.0 if is_no_promise else promised,
        picture_rate=film.rate if film else 0.0,
        is_interlaced=film.is_interlaced if film else False,
        has_key_frame=film is None or film.looks > 0,
        torn_looks=film.torn_looks / max(1, film.looks) if film else 0.0,
        gaps=tracks[0].gaps,
        broken=tuple(tracks[0].bad),
        torn=tuple(film.bad) if film else (),
        picture_seconds=film.end if film else None,
        sound_begins=max(0.0, round(tracks[0].begin, 3)),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
