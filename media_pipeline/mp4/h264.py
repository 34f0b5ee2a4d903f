"""What an H.264 stream says about itself (ITU-T H.264, 7.3 and ISO/IEC 14496-15)."""

from collections.abc import Iterator
from typing import BinaryIO

IDR_SLICE, OTHER_SLICE = 5, 1
_WITH_CHROMA = {44, 83, 86, 100, 110, 118, 122, 128, 134, 138, 139, 244}  # profiles
_UNEVEN_CHROMA = 3


def begins_with_idr(file: BinaryIO, at: int, end: int, avcc: bytes) -> bool:
    """Whether a sample can be decoded without any before it."""
    for kind in _units(file, at, end, width=(avcc[4] & 3) + 1):
        if kind in {IDR_SLICE, OTHER_SLICE}:
            return kind == IDR_SLICE
    return False


def is_progressive(avcc: bytes) -> bool:
    """Whether every picture is coded whole: frame_mbs_only_flag; no if unreadable."""
    length = int.from_bytes(avcc[6:8], "big")
    try:
        return _frames_only(_Bits(_unescaped(avcc[8 : 8 + length])))
    except ValueError:
        return False


def _units(file: BinaryIO, at: int, end: int, width: int) -> Iterator[int]:
    while at + width < end:
        file.seek(at)
        start = file.read(width + 1)
        if len(start) <= width:
            return
        yield start[-1] & 0x1F
        at += width + int.from_bytes(start[:width], "big")


def _unescaped(unit: bytes) -> bytes:
    return unit.replace(b"\0\0\3", b"\0\0")


class _Bits:
    """Bits, and numbers in the code of Golomb."""

    def __init__(self, data: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in data)
        self._at = 0

    def take(self, count: int) -> int:
        taken = self._bits[self._at : self._at + count]
        self._at += count
        return int(taken, 2)

    def number(self) -> int:
        zeros = self._bits.index("1", self._at) - self._at
        self._at += zeros
        return self.take(zeros + 1) - 1

    def signed(self) -> int:
        number = self.number()
        return (number + 1) // 2 if number % 2 else -(number // 2)


def _frames_only(sps: _Bits) -> bool:
    sps.take(8)  # what kind of unit it is
    profile = sps.take(8)
    sps.take(16)
    sps.number()
    if profile in _WITH_CHROMA:
        _skip_chroma(sps)
    sps.number()
    _skip_order(sps)
    sps.number()
    sps.take(1)
    sps.number()
    sps.number()
    return bool(sps.take(1))


def _skip_chroma(sps: _Bits) -> None:
    chroma = sps.number()
    if chroma == _UNEVEN_CHROMA:
        sps.take(1)
    sps.number()
    sps.number()
    sps.take(1)
    if sps.take(1):
        for number in range(12 if chroma == _UNEVEN_CHROMA else 8):
            if sps.take(1):
                _skip_scaling(sps, 16 if number < 6 else 64)


def _skip_scaling(sps: _Bits, count: int) -> None:
    last = following = 8
    for _ in range(count):
        if following:
            following = (last + sps.signed()) % 256
        last = following or last


def _skip_order(sps: _Bits) -> None:
    kind = sps.number()
    if kind == 0:
        sps.number()
    elif kind == 1:
        sps.take(1)
        sps.signed()
        sps.signed()
        for _ in range(sps.number()):
            sps.signed()
