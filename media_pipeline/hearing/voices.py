"""How the voices lie in the channels of a recording, and how they are set free."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from media_pipeline.hearing.meter import figures

SILENT = -90.0  # dB: nothing but zeros in 16 bits
APART = 40.0  # dB between two signals, when only one of them can be heard
CONFUSED = 10.0  # dB that are lost when one loudspeaker plays both channels
LOWEST_VOICE = 70  # Hz: a deep man speaks from 85 on
_BUTTERWORTH = (0.541, 1.307)  # two filters that are one of the fourth order


class Voices(StrEnum):
    """How the voices lie in the channels of a recording."""

    STEREO = "stereo"
    MONO = "mono"  # one channel, or two that are the same
    LEFT = "left"  # the other channel is silent
    RIGHT = "right"
    ANTIPHASE = "antiphase"  # one voice with a cable turned: summing gives silence
    INVERTED = "inverted"  # the same mistake in stereo

    @property
    def is_mono(self) -> bool:
        """Whether one loudspeaker would lose nothing."""
        return self not in (Voices.STEREO, Voices.INVERTED)

    @property
    def is_one_sided(self) -> bool:
        """Whether one of two channels is silent."""
        return self in (Voices.LEFT, Voices.RIGHT)


# What is listened to, to find out: `pan` for each signal, each with its own meter.
SIGNALS = {
    "left": "mono|c0=c0",
    "right": "mono|c0=c1",
    "middle": "mono|c0=0.5*c0+0.5*c1",
    "side": "mono|c0=0.5*c0-0.5*c1",
}


def levels_told(log: str) -> list[float]:
    """The mean level (dB) of each signal, as the meters named after them told it."""
    meters = (rf"\[volumedetect@{name} @ [^\]]*\] mean_volume" for name in SIGNALS)
    told = (figures(meter, log) for meter in meters)
    return [levels[-1] if levels else -math.inf for levels in told]


def understand_voices(levels: Sequence[float]) -> Voices:
    """Tell from the mean levels (dB) of left, right, middle and side."""
    left, right, middle, side = levels
    if _drowns(left, right):
        return Voices.LEFT
    if _drowns(right, left):
        return Voices.RIGHT
    if _drowns(middle, side):
        return Voices.MONO
    if _drowns(side, middle):
        return Voices.ANTIPHASE
    return Voices.INVERTED if side - middle > CONFUSED else Voices.STEREO


def untangle(audio: Any, voices: Voices) -> Any:
    """Two channels become one where there is one voice, and never fight each other."""
    if voices is Voices.STEREO:
        return audio
    return audio.filter("pan", args=_MIXES[voices])


def without_rumble(audio: Any) -> Any:
    """Voices alone: what is lower than any of them falls away, 24 dB an octave."""
    for quality in _BUTTERWORTH:
        audio = audio.filter(
            "highpass", frequency=LOWEST_VOICE, width_type="q", width=quality
        )
    return audio


_MIXES = {
    Voices.MONO: "mono|c0=0.5*c0+0.5*c1",
    Voices.LEFT: "mono|c0=c0",
    Voices.RIGHT: "mono|c0=c1",
    Voices.ANTIPHASE: "mono|c0=0.5*c0-0.5*c1",
    Voices.INVERTED: "stereo|c0=c0|c1=-1*c1",
}


def _drowns(one: float, other: float) -> bool:
    return one > SILENT and (other <= SILENT or one - other >= APART)
