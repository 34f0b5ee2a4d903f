"""Chunks, which are fragmented MP4s, become one file again."""

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import BinaryIO

from media_pipeline.errors import WrongOutput
from media_pipeline.mp4.boxes import Payload, top_boxes
from media_pipeline.mp4.track import read_track

_BLOCK = 1024 * 1024  # bytes


def join_chunks(parts: Sequence[Path], starts: Sequence[Fraction], whole: Path) -> None:
    """Write chunks into one file, with the times that they have in the film.

    Nothing is encoded: each keeps its bytes but for two numbers in each fragment.
    """
    heads = {_head(part) for part in parts}
    if len(heads) != 1:
        raise WrongOutput("The parts of the film differ.", cause=parts[0].name)
    head = heads.pop()
    ticks = read_track(parts[0]).timescale
    with whole.open("wb") as written:
        written.write(head)
        numbers = count(1)
        for part, start in zip(parts, starts, strict=True):
            for block in _moved(part, int(start * ticks), numbers):
                written.write(block)


def _head(part: Path) -> bytes:
    first = next(box for box in top_boxes(part) if box.kind == b"moof")
    with part.open("rb") as file:
        return file.read(first.start)


def _moved(part: Path, ticks: int, numbers: Iterator[int]) -> Iterator[bytes]:
    boxes = list(top_boxes(part))
    first = [box.kind for box in boxes].index(b"moof")
    with part.open("rb") as file:
        for box in boxes[first:]:
            file.seek(box.start)
            if box.kind == b"moof":
                yield _renumbered(file.read(box.size), next(numbers), ticks)
            else:
                yield from _blocks(file, box.size)


def _renumbered(moof: bytes, number: int, ticks: int) -> bytes:
    changed = bytearray(moof)
    struct.pack_into(">I", changed, _inside(moof, b"mfhd") + 4, number)
    at = _inside(moof, b"traf", b"tfdt")
    width = ">Q" if moof[at] else ">I"
    (start,) = struct.unpack_from(width, moof, at + 4)
    struct.pack_into(width, changed, at + 4, start + ticks)
    return bytes(changed)


def _inside(moof: bytes, *path: bytes) -> int:
    at, inside = 8, Payload(moof[8:])
    for kind in path:
        box = next(box for box in inside.children() if box.kind == kind)
        at += box.start + box.header
        inside = inside.of(box)
    return at


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (block := file.read(min(size, _BLOCK))):
        size -= len(block)
        yield block
