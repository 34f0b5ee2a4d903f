"""What a fragmented MP4 really holds.

Programs say that all is well when it is not: this is where we look for ourselves.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from media_pipeline.mp4.boxes import Box, Payload, broken, timescale_of, top_boxes

_NOT_SYNC = 0x10000  # sample_is_non_sync_sample
_VERSION_AND_FLAGS = 4  # bytes before what matters
_SAMPLE_ENTRY = {b"avc1": 78, b"avc3": 78, b"mp4a": 28}  # bytes before the boxes inside


@dataclass(frozen=True, slots=True)
class Fragment:
    """One moof with its mdat: what can be decoded at once."""

    offset: int  # bytes
    size: int
    start: int  # ticks
    duration: int
    samples: int
    begins_with_key: bool
    moof: int  # where it begins
    key_at: int  # where its first sample begins
    key_end: int  # the first byte after that
    key_ticks: int  # how long it is shown


@dataclass(frozen=True, slots=True)
class Track:
    """The first track of a fragmented MP4, which should be the only one."""

    timescale: int  # ticks per second
    entry: str  # the kind of sample entry: "avc1", "mp4a"
    codec: str  # RFC 6381, from the decoder's own configuration
    configuration: bytes  # that: an avcC, or an AudioSpecificConfig
    width: int
    height: int
    head_size: int  # bytes: ftyp and moov
    size: int
    fragments: tuple[Fragment, ...]
    tracks: int = 1  # how many there really are

    @property
    def seconds(self) -> Fraction:
        """How long it plays."""
        return Fraction(sum(f.duration for f in self.fragments), self.timescale)

    @property
    def channels(self) -> int:
        """How many loudspeakers it is for (ISO/IEC 14496-3, 1.6.2.1)."""
        return self.configuration[1] >> 3 & 0xF

    @property
    def frame_rate(self) -> Fraction:
        """Pictures a second; the last one of all may stand longer."""
        return Fraction(self.timescale, self.fragments[0].key_ticks)

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
    entry, codec, configuration = _coded(media.inside(b"minf", b"stbl", b"stsd"))
    sizes = moov.inside(b"trak", b"tkhd").data[-8:]
    width, height = (side >> 16 for side in struct.unpack(">II", sizes))
    return Track(
        timescale=timescale_of(media),
        entry=entry,
        codec=codec,
        configuration=configuration,
        width=width,
        height=height,
        head_size=head.end,
        size=boxes[-1].end,
        fragments=tuple(_fragments(file, boxes[boxes.index(head) + 1 :])),
        tracks=sum(box.kind == b"trak" for box in moov.children()),
    )


def _coded(descriptions: Payload) -> tuple[str, str, bytes]:
    entries = descriptions.after(8)
    entry = list(entries.children())[0]  # noqa: RUF015 (LookupError, not StopIteration)
    inside = entries.inside(entry.kind).after(_SAMPLE_ENTRY[entry.kind])
    if entry.kind == b"mp4a":
        codec, configuration = _aac(inside.inside(b"esds").data[_VERSION_AND_FLAGS:])
    else:
        configuration = inside.inside(b"avcC").data
        codec = f"{entry.kind.decode()}.{configuration[1:4].hex()}"
    return entry.kind.decode(), codec, configuration


def _aac(descriptors: bytes) -> tuple[str, bytes]:
    # ISO/IEC 14496-1: ES (3) > DecoderConfig (4) > DecoderSpecificInfo (5).
    es = _descriptor(descriptors, 3)
    configuration = _descriptor(es[3:], 4)
    specific = _descriptor(configuration[13:], 5)
    return f"mp4a.{configuration[0]:x}.{specific[0] >> 3}", specific


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
    moof: Box | None = None
    for box in boxes:
        begin = box.start if begin is None else begin
        if box.kind == b"moof":
            moof = box
        elif box.kind == b"mdat":
            if moof is None:
                raise ValueError("a mdat without its moof")
            traf = moof.load(file).inside(b"traf")
            yield _fragment(traf, begin, moof.start, box)
            begin = moof = None
    if moof is not None:
        raise ValueError("a moof without its mdat")


def _fragment(traf: Payload, offset: int, moof: int, mdat: Box) -> Fragment:
    usual = _Defaults.read(traf.inside(b"tfhd").data)
    runs = [
        _run(traf.of(box).data, usual) for box in traf.children() if box.kind == b"trun"
    ]
    first = runs[0]
    key_at = mdat.start + mdat.header if first.at is None else moof + first.at
    return Fragment(
        offset=offset,
        size=mdat.end - offset,
        start=_start(traf.inside(b"tfdt").data),
        duration=sum(run.duration for run in runs),
        samples=sum(run.samples for run in runs),
        begins_with_key=first.begins_with_key,
        moof=moof,
        key_at=key_at,
        key_end=key_at + first.key_size,
        key_ticks=first.key_ticks,
    )


def _start(tfdt: bytes) -> int:
    wide = ">Q" if tfdt[0] else ">I"
    return int(struct.unpack_from(wide, tfdt, _VERSION_AND_FLAGS)[0])


@dataclass(frozen=True, slots=True)
class _Defaults:
    duration: int = 0
    size: int = 0
    flags: int = 0

    @classmethod
    def read(cls, tfhd: bytes) -> "_Defaults":
        flags, at = int.from_bytes(tfhd[1:4], "big"), 8
        values = {}
        for bit, width in ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4), (0x20, 4)):
            if flags & bit:
                values[bit] = int.from_bytes(tfhd[at : at + width], "big")
                at += width
        return cls(values.get(0x8, 0), values.get(0x10, 0), values.get(0x20, 0))


@dataclass(frozen=True, slots=True)
class _Run:
    at: int | None  # bytes after the moof begins
    duration: int
    samples: int
    begins_with_key: bool
    key_size: int
    key_ticks: int


def _run(trun: bytes, usual: _Defaults) -> _Run:
    told, samples = int.from_bytes(trun[1:4], "big"), _number(trun, 4)
    data_at = _number(trun, 8) if told & 0x1 else None
    at = 8 + 4 * bool(told & 0x1)
    first_flags = _number(trun, at) if told & 0x4 else None
    at += 4 * bool(told & 0x4)
    columns = [bit for bit in (0x100, 0x200, 0x400, 0x800) if told & bit]
    rows = struct.unpack_from(f">{samples * len(columns)}I", trun, at)

    def column(bit: int, default: int) -> tuple[int, ...]:
        if bit not in columns:
            return (default,) * samples
        return rows[columns.index(bit) :: len(columns)]

    flags = column(0x400, usual.flags)[0] if first_flags is None else first_flags
    return _Run(
        at=data_at,
        duration=sum(column(0x100, usual.duration)),
        samples=samples,
        begins_with_key=not flags & _NOT_SYNC,
        key_size=column(0x200, usual.size)[0],
        key_ticks=column(0x100, usual.duration)[0],
    )


def _number(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", data, at)[0])
