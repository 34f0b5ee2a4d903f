"""Cut the sound of a film into fragments, exactly where we say, without encoding.

ffmpeg cuts sound at regular times only; the pictures of a copied film have no such.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from media_pipeline.mp4.boxes import Box, Payload, broken, timescale_of, top_boxes

_TABLES = (b"stts", b"stsc", b"stsz", b"stco")  # those of a fragmented file are empty
_SYNC = 0x02000000  # sample_depends_on: on no other
_BASE_IS_MOOF, _TELLS_DURATION, _TELLS_FLAGS = 0x020000, 0x8, 0x20
_TELLS_OFFSET, _TELLS_DURATIONS, _TELLS_SIZES = 0x1, 0x100, 0x200


@dataclass(frozen=True, slots=True)
class _Sound:
    moov: Payload
    timescale: int
    at: int  # where its first block lies
    sizes: tuple[int, ...]  # bytes
    durations: tuple[int, ...]  # ticks


def fragment_sound(source: Path, cuts: Sequence[Fraction], target: Path) -> None:
    """Write the sound of `source` again, with a fragment for each of `cuts`.

    A cut falls between the two blocks of sound that are nearest to it.
    """
    try:
        with source.open("rb") as file:
            sound = _read(file, list(top_boxes(source)))
            with target.open("wb") as written:
                written.write(_head(sound))
                for part in _fragments(file, sound, _blocks_at(sound, cuts)):
                    written.write(part)
    except (struct.error, LookupError, ValueError) as error:
        raise broken(source, repr(error)) from error


def _read(file: BinaryIO, boxes: list[Box]) -> _Sound:
    kinds = [box.kind for box in boxes]
    moov = boxes[kinds.index(b"moov")].load(file)
    mdat = boxes[kinds.index(b"mdat")]
    table = moov.inside(b"trak", b"mdia", b"minf", b"stbl")
    sizes = _sizes(table.inside(b"stsz").data)
    durations = tuple(_durations(table.inside(b"stts").data))
    if len(durations) != len(sizes) or sum(sizes) != mdat.size - mdat.header:
        raise ValueError("its tables do not describe all of its sound")
    return _Sound(
        moov=moov,
        timescale=timescale_of(moov.inside(b"trak", b"mdia")),
        at=mdat.start + mdat.header,
        sizes=sizes,
        durations=durations,
    )


def _sizes(stsz: bytes) -> tuple[int, ...]:
    same, count = _numbers(stsz, 4, 2)
    return (same,) * count if same else _numbers(stsz, 12, count)


def _durations(stts: bytes) -> Iterator[int]:
    rows = _numbers(stts, 8, 2 * _numbers(stts, 4, 1)[0])
    for count, duration in zip(rows[::2], rows[1::2], strict=True):
        yield from (duration,) * count


def _blocks_at(sound: _Sound, cuts: Sequence[Fraction]) -> list[int]:
    # Players of fragments know no edit lists: the silence with which an encoder
    # begins is left out here, or all sound would come 21 ms late.
    first = _silent_blocks(sound)
    usual, count = sound.durations[first], len(sound.sizes)
    at = [first + round(cut * sound.timescale / usual) for cut in cuts]
    if at != sorted(set(at)) or at[-1] >= count:
        raise ValueError("there is less sound than cuts")
    return [*at, count]


def _silent_blocks(sound: _Sound) -> int:
    try:
        elst = sound.moov.inside(b"trak", b"edts", b"elst").data
    except LookupError:
        return 0
    begins_at = _numbers(elst, 20, 1)[0] if elst[0] else _numbers(elst, 12, 1)[0]
    return round(begins_at / sound.durations[0])


def _fragments(file: BinaryIO, sound: _Sound, blocks: list[int]) -> Iterator[bytes]:
    file.seek(sound.at + sum(sound.sizes[: blocks[0]]))
    start = 0
    for number, (first, end) in enumerate(pairwise(blocks), start=1):
        sizes, durations = sound.sizes[first:end], sound.durations[first:end]
        yield _moof(number, start, sizes, durations)
        yield _box(b"mdat", file.read(sum(sizes)))
        start += sum(durations)


def _moof(
    number: int, start: int, sizes: Sequence[int], durations: Sequence[int]
) -> bytes:
    def with_data_at(offset: int) -> bytes:
        usual = struct.pack(">III", 1, durations[0], _SYNC)
        told = _BASE_IS_MOOF | _TELLS_DURATION | _TELLS_FLAGS
        traf = [
            _full(b"tfhd", told, usual),
            _full(b"tfdt", 0x01000000, struct.pack(">Q", start)),
            _trun(offset, sizes, durations),
        ]
        return _box(
            b"moof", _full(b"mfhd", 0, struct.pack(">I", number)), _box(b"traf", *traf)
        )

    return with_data_at(len(with_data_at(0)) + 8)


def _trun(offset: int, sizes: Sequence[int], durations: Sequence[int]) -> bytes:
    told, rows = _TELLS_OFFSET | _TELLS_SIZES, list(sizes)
    if len(set(durations)) > 1:  # the last block may be shorter
        told |= _TELLS_DURATIONS
        rows = [n for pair in zip(durations, sizes, strict=True) for n in pair]
    data = struct.pack(f">II{len(rows)}I", len(sizes), offset, *rows)
    return _full(b"trun", told, data)


def _head(sound: _Sound) -> bytes:
    trex = _full(b"trex", 0, struct.pack(">IIIII", 1, 1, 0, 0, 0))
    moov = _box(
        b"moov",
        _endless(sound.moov, b"mvhd"),
        _track(sound.moov.inside(b"trak")),
        _box(b"mvex", trex),
    )
    return _box(b"ftyp", b"iso6", bytes(4), b"iso6", b"mp41") + moov


def _track(trak: Payload) -> bytes:
    media = trak.inside(b"mdia")
    info = media.inside(b"minf")
    table = info.inside(b"stbl")
    empty = [_full(kind, 0, bytes(8 if kind == b"stsz" else 4)) for kind in _TABLES]
    kept = (_copy(info, kind) for kind in (b"smhd", b"dinf"))
    return _box(
        b"trak",
        _endless(trak, b"tkhd"),
        _box(
            b"mdia",
            _endless(media, b"mdhd"),
            _copy(media, b"hdlr"),
            _box(b"minf", *kept, _box(b"stbl", _copy(table, b"stsd"), *empty)),
        ),
    )


def _endless(parent: Payload, kind: bytes) -> bytes:
    """A header without its duration: the fragments have it."""
    data = bytearray(parent.inside(kind).data)
    is_long = data[0] == 1  # more than twelve hours
    at = 16 + 4 * (kind == b"tkhd") + 8 * is_long
    width = 8 if is_long else 4
    data[at : at + width] = bytes(width)
    return _box(kind, bytes(data))


def _copy(parent: Payload, kind: bytes) -> bytes:
    return _box(kind, parent.inside(kind).data)


def _full(kind: bytes, version_and_flags: int, data: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version_and_flags), data)


def _box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def _numbers(data: bytes, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f">{count}I", data, at)
