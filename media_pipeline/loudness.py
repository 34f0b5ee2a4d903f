"""Bring every voice to the same loudness."""

from dataclasses import dataclass
from enum import StrEnum


class Voices(StrEnum):
    """How the voices lie in the channels of a recording."""

    STEREO = "stereo"
    MONO = "mono"  # one channel, or two that are the same
    LEFT = "left"  # the other channel is silent
    RIGHT = "right"
    ANTIPHASE = "antiphase"  # a cable turned the wrong way: summing gives silence


@dataclass(frozen=True, slots=True)
class Measurement:
    """How loud something is."""

    loudness: float  # LUFS, with mono counted as two loudspeakers
    peak: float  # dBTP
