"""All packets of a recording, read in a child: what headers promise may be gone."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_pipeline.programs.process import Limits, run_child
from media_pipeline.programs.resources import EXAMINING_MEMORY

_CHILD = ("-m", "media_pipeline.recording.packet_reader")
# Formats whose clock may be set anew in the middle, and by how much, as ffmpeg sees it.
UNSTEADY_CLOCKS = {"mpegts"}
JUMP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is missing or broken."""

    at: float  # seconds
    seconds: float


@dataclass(frozen=True, slots=True)
class Scan:
    """What one finds who reads every packet."""

    seconds: float  # from the first to the last thing in it
    promised_seconds: float = 0.0  # by its headers; 0.0 when they only guess
    picture_rate: float = 0.0  # pictures a second, counted
    is_interlaced: bool = False  # any key frame that was decoded
    has_key_frame: bool = True  # in its pictures, if there are any
    torn_looks: float = 0.0  # the share of key frames that cannot be decoded
    gaps: tuple[Spot, ...] = ()  # in the sound
    broken: tuple[Spot, ...] = ()  # sound that cannot be decoded
    torn: tuple[Spot, ...] = ()  # pictures that cannot be decoded
    picture_seconds: float | None = None  # until the last picture ends
    goes_on: bool = False  # behind its end, in another form, which is not read
    sound_begins: float = 0.0  # seconds


def scan_decoding(
    recording: Path, sound: int, picture: int | None, *, seconds: float
) -> Scan:
    """Read every packet of two tracks once more, and decode those of the sound."""
    asked = (sound, -1 if picture is None else picture, seconds)
    finished = run_child(
        [*_CHILD, str(recording.absolute()), *map(str, asked)],
        limits=Limits.for_duration(seconds, EXAMINING_MEMORY),
        reads=[recording],
    )
    return scan_told(json.loads(finished.output))


def scan_told(told: dict[str, Any]) -> Scan:
    """What the child told."""
    for name in ("gaps", "broken", "torn"):
        told[name] = tuple(Spot(**spot) for spot in told[name])
    return Scan(**told)
