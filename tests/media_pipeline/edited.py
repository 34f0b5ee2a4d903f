"""MP4 films as phones and cutting programs leave them, without encoding anything."""

import struct
from collections.abc import Callable
from pathlib import Path

from tests.media_pipeline.recordings import PINK, ffmpeg

_BOXES_IN_IT = {b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl"}


def ending_at(seconds: float, source: Path, path: Path) -> Path:
    """The same film, of which an edit list hides all that comes after a moment."""
    whole = source.read_bytes()
    (clock,) = struct.unpack_from(">I", whole, whole.index(b"mvhd") + 16)
    ticks = struct.pack(">I", round(seconds * clock))

    def shorter(kind: bytes, inside: bytes) -> bytes:
        where = {b"mvhd": 16, b"tkhd": 20, b"elst": 8}.get(kind)
        return inside if where is None else _put(inside, where, ticks)

    path.write_bytes(_rewritten(whole, shorter))
    return path


def joined(first: Path, second: Path, path: Path) -> Path:
    """One clip after the other, each with a head of its own.

    Each has 50 pictures in the order in which they are seen, and uncompressed sound.
    """
    listed = path.with_suffix(".txt")
    listed.write_text(f"file '{first}'\nduration 2\nfile '{second}'\n")
    pictures = ("-f", "concat", "-safe", "0", "-i", str(listed))
    sound = ("-f", "lavfi", "-t", "4", "-i", PINK)
    headless = ("-c:v", "copy", "-bsf:v", "filter_units=remove_types=6|7|8")
    mapped = ("-map", "0:v", "-map", "1:a", "-c:a", "pcm_s16le")
    ffmpeg(*pictures, *sound, *mapped, *headless, str(path))
    heads: list[bytes] = []
    _rewritten(second.read_bytes(), lambda kind, inside: _noted(heads, kind, inside))

    def with_both(kind: bytes, inside: bytes) -> bytes:
        if kind == b"stsd" and b"avc1" in inside:
            return _put(inside, 4, struct.pack(">I", 2)) + heads[0]
        # Only pictures lie one by one all through the file: sound comes in between.
        if kind == b"stsc" and struct.unpack_from(">III", inside, 4) == (1, 1, 1):
            return _put(inside, 4, struct.pack(">I", 2)) + struct.pack(">III", 51, 1, 2)
        return inside

    path.write_bytes(_rewritten(path.read_bytes(), with_both))
    return path


def cropped(width: int, height: int, source: Path, path: Path) -> Path:
    """The same film, of which players are to show the middle only ("clap")."""
    clap = struct.pack(">I4s8I", 40, b"clap", width, 1, height, 1, 0, 1, 0, 1)

    def with_clap(kind: bytes, inside: bytes) -> bytes:
        if kind != b"stsd" or not {inside[12:16]} & {b"avc1", b"hev1"}:
            return inside
        (size,) = struct.unpack_from(">I", inside, 8)
        return _put(inside, 8, struct.pack(">I", size + len(clap))) + clap

    path.write_bytes(_rewritten(source.read_bytes(), with_clap))
    return path


def _noted(heads: list[bytes], kind: bytes, inside: bytes) -> bytes:
    if kind == b"stsd":
        heads.append(inside[8:])
    return inside


def _put(inside: bytes, where: int, new: bytes) -> bytes:
    return inside[:where] + new + inside[where + len(new) :]


def _rewritten(data: bytes, change: Callable[[bytes, bytes], bytes]) -> bytes:
    written, at = b"", 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        inside = data[at + 8 : at + size]
        is_leaf = kind not in _BOXES_IN_IT
        inside = change(kind, inside) if is_leaf else _rewritten(inside, change)
        written += struct.pack(">I4s", len(inside) + 8, kind) + inside
        at += size
    return written
