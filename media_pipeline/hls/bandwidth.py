"""What a network must carry for a playlist, measured from the bytes that came out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from media_pipeline.hls.playlist import Segment

# Of the target duration: what a player looks at to know how much it must fetch.
BRIEFEST_RUN, LONGEST_RUN = Fraction(1, 2), Fraction(3, 2)


@dataclass(frozen=True, slots=True)
class Rate:
    """In bit/s."""

    average: int
    peak: int

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.average + other.average, self.peak + other.peak)


NOTHING = Rate(0, 0)


def rate_of(segments: Sequence[Segment], target_seconds: int) -> Rate:
    """The average, and the peak of any run of segments that fills a player's buffer.

    A rest that is shorter than half a target is no run: it counts with its neighbours.
    """
    average = _rate(
        sum(_size(segment) for segment in segments),
        sum((segment.seconds for segment in segments), Fraction(0)),
    )
    return Rate(average, max(_runs(segments, target_seconds), default=average))


def _runs(segments: Sequence[Segment], target_seconds: int) -> Iterator[int]:
    briefest, longest = BRIEFEST_RUN * target_seconds, LONGEST_RUN * target_seconds
    for first in range(len(segments)):
        seconds, size = Fraction(0), 0
        for segment in segments[first:]:
            seconds, size = seconds + segment.seconds, size + _size(segment)
            if seconds > longest:
                break
            if seconds >= briefest:
                yield _rate(size, seconds)


def _size(segment: Segment) -> int:
    return segment.span.size if segment.span else 0


def _rate(size: int, seconds: Fraction) -> int:
    return ceil(8 * size / seconds) if seconds else 0
