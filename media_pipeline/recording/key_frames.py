"""Every packet of a film's pictures, looked at once in a child: when, how large, how
independent. `python -m media_pipeline.recording.key_frames FILE TRACK RATE` prints what
it found; with a fourth argument, a key frame is decoded every so many seconds.
"""

import json
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Any

from media_pipeline.mp4.h264 import IDR_SLICE, is_progressive
from media_pipeline.mp4.nal_units import length_size
from media_pipeline.programs.hostile import open_hostile
from media_pipeline.programs.process import Limits, run_child
from media_pipeline.recording.packets import JUMP_SECONDS, UNSTEADY_CLOCKS
from media_pipeline.recording.picture import decoded_alone

MODULE = "media_pipeline.recording.key_frames"
_SPS, _PPS = 7, 8
_AVCC_HEAD = 8  # bytes before the first of its parameters
# Their key frames are listed: there, reading begins exactly where it is asked to.
_INDEXED = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}
_BEFORE_SECONDS = 1.0  # others are searched by their clock, and land after a key frame
_AFTER_SECONDS = 0.2  # ffmpeg looks a little earlier than asked, not to come too late
_BACK_SECONDS = 1.0  # pictures come out of order, but not by so much


@dataclass(frozen=True, slots=True)
class PictureScan:
    """What the packets say. Pictures are counted at the rate at which it will play."""

    count: int
    last_seconds: float  # when the last picture begins
    keys: tuple[float, ...]  # seconds: where decoding can begin
    key_places: tuple[int, ...]  # which picture that is
    group_sizes: tuple[int, ...]  # bytes from each key frame to the next
    is_steady: bool  # each picture has a place of its own, and no place is empty
    delay: int  # how many pictures are decoded before the first is shown
    is_closed: bool  # nothing needs what lies before a key frame
    is_whole: bool = True  # no edit list hides a part of it
    is_seen: bool = True  # all that was decoded came out whole
    profile: int = 0  # of H.264 with one head for all pictures, and none of its fields
    level: int = 0
    is_indexed: bool = False
    has_one_clock: bool = True  # it is never set anew

    @property
    def last_found_seconds(self) -> float:
        """Until when each moment can be found again: 0 where a clock is set anew."""
        return self.last_seconds if self.has_one_clock else 0.0

    def seek_before(self, begin: float) -> float:
        """Where to begin to read, so that the picture at `begin` comes out whole."""
        if not begin:
            return 0.0
        # A key frame is found by when it is decoded, not by when it is seen.
        before = self.keys[: bisect_right(self.keys, begin - _BEFORE_SECONDS)]
        if len(before) < 2:
            return 0.0
        margin = _AFTER_SECONDS if self.is_indexed else -_BEFORE_SECONDS
        return max(0.0, before[-1] + margin)


def scan_pictures(
    recording: Path,
    track: int,
    rate: Fraction,
    *,
    seconds: float,
    look_seconds: float = inf,
) -> PictureScan:
    """Read all packets of one track, and decode a key frame every so many seconds."""
    asked = (track, rate, look_seconds)
    finished = run_child(
        ["-m", MODULE, str(recording.absolute()), *map(str, asked)],
        limits=Limits.for_duration(seconds),
        reads=[recording],
    )
    told = json.loads(finished.output)
    for name in ("keys", "key_places", "group_sizes"):
        told[name] = tuple(told[name])
    return PictureScan(**told)


def main(path: str, track: str, rate: str, look_seconds: str = "inf") -> None:
    """The child: read one file and print what its packets say."""
    found = _scan(path, int(track), Fraction(rate), float(look_seconds))
    sys.stdout.write(json.dumps(asdict(found)))


def _scan(path: str, track: int, rate: Fraction, look_seconds: float) -> PictureScan:
    with open_hostile(path) as opened:
        stream = opened.streams[track]
        begin = Fraction(opened.start_time or 0, 1_000_000)
        reader = _Reader(stream, begin, rate, _Eye(stream, look_seconds))
        for packet in opened.demux(stream):
            if packet.size:
                reader.read(packet)
        name, found = opened.format.name, reader.result()
        is_steady = found.has_one_clock or name not in UNSTEADY_CLOCKS
        return replace(found, is_indexed=name in _INDEXED, has_one_clock=is_steady)


class _Reader:
    def __init__(
        self, stream: Any, begin: Fraction, rate: Fraction, eye: "_Eye"
    ) -> None:
        self._clock, self._begin, self._rate = stream.time_base, begin, rate
        self._head, self._eye = _Head.of(stream), eye
        self._places: list[int] = []
        self._keys: list[Fraction] = []
        self._key_places: list[int] = []
        self._sizes: list[int] = []
        self._last = Fraction(0)
        self._before: Fraction | None = None
        self._is_closed = self._is_timed = self._is_whole = self._is_one = True

    def read(self, packet: Any) -> None:
        if packet.is_discard:  # at most decoded for the sake of others
            self._is_whole = False
            return
        ticks = packet.pts if packet.pts is not None else packet.dts
        self._is_timed &= packet.pts is not None
        seconds = (ticks or 0) * self._clock - self._begin
        place = _nearest(seconds * self._rate)
        kinds = set(self._head.look(packet)) if self._head else set()
        if packet.is_keyframe:
            self._is_closed &= IDR_SLICE in kinds
            self._eye.look(packet, seconds)
            self._keys.append(seconds)
            self._key_places.append(place)
            self._sizes.append(0)
        elif not self._keys or place <= self._key_places[-1]:
            self._is_closed = False
        self._sizes[-1:] = [sum(self._sizes[-1:]) + packet.size]
        self._places.append(place)
        self._last = max(self._last, seconds)
        step = seconds - (seconds if self._before is None else self._before)
        self._is_one &= -_BACK_SECONDS <= step <= JUMP_SECONDS
        self._before = seconds

    def result(self) -> PictureScan:
        places, head = self._places, self._head
        delays = (number - place for number, place in enumerate(places))
        is_h264 = head is not None and head.is_the_only_one
        return PictureScan(
            count=len(places),
            last_seconds=float(self._last),
            keys=tuple(float(key) for key in self._keys),
            key_places=tuple(self._key_places),
            group_sizes=tuple(self._sizes),
            is_steady=self._is_timed and sorted(places) == list(range(len(places))),
            delay=max(delays, default=0),
            is_closed=self._is_closed,
            is_whole=self._is_whole,
            is_seen=self._eye.is_content,
            has_one_clock=self._is_one,
            profile=head.avcc[1] if head and is_h264 else 0,
            level=head.avcc[3] if head and is_h264 else 0,
        )


class _Eye:
    """Decodes a key frame now and then, each for itself."""

    def __init__(self, stream: Any, look_seconds: float) -> None:
        import av

        source = stream.codec_context
        self._context = av.CodecContext.create(source.codec.name, "r")
        self._context.extradata = source.extradata
        self._every, self._next = look_seconds, 0.0 if look_seconds < inf else inf
        self.is_content = True

    def look(self, packet: Any, at: Fraction) -> None:
        if at >= self._next:
            self._next = float(at) + self._every
            self.is_content &= self._can_be_seen(packet)

    def _can_be_seen(self, packet: Any) -> bool:
        frames = decoded_alone(self._context, packet) or []
        return bool(frames) and not any(frame.is_corrupt for frame in frames)


class _Head:
    """The parameters of H.264, which a copy keeps once, before all pictures."""

    def __init__(self, avcc: bytes, width: int) -> None:
        self.avcc = avcc
        self.is_the_only_one = is_progressive(avcc)
        self._width = width  # bytes that tell how long a unit is

    @classmethod
    def of(cls, stream: Any) -> "_Head | None":
        context = stream.codec_context
        avcc = bytes(context.extradata or b"")
        is_h264 = context.name == "h264" and len(avcc) > _AVCC_HEAD
        width = length_size(context.name, avcc)
        return cls(avcc, width) if is_h264 and width else None

    def look(self, packet: Any) -> Iterator[int]:
        """The kinds of the units in a packet."""
        # Joined clips in MP4 have a head each, beside the packets.
        self.is_the_only_one &= not packet.has_sidedata("new_extradata")
        data, at = bytes(packet), 0
        while at + self._width < len(data):
            size = int.from_bytes(data[at : at + self._width], "big")
            at += self._width
            kind = data[at] & 0x1F
            if kind in {_SPS, _PPS} and data[at : at + size] not in self.avcc:
                self.is_the_only_one = False
            yield kind
            at += size


def _nearest(value: Fraction) -> int:
    # As ffmpeg rounds: a half goes away from zero.
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


if __name__ == "__main__":
    main(*sys.argv[1:])
