"""The ladder of a film: the sizes in which it can be watched."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from media_pipeline.recording.picture import Picture

WIDE = Fraction(16, 9)
LARGEST, MIDDLE = 1080, 720
BELOW_THE_LARGEST = (720, 480, 360, 240)
SMALLEST_STEP = 0.85  # a rung nearer than this to the one above helps nobody
NATURAL_RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)
FASTEST_RATE, FASTEST_SMALL_RATE = 60, 30
HAIR = Fraction(1, 100)  # clocks of phones and browsers tremble, and are a little fast
CRF = 23
# Apple: 192 kbit/s with its sound, of which stereo takes 101, in any six seconds.
NARROW_BITS = 72_000

_SAME = 0.0005

# What 1080p may take at up to 30 frames a second, and how it falls with the size.
_LARGEST_BITS = 5_000_000
_LARGEST_PIXELS = 1920 * 1080
_FALL = 0.85
_MORE_FOR_FAST = 1.4

# ITU-T H.264, table A-1: macroblocks a second, macroblocks, kbit/s (Baseline).
_LEVELS = {
    "1.0": (1485, 99, 64),
    "1.1": (3000, 396, 192),
    "1.2": (6000, 396, 384),
    "1.3": (11880, 396, 768),
    "2.0": (11880, 396, 2000),
    "2.1": (19800, 792, 4000),
    "2.2": (20250, 1620, 4000),
    "3.0": (40500, 1620, 10000),
    "3.1": (108000, 3600, 14000),
    "3.2": (216000, 5120, 20000),
    "4.0": (245760, 8192, 20000),
    "4.2": (522240, 8704, 50000),
    "5.0": (589824, 22080, 135000),
    "5.1": (983040, 36864, 240000),
}
_HIGH_PROFILE_BITS = 1250  # bit/s for each of those kbit/s


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: the same film in one size."""

    name: str  # "720p": of the 16:9 frame that it fits into
    width: int
    height: int
    frame_rate: Fraction
    most_bits: int  # bit/s: the cap of the quality aimed at
    level: str
    crf: int = CRF

    @property
    def pixels(self) -> int:
        """In one picture."""
        return self.width * self.height


def full_ladder(picture: Picture) -> tuple[Rung, ...]:
    """Every size that may help somebody, the largest first; none larger than it is."""
    rate = constant_rate(picture)
    slow = rate / math.ceil(rate / FASTEST_SMALL_RATE)
    *larger, smallest = (
        _rung(*size, rate if _nominal(*size) >= MIDDLE else slow)
        for size in _sizes(picture.width, picture.height)
    )
    return (*larger, _narrowed(smallest) if larger else smallest)


def at_rate(rung: Rung, frame_rate: Fraction) -> Rung:
    """The same rung, faster or slower."""
    level = lowest_level(rung.width, rung.height, frame_rate, rung.most_bits)
    return replace(rung, frame_rate=frame_rate, level=level)


def constant_rate(picture: Picture) -> Fraction:
    """At how many pictures a second it will play."""
    rate = picture.frame_rate
    rate /= math.ceil(rate / (FASTEST_RATE * (1 + HAIR)))
    near = min(NATURAL_RATES, key=lambda natural: abs(natural - rate))
    distance = abs(near - rate) / near
    # A steady rate stays as it is, unless the ladder would halve it for a hair.
    is_halved = near in {FASTEST_RATE, FASTEST_SMALL_RATE} and rate > near
    is_moved = picture.is_variable_rate or is_halved
    if distance < _SAME or (distance <= HAIR and is_moved):
        return near
    if picture.is_variable_rate:
        return next(n for n in NATURAL_RATES if n >= rate and n.denominator == 1)
    return rate.limit_denominator(1001)


def lowest_level(width: int, height: int, frame_rate: Fraction, bits: int) -> str:
    """The H.264 level that any decoder needs for this, and no more."""
    wide, high = math.ceil(width / 16), math.ceil(height / 16)
    for name, (speed, area, kilobits) in _LEVELS.items():
        fits = (
            wide * high <= area
            and max(wide, high) <= math.sqrt(8 * area)
            and wide * high * frame_rate <= speed
            and bits <= kilobits * _HIGH_PROFILE_BITS
        )
        if fits:
            return name
    return "5.2"


def _sizes(width: int, height: int) -> list[tuple[int, int]]:
    sizes = [_fitted(width, height, LARGEST)]
    for nominal in BELOW_THE_LARGEST:
        size = _fitted(width, height, nominal)
        if max(size) <= SMALLEST_STEP * max(sizes[-1]):
            sizes.append(size)
    return sizes


def _fitted(width: int, height: int, nominal: int) -> tuple[int, int]:
    smaller = min(Fraction(1), nominal / _nominal_exactly(width, height))
    return _even(width * smaller, width), _even(height * smaller, height)


def _even(length: Fraction, most: int) -> int:
    return max(2, min(2 * round(length / 2), most - most % 2))


def _nominal(width: int, height: int) -> int:
    # Even sizes are a little off: 426 x 240 is 240p.
    exact = _nominal_exactly(width, height)
    near = (LARGEST, *BELOW_THE_LARGEST)
    return next((n for n in near if abs(n - exact) <= 2), round(exact))


def _nominal_exactly(width: int, height: int) -> Fraction:
    # The short side of the 16:9 frame, lying or standing, that holds the picture.
    return max(Fraction(min(width, height)), max(width, height) / WIDE)


def _narrowed(rung: Rung) -> Rung:
    """The same for telephones with a bad connection."""
    bits = min(rung.most_bits, NARROW_BITS)
    level = lowest_level(rung.width, rung.height, rung.frame_rate, bits)
    return replace(rung, most_bits=bits, level=level)


def _rung(width: int, height: int, frame_rate: Fraction) -> Rung:
    bits = _LARGEST_BITS * (width * height / _LARGEST_PIXELS) ** _FALL
    if frame_rate > FASTEST_SMALL_RATE:
        bits *= _MORE_FOR_FAST
    cap = max(64_000, round(bits, -4))
    return Rung(
        name=f"{_nominal(width, height)}p",
        width=width,
        height=height,
        frame_rate=frame_rate,
        most_bits=int(cap),
        level=lowest_level(width, height, frame_rate, int(cap)),
    )
