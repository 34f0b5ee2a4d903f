"""How long a file of sound that we made plays, and whether all of it is there.

A program that starts Python to look would take longer than the encoders do for a
short recording; and these bytes are our own.
"""

import struct
from pathlib import Path
from typing import Any

from mutagen import MutagenError
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus

from media_pipeline.errors import WrongOutput

_MP3_SAMPLES = 1152  # in a frame
_MP3_RATES = (44_100, 48_000, 32_000)
_INFO_WITHIN = 256  # bytes
_PADDING_AT = 141  # bytes after the name of the Info header


def played_seconds(made: Path) -> float:
    """By its last page, its index, or the header that counts its frames."""
    reader = {".mp3": _mp3, ".opus": _opus, ".m4a": _mp4}[made.suffix]
    try:
        return reader(made)
    except (MutagenError, struct.error, ValueError) as error:
        raise WrongOutput(
            "The sound did not come out complete.", cause=f"{made.name}: {error}"
        ) from error


def _mp3(made: Path) -> float:
    with made.open("rb") as file:
        head = file.read(_INFO_WITHIN + _PADDING_AT + 3)
    at = max(head.find(b"Info", 0, _INFO_WITHIN), head.find(b"Xing", 0, _INFO_WITHIN))
    if at < 0:
        raise ValueError("no frame tells how many there are")
    frames, size = struct.unpack_from(">II", head, at + 8)
    # Its first frame, which plays nothing, is not counted; its bytes are.
    if size != made.stat().st_size:
        raise ValueError(f"{made.stat().st_size} of {size} bytes")
    both = int.from_bytes(head[at + _PADDING_AT : at + _PADDING_AT + 3])
    silent = (both >> 12) + (both & 0xFFF)
    rate = _MP3_RATES[head[2] >> 2 & 3]
    return float((frames * _MP3_SAMPLES - silent) / rate)


def _opus(made: Path) -> float:
    info: Any = OggOpus(made).info
    return float(info.length)


def _mp4(made: Path) -> float:
    info: Any = MP4(made).info
    return float(info.length)
