"""What a fragmented MP4 really holds.

Programs say that all is well when it is not: this is where we look for ourselves.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from media_pipeline.mp4_boxes import Box, Payload, broken, top_boxes

_NOT_SYNC = 0x10000  # sample_is_non_sync_sample
_VERSION_AND_FLAGS = 4  # bytes before what matters
_SAMPLE_ENTRY = {b"avc1": 78, b"mp4a": 28}  # bytes before the boxes inside


@dataclass(frozen=True, slots=True)
class Fragment:
    """One moof with its mdat: what can be decoded at once."""

    offset: int  # bytes
    size: int
    start: int  # ticks
    duration: int
    samples: int
    begins_with_key: bool


@dataclass(frozen=True, slots=True)
class Track:
    """The only track of a fragmented MP4."""

    timescale: int  # ticks per second
    codec: str  # RFC 6381, from the decoder's own configuration
    width: int
    height: int
    head_size: int  # bytes: ftyp and moov
    size: int
    fragments: tuple[Fragment, ...]

    @property
    def seconds(self) -> Fraction:
        """How long it plays."""
        return Fraction(sum(f.duration for f in self.fragments), self.timescale)

    @property
    def samples(self) -> int:
        """How many pictures, or blocks of sound."""
        return sum(fragment.samples for fragment in self.fragments)


def read_track(path: Path) -> Track:
    """Read all boxes of a fragmented MP4. Raises `WrongOutput` if it is not whole."""
    try:
        with path.open("rb") as file:
            return _track(file, list(top_boxes(path)))
    except (struct.error, LookupError, ValueError) as error:
        raise broken(path, repr(error)) from error


def _track(file: BinaryIO, boxes: list[Box]) -> Track:
    head = boxes[[box.kind for box in boxes].index(b"moov")]
    moov = head.load(file)
    media = moov.inside(b"trak", b"mdia")
    entry = media.inside(b"minf", b"stbl", b"stsd").after(8)
    sizes = moov.inside(b"trak", b"tkhd").data[-8:]
    width, height = (side >> 16 for side in struct.unpack(">II", sizes))
    return Track(
        timescale=_timescale(media.inside(b"mdhd").data),
        codec=_codec(entry),
        width=width,
        height=height,
        head_size=head.end,
        size=boxes[-1].end,
        fragments=tuple(_fragments(file, boxes[boxes.index(head) + 1 :])),
    )


def _timescale(mdhd: bytes) -> int:
    return int(struct.unpack_from(">I", mdhd, 20 if mdhd[0] else 12)[0])


def _codec(entries: Payload) -> str:
    entry = list(entries.children())[0]  # noqa: RUF015 (LookupError, not StopIteration)
    inside = entries.inside(entry.kind).after(_SAMPLE_ENTRY[entry.kind])
    if entry.kind == b"avc1":
        return f"avc1.{inside.inside(b'avcC').data[1:4].hex()}"
    return _aac(inside.inside(b"esds").data[_VERSION_AND_FLAGS:])


def _aac(descriptors: bytes) -> str:
    # ISO/IEC 14496-1: ES (3) > DecoderConfig (4) > DecoderSpecificInfo (5).
    es = _descriptor(descriptors, 3)
    configuration = _descriptor(es[3:], 4)
    specific = _descriptor(configuration[13:], 5)
    return f"mp4a.{configuration[0]:x}.{specific[0] >> 3}"


def _descriptor(data: bytes, tag: int) -> bytes:
    if data[0] != tag:
        raise ValueError(f"descriptor {data[0]} instead of {tag}")
    at, length, more = 1, 0, True
    while more:
        length, more = length << 7 | data[at] & 0x7F, bool(data[at] & 0x80)
        at += 1
    return data[at : at + length]


def _fragments(file: BinaryIO, boxes: list[Box]) -> Iterator[Fragment]:
    begin: int | None = None
    moof: Payload | None = None
    for box in boxes:
        begin = box.start if begin is None else begin
        if box.kind == b"moof":
            moof = box.load(file)
        elif box.kind == b"mdat":
            if moof is None:
                raise ValueError("a mdat without its moof")
            yield _fragment(moof.inside(b"traf"), begin, box.end - begin)
            begin = moof = None
    if moof is not None:
        raise ValueError("a moof without its mdat")


def _fragment(traf: Payload, offset: int, size: int) -> Fragment:
    usual = _Defaults.read(traf.inside(b"tfhd").data)
    runs = [
        _run(traf.of(box).data, usual) for box in traf.children() if box.kind == b"trun"
    ]
    return Fragment(
        offset=offset,
        size=size,
        start=_start(traf.inside(b"tfdt").data),
        duration=sum(run.duration for run in runs),
        samples=sum(run.samples for run in runs),
        begins_with_key=runs[0].begins_with_key,
    )


def _start(tfdt: bytes) -> int:
    wide = ">Q" if tfdt[0] else ">I"
    return int(struct.unpack_from(wide, tfdt, _VERSION_AND_FLAGS)[0])


@dataclass(frozen=True, slots=True)
class _Defaults:
    duration: int = 0
    flags: int = 0

    @classmethod
    def read(cls, tfhd: bytes) -> "_Defaults":
        flags, at = int.from_bytes(tfhd[1:4], "big"), 8
        values = {}
        for bit, width in ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4), (0x20, 4)):
            if flags & bit:
                values[bit] = int.from_bytes(tfhd[at : at + width], "big")
                at += width
        return cls(duration=values.get(0x8, 0), flags=values.get(0x20, 0))


@dataclass(frozen=True, slots=True)
class _Run:
    duration: int
    samples: int
    begins_with_key: bool


def _run(trun: bytes, usual: _Defaults) -> _Run:
    told, samples = int.from_bytes(trun[1:4], "big"), _number(trun, 4)
    at = 8 + 4 * bool(told & 0x1)
    first_flags = _number(trun, at) if told & 0x4 else None
    at += 4 * bool(told & 0x4)
    columns = [bit for bit in (0x100, 0x200, 0x400, 0x800) if told & bit]
    rows = struct.unpack_from(f">{samples * len(columns)}I", trun, at)
    duration = samples * usual.duration
    if 0x100 in columns:
        duration = sum(rows[columns.index(0x100) :: len(columns)])
    if first_flags is None:
        listed = 0x400 in columns
        first_flags = rows[columns.index(0x400)] if listed else usual.flags
    return _Run(duration, samples, not first_flags & _NOT_SYNC)


def _number(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", data, at)[0])
