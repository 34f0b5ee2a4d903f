"""Bring every voice to the same loudness, so that nobody reaches for the dial.

We listen to the whole recording first, as EBU R 128 says, and then turn all of it up
or down by one constant amount. Doing both at once would be cheaper, but has to guess
as it goes: it turns up every pause, and the listener hears the room breathe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MARGIN = 0.4  # dB: a try more costs as much as all before
CLIPPED = -0.05  # dBTP: from here on, meters do not tell how high a peak is
HIDDEN = 1.5  # dB that it is higher then, for all we know
LEAST_EFFECT = 0.15  # dB louder for a decibel of gain
LARGEST_STEP = 15.0  # dB
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


@dataclass(frozen=True, slots=True)
class Try:
    """What was done, and how it came out."""

    levelling: Levelling
    heard: Measurement


PODCAST = Target()


def plan_levelling(heard: Measurement, target: Target = PODCAST) -> Levelling:
    """How to bring what was heard to the target."""
    gain = target.loudness - heard.loudness
    ceiling = target.peak - target.headroom
    return Levelling(round(gain, 2), ceiling if heard.peak + gain > ceiling else None)


def corrected(tries: Sequence[Try], target: Target = PODCAST) -> Levelling:
    """What to do differently, after tries that missed the target."""
    tried, result = tries[-1].levelling, tries[-1].heard
    gain = tried.gain + (target.loudness - result.loudness) / _effect_of_gain(tries)
    ceiling = target.peak - target.headroom if tried.ceiling is None else tried.ceiling
    excess = max(0.0, result.peak - target.peak)
    if result.peak >= CLIPPED:
        excess += HIDDEN
    lower = excess + MARGIN if excess else 0.0
    most = tried.gain + LARGEST_STEP
    return Levelling(round(min(gain, most), 2), round(ceiling - lower, 2))


def _effect_of_gain(tries: Sequence[Try]) -> float:
    """How much louder a decibel more has made it lately.

    Where a limiter holds what is loud, and what is quiet does not count yet, nearly
    nothing. A ceiling that moved meanwhile hides it.
    """
    if len(tries) < 2 or tries[-1].levelling.ceiling != tries[-2].levelling.ceiling:
        return 1.0
    before, last = tries[-2:]
    louder = last.heard.loudness - before.heard.loudness
    more = last.levelling.gain - before.levelling.gain
    return min(max(louder / more, LEAST_EFFECT), 1.0) if more else 1.0


def level(audio: Any, levelling: Levelling) -> Any:
    """Turn an ffmpeg audio stream up or down, and hold its peaks."""
    louder = audio.filter("volume", f"{levelling.gain:.2f}dB", precision="float")
    if levelling.ceiling is None:
        return louder
    amplitude = round(10 ** (levelling.ceiling / 20), 4)
    return louder.filter("aresample", LIMITED_RATE).filter(
        "alimiter", limit=amplitude, level="disabled", latency="true"
    )
