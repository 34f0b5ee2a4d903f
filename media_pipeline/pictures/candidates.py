"""Pictures that could stand for a film: what can be measured of each, and its worth.

ffmpeg looks at them, small: how bright, how much contrast, how sharp, how much there
is to see (entropy), how much skin of any tone, how unlike the picture before.
"""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from media_pipeline.pictures.still import fitted, key_frames
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import Limits, run
from media_pipeline.rendition import Rendition

MOST = 80
BEGIN_SHARE, END_SHARE = 0.05, 0.9  # of a long film: without its titles
SHORT_SECONDS = 60.0
LOOKED_AT = 320  # pixels, the longer side
BLACK, WHITE = 16, 235  # luma of limited range
FULL_CONTRAST = 120.0  # between the darker and the brighter tenth
BLURRED = 12.0  # pixels of an edge, at the size that is looked at
MUCH_SKIN = 0.12  # of the picture: a head and shoulders
MUCH_CHANGE = 60.0  # of luma, from one key frame to the next
FLOOR = 0.02  # nothing is worth nothing: even a film of one colour has a best picture

# The colours of skin differ in brightness; in these two planes they lie together.
_SKIN = "255*between(cb(X,Y),77,127)*between(cr(X,Y),133,173)"
_NEUTRAL = "128"
_LIMITS = Limits(total_seconds=300)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One picture, and what was measured of it."""

    at_seconds: float
    brightness: float  # luma, 16 to 235
    contrast: float  # luma
    entropy: float  # 0 to 1
    blur: float  # pixels
    skin: float  # share of the picture
    change: float  # luma

    def worth(self, usual_brightness: float) -> float:
        """How well it stands for a film that is usually so bright."""
        # A fade is darker or brighter than the rest, and greyer.
        off = abs(self.brightness - usual_brightness) / (WHITE - BLACK)
        edge = min(self.brightness - BLACK, WHITE - self.brightness)
        measures = (
            edge / 40,
            1 - 1.5 * off,
            self.contrast / FULL_CONTRAST,
            self.entropy,
            1 - self.blur / BLURRED,
            0.6 + 0.4 * self.skin / MUCH_SKIN,
            1 - 0.5 * self.change / MUCH_CHANGE,
        )
        worth = 1.0
        for measure in measures:
            worth *= min(max(measure, FLOOR), 1.0)
        return worth


def best_first(found: list[Candidate]) -> list[Candidate]:
    """In the order of their worth; of equal ones the earliest."""
    if not found:
        return []
    usual = statistics.median(candidate.brightness for candidate in found)
    return sorted(found, key=lambda candidate: -candidate.worth(usual))


def candidates(film: Rendition, seconds: float) -> list[Candidate]:
    """Look at some key frames, spread over the film."""
    is_short = seconds <= SHORT_SECONDS
    begin, end = (
        (0.0, seconds) if is_short else (BEGIN_SHARE * seconds, END_SHARE * seconds)
    )
    span = max(end - begin, 0.1)
    told = run(
        _command(film, begin, span), limits=_LIMITS, reads=[film.path]
    ).output.decode(errors="replace")
    return [
        _candidate(begin + at, first, second) for at, (first, second) in _frames(told)
    ]


def _command(film: Rendition, begin: float, span: float) -> list[str]:
    pictures = _thinned(key_frames(film, ss=begin, t=span), span / MOST)
    size = fitted(film.width or LOOKED_AT, film.height or LOOKED_AT, LOOKED_AT)
    measured = pictures.filter("scale", *size).filter("format", "yuv420p")
    for measure in ("entropy", "blurdetect", "signalstats"):
        measured = measured.filter(measure)
    told = measured.filter("metadata", "print", file="-", direct=1)
    skin = told.filter("scale", size[0] // 2, size[1] // 2).filter("format", "yuv444p")
    skin = skin.filter("geq", lum=_SKIN, cb=_NEUTRAL, cr=_NEUTRAL)
    told = skin.filter("signalstats").filter("metadata", "print", file="-", direct=1)
    # The measures come where otherwise progress would be told.
    nowhere = told.output("-", format="null")
    return find_ffmpeg().command(nowhere, tells_progress=False)


def _thinned(pictures: Any, step: float) -> Any:
    return pictures.filter(
        "select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{step:.3f})"
    )


Measures = dict[str, float]


def _frames(told: str) -> Iterator[tuple[float, tuple[Measures, Measures]]]:
    """Each picture was told twice: as it is, and as a map of its skin."""
    tellings = list(_tellings(told))
    for at, same in groupby(tellings, key=lambda telling: telling[0]):
        measures = [values for _, values in same]
        if len(measures) == 2:
            yield at, (measures[0], measures[1])


def _tellings(told: str) -> Iterator[tuple[float, Measures]]:
    for telling in told.split("frame:")[1:]:
        head, *lines = telling.splitlines()
        pairs = (line.rpartition("=") for line in lines)
        read = {name.removeprefix("lavfi."): _number(value) for name, _, value in pairs}
        # Where there is no edge to measure, ffmpeg says "nan".
        values = {name: value for name, value in read.items() if math.isfinite(value)}
        yield _number(head.rpartition("pts_time:")[2]), values


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _candidate(at: float, seen: Measures, skin: Measures) -> Candidate:
    return Candidate(
        at_seconds=at,
        brightness=seen.get("signalstats.YAVG", 0.0),
        contrast=seen.get("signalstats.YHIGH", 0.0) - seen.get("signalstats.YLOW", 0.0),
        entropy=seen.get("entropy.normalized_entropy.normal.Y", 0.0),
        blur=seen.get("blur", BLURRED),
        skin=skin.get("signalstats.YAVG", 0.0) / 255,
        change=seen.get("signalstats.YDIF", 0.0),
    )
