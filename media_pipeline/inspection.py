"""A second look at HLS files that a program has made: do they keep the plan?

ffmpeg says that all went well when the disk was full. These raise `WrongOutput`.
"""

from fractions import Fraction
from pathlib import Path

from media_pipeline.errors import WrongOutput
from media_pipeline.mp4_track import Fragment, Track
from media_pipeline.plan import FilmPlan, Rung
from media_pipeline.playlist import ON_THE_GRID_SECONDS, read_media_playlist

AAC_FRAME = 1024  # samples
EXACT_SECONDS = 0.1


def check_rung(
    media: Path, track: Track, rung: Rung, plan: FilmPlan, seconds: float
) -> None:
    """A rung has the promised size, every picture, and a key frame for each group."""
    promised = (rung.width, rung.height, plan.frames(rung, seconds))
    found = (track.width, track.height, track.samples)
    if found != promised:
        raise _wrong(media, f"width, height, frames {found} instead of {promised}")
    _check_length(media, track, float(promised[2] / rung.frame_rate))
    longest = Fraction(max(f.duration for f in track.fragments), track.timescale)
    if longest > plan.group_seconds + ON_THE_GRID_SECONDS:
        raise _wrong(media, f"{float(longest)} s without a key frame")
    _check_grid(media, track, plan, ON_THE_GRID_SECONDS)


def check_sound(media: Path, track: Track, plan: FilmPlan, seconds: float) -> None:
    """The sound is as long as it was, and cut within one block of the pictures."""
    _check_length(media, track, seconds)
    _check_grid(media, track, plan, Fraction(AAC_FRAME, track.timescale))


def check_playlist(media: Path, track: Track, text: str) -> None:
    """A playlist covers its file from cut to cut, and tells the right length."""
    head_size, segments = read_media_playlist(text)
    cuts = {fragment.offset for fragment in track.fragments}
    at = track.head_size
    for segment in segments:
        if segment.offset != at or at not in cuts:
            raise _wrong(media, f"byte {segment.offset} is not where a segment begins")
        at += segment.size
    if head_size != track.head_size or at != track.size:
        raise _wrong(media, f"the playlist ends at {at} of {track.size} bytes")
    told = float(sum(segment.seconds for segment in segments))
    _check_length(media, track, told)


def _check_length(media: Path, track: Track, seconds: float) -> None:
    if abs(float(track.seconds) - seconds) > EXACT_SECONDS:
        plays = float(track.seconds)
        raise _wrong(media, f"plays {plays:.3f} s instead of {seconds:.3f} s")


def _check_grid(media: Path, track: Track, plan: FilmPlan, slack: Fraction) -> None:
    expected, reached = 0, set()
    for fragment in track.fragments:
        if fragment.start != expected:
            raise _wrong(media, f"jumps from {expected} to {fragment.start}")
        expected += fragment.duration
        if not fragment.begins_with_key:
            raise _wrong(media, f"no key frame at byte {fragment.offset}")
        number, late = _place(fragment, track, plan.segment_seconds)
        reached |= {number} if late <= slack else set()
    missing = set(range(plan.segment_count(float(track.seconds)))) - reached
    if missing:
        raise _wrong(media, f"no cut where segment {min(missing)} begins")


def _place(
    fragment: Fragment, track: Track, segment_seconds: Fraction
) -> tuple[int, Fraction]:
    start = Fraction(fragment.start, track.timescale)
    number = int((start + ON_THE_GRID_SECONDS) / segment_seconds)
    return number, abs(start - number * segment_seconds)


def _wrong(media: Path, why: str) -> WrongOutput:
    return WrongOutput("The film did not come out right.", cause=f"{media.name}: {why}")
