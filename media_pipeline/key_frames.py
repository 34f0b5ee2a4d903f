"""Every packet of a film's pictures, looked at once in a child: when, how large, how
independent. `python -m media_pipeline.key_frames FILE TRACK RATE` prints what it found.
"""

import json
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_pipeline.h264 import is_progressive
from media_pipeline.hostile import HOSTILE_OPTIONS
from media_pipeline.process import Limits, run

MODULE = "media_pipeline.key_frames"
_IDR, _SPS, _PPS = 5, 7, 8
_SLICES = {1, _IDR}
_AVCC_VERSION = 1
# Their key frames are listed: there, reading begins exactly where it is asked to.
_INDEXED = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}
_BEFORE_SECONDS = 1.0  # others are searched by their clock, and land after a key frame
_AFTER_SECONDS = 0.2  # ffmpeg looks a little earlier than asked, not to come too late


@dataclass(frozen=True, slots=True)
class Scan:
    """What the packets say. Pictures are counted at the rate at which it will play."""

    count: int
    last_seconds: float  # when the last picture begins
    keys: tuple[float, ...]  # seconds: where decoding can begin
    key_places: tuple[int, ...]  # which picture that is
    group_sizes: tuple[int, ...]  # bytes from each key frame to the next
    is_steady: bool  # each picture has a place of its own, and no place is empty
    delay: int  # how many pictures are decoded before the first is shown
    is_closed: bool  # nothing needs what lies before a key frame
    profile: int = 0  # of H.264 with one head for all pictures, and none of its fields
    level: int = 0
    is_indexed: bool = False

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


def scan(recording: Path, track: int, rate: Fraction, *, seconds: float) -> Scan:
    """Read all packets of one track, without decoding any."""
    finished = run(
        [
            sys.executable,
            "-m",
            MODULE,
            str(recording.absolute()),
            str(track),
            str(rate),
        ],
        limits=Limits.for_duration(seconds),
        cwd=Path(__file__).parent.parent,
        reads=[recording],
    )
    told = json.loads(finished.output)
    for name in ("keys", "key_places", "group_sizes"):
        told[name] = tuple(told[name])
    return Scan(**told)


def main(path: str, track: str, rate: str) -> None:
    """The child: read one file and print what its packets say."""
    sys.stdout.write(json.dumps(asdict(_scan(path, int(track), Fraction(rate)))))


def _scan(path: str, track: int, rate: Fraction) -> Scan:
    import av  # only the child needs it

    options = {name: str(value) for name, value in HOSTILE_OPTIONS.items()}
    with av.open(f"file:{path}", options=options, metadata_errors="replace") as opened:
        stream = opened.streams[track]
        begin = Fraction(opened.start_time or 0, 1_000_000)
        reader = _Reader(stream, begin, rate)
        for packet in opened.demux(stream):
            if packet.size:
                reader.read(packet)
        return replace(reader.result(), is_indexed=opened.format.name in _INDEXED)


class _Reader:
    def __init__(self, stream: Any, begin: Fraction, rate: Fraction) -> None:
        self._clock, self._begin, self._rate = stream.time_base, begin, rate
        self._head = _Head.of(stream)
        self._places: list[int] = []
        self._keys: list[Fraction] = []
        self._key_places: list[int] = []
        self._sizes: list[int] = []
        self._last = Fraction(0)
        self._is_closed = self._is_timed = True

    def read(self, packet: Any) -> None:
        ticks = packet.pts if packet.pts is not None else packet.dts
        self._is_timed &= packet.pts is not None
        seconds = (ticks or 0) * self._clock - self._begin
        place = _nearest(seconds * self._rate)
        kinds = set(self._head.look(packet)) if self._head else set()
        if packet.is_keyframe:
            self._is_closed &= _IDR in kinds
            self._keys.append(seconds)
            self._key_places.append(place)
            self._sizes.append(0)
        elif not self._keys or place <= self._key_places[-1]:
            self._is_closed = False
        self._sizes[-1:] = [sum(self._sizes[-1:]) + packet.size]
        self._places.append(place)
        self._last = max(self._last, seconds)

    def result(self) -> Scan:
        places, head = self._places, self._head
        delays = (number - place for number, place in enumerate(places))
        is_h264 = head is not None and head.is_the_only_one
        return Scan(
            count=len(places),
            last_seconds=float(self._last),
            keys=tuple(float(key) for key in self._keys),
            key_places=tuple(self._key_places),
            group_sizes=tuple(self._sizes),
            is_steady=self._is_timed and sorted(places) == list(range(len(places))),
            delay=max(delays, default=0),
            is_closed=self._is_closed,
            profile=head.avcc[1] if head and is_h264 else 0,
            level=head.avcc[3] if head and is_h264 else 0,
        )


class _Head:
    """The parameters of H.264, which a copy keeps once, before all pictures."""

    def __init__(self, avcc: bytes) -> None:
        self.avcc = avcc
        self.is_the_only_one = is_progressive(avcc)
        self._width = (avcc[4] & 3) + 1

    @classmethod
    def of(cls, stream: Any) -> "_Head | None":
        extra = bytes(stream.codec_context.extradata or b"")
        is_avcc = extra[:1] == bytes([_AVCC_VERSION])
        is_h264 = stream.codec_context.name == "h264"
        return cls(extra) if is_h264 and is_avcc and len(extra) > 8 else None

    def look(self, packet: Any) -> Iterator[int]:
        """The kinds of the units in a packet."""
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
