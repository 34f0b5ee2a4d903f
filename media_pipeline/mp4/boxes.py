"""The boxes of an MP4 file (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_pipeline.errors import WrongOutput

_LARGEST_TABLE = 64 * 1024 * 1024  # bytes: more than any table we write


@dataclass(frozen=True, slots=True)
class Box:
    """A box and where it lies in its file, or in the bytes of its parent."""

    kind: bytes
    start: int
    size: int
    header: int = 8  # bytes

    @property
    def end(self) -> int:
        """The first byte after it."""
        return self.start + self.size

    def load(self, file: BinaryIO) -> "Payload":
        """What is in it."""
        if self.size > _LARGEST_TABLE:
            raise ValueError(f"box {self.kind!r} is huge")
        file.seek(self.start + self.header)
        return Payload(file.read(self.size - self.header))


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of a box that may hold other boxes."""

    data: bytes

    def children(self) -> Iterator[Box]:
        """The boxes in these bytes."""
        at = 0
        while at + 8 <= len(self.data):
            box = _box(self.data, at, at)
            if box.size < box.header:
                raise ValueError(f"box {box.kind!r} has no size")
            yield box
            at = box.end

    def of(self, box: Box) -> "Payload":
        """What one of the children holds."""
        return Payload(self.data[box.start + box.header : box.end])

    def inside(self, *path: bytes) -> "Payload":
        """What the first child of this kind holds, and so on. Raises `LookupError`."""
        found = self
        for kind in path:
            child = next((b for b in found.children() if b.kind == kind), None)
            if child is None:
                raise LookupError(f"no box {kind!r}")
            found = found.of(child)
        return found

    def after(self, count: int) -> "Payload":
        """All but the first bytes, which are no boxes."""
        return Payload(self.data[count:])


def top_boxes(path: Path) -> Iterator[Box]:
    """The boxes that a file is made of. Raises `WrongOutput` if it is cut off."""
    size, at = path.stat().st_size, 0
    if not size:
        raise broken(path, "no bytes")
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            start = file.read(16).ljust(16, b"\0")
            box = _box(start, 0, at)
            if box.size < box.header or box.end > size:
                raise broken(path, f"box {box.kind!r} at {at} of {size} bytes")
            yield box
            at = box.end


def timescale_of(mdia: Payload) -> int:
    """Ticks per second, in which a track tells its times."""
    mdhd = mdia.inside(b"mdhd").data
    return int(struct.unpack_from(">I", mdhd, 20 if mdhd[0] else 12)[0])


def broken(path: Path, why: str) -> WrongOutput:
    """What to raise about a file that is not whole."""
    return WrongOutput("A file came out broken.", cause=f"{path.name}: {why}")


def _box(data: bytes, at: int, start: int) -> Box:
    size, kind = struct.unpack_from(">I4s", data, at)
    if size == 1:
        return Box(kind, start, struct.unpack_from(">Q", data, at + 8)[0], header=16)
    return Box(kind, start, size)
