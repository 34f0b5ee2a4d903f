"""The order of frames in an ID3v2.4 tag, which some players take literally."""

from collections.abc import Iterator

_HEADER = 10  # bytes, of the tag and of every frame
_LATER = {b"CTOC": 1, b"CHAP": 2, b"USLT": 3, b"APIC": 4}


def in_reading_order(tag: bytes) -> bytes:
    """The same tag: short texts first, chapters by time, the picture last."""
    frames = sorted(_frames(tag), key=_place)
    return b"".join([tag[:_HEADER], *frames])


def chapter_starts(tag: bytes) -> list[int]:
    """When its chapters start (ms), in the order in which they are written."""
    return [_start(frame) for frame in _frames(tag) if frame.startswith(b"CHAP")]


def _frames(tag: bytes) -> Iterator[bytes]:
    at = _HEADER
    while at + _HEADER <= len(tag) and tag[at]:
        end = at + _HEADER + _syncsafe(tag[at + 4 : at + 8])
        yield tag[at:end]
        at = end


def _syncsafe(size: bytes) -> int:
    return sum(byte << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))


def _place(frame: bytes) -> tuple[int, int]:
    kind = frame[:4]
    return _LATER.get(kind, 0), _start(frame) if kind == b"CHAP" else 0


def _start(frame: bytes) -> int:
    after_name = frame.index(b"\0", _HEADER) + 1
    return int.from_bytes(frame[after_name : after_name + 4])
