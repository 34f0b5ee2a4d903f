"""How many bytes a file should have, where its own head tells."""

from pathlib import Path

_UNKNOWN_FROM = 0x7FFF0000  # recorders that never came to their end write about this
_LARGEST = 1 << 62
_HEAD = 4096  # bytes in which the sound of a WAV begins
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


def missing_share(recording: Path) -> float:
    """Which share of the promised bytes is not there; 0.0 when nothing is promised."""
    with recording.open("rb") as file:
        head = file.read(_HEAD)
    promised = _promised(head)
    there = recording.stat().st_size
    return max(0.0, 1 - there / promised) if promised else 0.0


def _promised(head: bytes) -> int | None:
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return _wave(head)
    if head[:4] == b"RIFF":
        return _known(8, int.from_bytes(head[4:8], "little"))
    if head[:4] == b"FORM":
        return _known(8, int.from_bytes(head[4:8]))
    return _matroska(head) if head[:4] == _EBML else None


def _wave(head: bytes) -> int | None:
    at, long_size = 12, 0
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"ds64":
            long_size = int.from_bytes(head[at + 16 : at + 24], "little")
        if name == b"data" and head[:4] == b"RF64":
            return at + 8 + long_size if 0 < long_size < _LARGEST else None
        if name == b"data":
            return _known(at + 8, size)
        at += 8 + size + size % 2
    return None


def _known(begin: int, size: int) -> int | None:
    return begin + size if 0 < size < _UNKNOWN_FROM else None


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
