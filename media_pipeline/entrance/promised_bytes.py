"""How many bytes a file should have, where its own head tells."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# Recorders that never came to their end write about the largest number there is.
_UNKNOWN = (range(0x7FFF0000, 0x80000001), range(0xFFFF0000, 0x100000000))
_LARGEST = 1 << 62
_HEAD = 4096  # bytes
_MOST_CHUNKS = 1000  # of a WAV; field recorders write a handful before the sound
_WAVES = (b"RIFF", b"RF64", b"BW64")
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


def missing_share(recording: Path) -> float:
    """Which share of the promised bytes is not there; 0.0 when nothing is promised."""
    with recording.open("rb") as file:
        promised = _promised(file)
    there = recording.stat().st_size
    return max(0.0, 1 - there / promised) if promised else 0.0


def unclaimed_share(recording: Path) -> float:
    """Which share of a WAV lies behind its sound, and is nothing that has a name."""
    there = recording.stat().st_size
    with recording.open("rb") as file:
        end = _end_of_wave(file) if _is_wave(file.read(12)) else None
        if end is None or end >= there:
            return 0.0
        # Not all who write an odd number of bytes fill it up.
        rest = min(_unclaimed(file, at, there) for at in (end, end + end % 2))
        file.seek(there - rest // 2)
        is_empty = not any(file.read(_HEAD))  # room that was never used
    return 0.0 if is_empty else rest / there


def _promised(file: BinaryIO) -> int | None:
    head = file.read(_HEAD)
    if _is_wave(head):
        return _end_of_wave(file)
    if head[:4] == b"RIFF":
        return _known(8, int.from_bytes(head[4:8], "little"))
    if head[:4] == b"FORM":
        return _known(8, int.from_bytes(head[4:8]))
    if head[:4] == b"riff":  # Wave64, all of it
        return _believable(int.from_bytes(head[16:24], "little"))
    if head[:4] == b"caff":
        return _end_of_caf(file)
    return _matroska(head) if head[:4] == _EBML else None


def _is_wave(head: bytes) -> bool:
    return head[:4] in _WAVES and head[8:12] == b"WAVE"


def _end_of_wave(file: BinaryIO) -> int | None:
    """Where its sound should end, as its head has it."""
    long_size = 0
    for name, begin, size in _chunks(file, 12):
        if name == b"ds64":
            file.seek(begin + 8)
            long_size = int.from_bytes(file.read(8), "little")
        if name == b"data" and long_size:
            return _believable(begin + long_size)
        if name == b"data":
            return _known(begin, size)
    return None


def _unclaimed(file: BinaryIO, at: int, there: int) -> int:
    """How many bytes follow the last chunk that can be one."""
    for name, begin, size in _chunks(file, at):
        is_named = name.isascii() and name.decode().isprintable()
        if not is_named or begin + size > there:
            break
        at = begin + size + size % 2
    return max(0, there - at)


def _chunks(file: BinaryIO, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Of each, its name, where its content begins, and how large it is said to be."""
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        yield head[:4], at + 8, size
        at += 8 + size + size % 2


def _end_of_caf(file: BinaryIO) -> int | None:
    at = 8
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(12)
        end = at + 12 + int.from_bytes(head[4:])
        if len(head) < 12 or end >= _LARGEST:
            return None
        if head[:4] == b"data":
            return end
        at = end
    return None


def _believable(end: int) -> int | None:
    return end if 0 < end < _LARGEST else None


def _known(begin: int, size: int) -> int | None:
    is_known = size > 0 and not any(size in unknown for unknown in _UNKNOWN)
    return begin + size if is_known else None


def _matroska(head: bytes) -> int | None:
    begin, size = _element(head, len(_EBML))
    at = begin + size
    if head[at : at + 4] != _SEGMENT:
        return None
    begin, size = _element(head, at + 4)
    return begin + size if size else None


def _element(head: bytes, at: int) -> tuple[int, int]:
    """Where the content of an element begins, and its size; 0 when nobody knows."""
    first = head[at] if at < len(head) else 0
    if not first:
        return at + 1, 0
    length = 9 - first.bit_length()
    value = int.from_bytes(head[at : at + length]) & ((1 << 7 * length) - 1)
    is_unknown = value == (1 << 7 * length) - 1
    return at + length, 0 if is_unknown else value
