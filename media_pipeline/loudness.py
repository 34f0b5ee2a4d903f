"""Bring every voice to the same loudness, so that nobody reaches for the dial.

We listen to the whole recording first, as EBU R 128 says, and then turn all of it up
or down by one constant amount. Doing both at once would be cheaper, but has to guess
as it goes: it turns up every pause, and the listener hears the room breathe.
"""

from dataclasses import dataclass
from typing import Any

MARGIN = 0.4  # dB: a try more costs as much as all before
ABSOLUTE_GATE = -70.0  # LUFS: below this, EBU R 128 counts everything as silence

# Peaks hide between samples. At twice the rate the limiter sees all but 0.2 dB of
# them, at four times the rate it takes twice as long.
LIMITED_RATE = 96_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where every episode ends up. Apple asks for -16 LUFS, within 1 dB."""

    loudness: float = -16.0  # LUFS
    peak: float = -1.0  # dBTP
    tolerance: float = 0.5  # LU
    headroom: float = 1.2  # dB that encoding adds to the peaks of an hour of speech


@dataclass(frozen=True, slots=True)
class Measurement:
    """How loud something is."""

    loudness: float  # LUFS, with mono counted as two loudspeakers
    peak: float  # dBTP; of a recording, as high as it may be

    def meets(self, target: Target) -> bool:
        """Whether this may be published."""
        distance = abs(self.loudness - target.loudness)
        return distance <= target.tolerance and self.peak <= target.peak


@dataclass(frozen=True, slots=True)
class Levelling:
    """One constant gain, and a ceiling where it would push peaks too high."""

    gain: float  # dB
    ceiling: float | None  # dBTP; None when no peak comes near it


PODCAST = Target()


def plan_levelling(heard: Measurement, target: Target = PODCAST) -> Levelling:
    """How to bring what was heard to the target."""
    gain = target.loudness - heard.loudness
    ceiling = target.peak - target.headroom
    return Levelling(round(gain, 2), ceiling if heard.peak + gain > ceiling else None)


def corrected(
    tried: Levelling, result: Measurement, target: Target = PODCAST
) -> Levelling:
    """What to do differently, after a try that missed the target."""
    excess = max(0.0, result.peak - target.peak)
    gain = tried.gain + target.loudness - result.loudness
    ceiling = target.peak - target.headroom if tried.ceiling is None else tried.ceiling
    lower = excess + MARGIN if excess else 0.0
    return Levelling(round(gain, 2), round(ceiling - lower, 2))


def level(audio: Any, levelling: Levelling) -> Any:
    """Turn an ffmpeg audio stream up or down, and hold its peaks."""
    louder = audio.filter("volume", f"{levelling.gain:.2f}dB", precision="float")
    if levelling.ceiling is None:
        return louder
    amplitude = round(10 ** (levelling.ceiling / 20), 4)
    return louder.filter("aresample", LIMITED_RATE).filter(
        "alimiter", limit=amplitude, level="disabled", latency="true"
    )
