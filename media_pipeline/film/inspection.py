"""A second look at HLS files that a program has made: do they keep the plan?

ffmpeg says that all went well when the disk was full. These raise `WrongOutput`.
"""

from bisect import bisect
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from media_pipeline.errors import WrongOutput
from media_pipeline.film.plan import FilmPlan, Rung
from media_pipeline.mp4.track import Track
from media_pipeline.rendition import EXACT_SECONDS

ON_THE_GRID_SECONDS = Fraction(1, 1000)
AAC_FRAME = 1024  # samples


def check_rung(
    media: Path, track: Track, rung: Rung, plan: FilmPlan, seconds: float
) -> None:
    """A rung has the promised size, every picture, and a key frame for each group."""
    promised = (rung.width, rung.height, plan.frames(rung))
    found = (track.width, track.height, track.samples)
    if found != promised:
        raise _wrong(media, f"width, height, frames {found} instead of {promised}")
    _check_length(media, track, plan, seconds)
    longest = max(f.duration for f in track.fragments) / Fraction(track.timescale)
    if longest > _longest_group(plan) + ON_THE_GRID_SECONDS:
        raise _wrong(media, f"{float(longest)} s without a key frame")
    _check_grid(media, track, plan, ON_THE_GRID_SECONDS)


def check_sound(media: Path, track: Track, plan: FilmPlan, seconds: float) -> None:
    """The sound is as long as it was, and cut within one block of the pictures."""
    _check_length(media, track, plan, seconds)
    _check_grid(media, track, plan, Fraction(AAC_FRAME, track.timescale))


def _longest_group(plan: FilmPlan) -> Fraction:
    if not plan.keys:
        return plan.group_seconds
    groups = (end - begin for begin, end in pairwise([*plan.keys, plan.frame_count]))
    return max(groups) / plan.frame_rate


def _check_length(media: Path, track: Track, plan: FilmPlan, seconds: float) -> None:
    # A film ends with a whole picture, of which slow films have few.
    slack = max(EXACT_SECONDS, float(1 / plan.frame_rate))
    if abs(float(track.seconds) - seconds) > slack:
        plays = float(track.seconds)
        raise _wrong(media, f"plays {plays:.3f} s instead of {seconds:.3f} s")


def _check_grid(media: Path, track: Track, plan: FilmPlan, slack: Fraction) -> None:
    expected, begins = 0, []
    for fragment in track.fragments:
        if fragment.start != expected:
            raise _wrong(media, f"jumps from {expected} to {fragment.start}")
        expected += fragment.duration
        if not fragment.begins_with_key:
            raise _wrong(media, f"no key frame at byte {fragment.offset}")
        begins.append(Fraction(fragment.start, track.timescale))
    for number, cut in enumerate(plan.cuts):
        nearest = begins[max(0, bisect(begins, cut + slack) - 1)]
        if abs(nearest - cut) > slack:
            raise _wrong(media, f"no cut where segment {number} begins")


def _wrong(media: Path, why: str) -> WrongOutput:
    return WrongOutput("The film did not come out right.", cause=f"{media.name}: {why}")
