"""The chunks of a long film: where they lie, and whether each is as it should be."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path

from media_pipeline.errors import WrongOutput
from media_pipeline.film.plan import Chunk, FilmPlan, Rung
from media_pipeline.mp4.track import read_track
from media_pipeline.rendition import Kind, Rendition, finished

CONTENT_TYPE = "video/mp4"
CHUNK_SECONDS, FEWEST_SECONDS = 90, 24
FIRST_CHUNK_SECONDS = 300  # of small rungs: as much work as 90 s of large ones
HANDS = 4  # for so many there is equal work, or the last chunk is waited for
# What lies before a chunk is decoded for nothing, and the watchdog sees no progress.
LONGEST_LEAD_SECONDS = 20.0


def chunk_count(seconds: float) -> int:
    """Into how many chunks a film is cut: equal work for some machines."""
    rounds = ceil(seconds / CHUNK_SECONDS / HANDS)
    most = int(seconds / min(FEWEST_SECONDS, CHUNK_SECONDS))
    return max(1, min(HANDS * rounds, most))


def first_chunk_count(seconds: float) -> int:
    """The same for its first rungs, which one machine makes, one after the other."""
    return max(1, round(seconds / FIRST_CHUNK_SECONDS))


def divide(
    cuts: Sequence[int],
    frame_count: int,
    rate: Fraction,
    seek_before: Callable[[float], float],
    last_seen: float,
    count: int,
) -> tuple[Chunk, ...]:
    """Whole segments, in at most so many chunks, and where to begin to decode each.

    `seek_before` and `last_seen` are in seconds of the source. What comes after its
    last picture belongs to the last chunk: it can only be held. Where key frames lie
    far apart, none begins far behind one, and there are fewer.
    """
    wanted = [frame_count * number / count for number in range(1, count)]
    after = {cuts[min(bisect_left(cuts, place), len(cuts) - 1)] for place in wanted}
    leads = {cut: seek_before(float(cut / rate)) for cut in sorted(after)}
    begins = [cuts[0]]
    for cut, seek in leads.items():
        is_near = cut / rate - seek <= LONGEST_LEAD_SECONDS
        if is_near and 0 < cut / rate < last_seen:
            begins.append(cut)
    ends = [*begins[1:], frame_count]
    return tuple(
        Chunk(begin, end, leads.get(begin, 0.0))
        for begin, end in zip(begins, ends, strict=True)
    )


def chunk_name(rung: Rung, number: int) -> str:
    """What one rung of a chunk is called."""
    return f"{rung.name}-{number:04}"


def finished_chunk(file: Path, rung: Rung, plan: FilmPlan, chunk: Chunk) -> Rendition:
    """One rung of a chunk, once all its pictures are there and its key frames."""
    track = read_track(file)
    promised = chunk.frames * int(rung.frame_rate / plan.frame_rate)
    begins = {Fraction(part.start, track.timescale) for part in track.fragments}
    cuts = {(cut - chunk.begin) / plan.frame_rate for cut in plan.cut_frames}
    missing = {
        cut for cut in cuts if 0 <= cut < chunk.frames / plan.frame_rate
    } - begins
    if track.samples != promised or missing:
        why = (
            f"{file.name}: {track.samples} of {promised} pictures, no cut at {missing}"
        )
        raise WrongOutput("A part of the film did not come out right.", cause=why)
    return finished(
        Kind.CHUNK,
        file,
        CONTENT_TYPE,
        name=file.stem,
        duration_seconds=float(track.seconds),
        width=rung.width,
        height=rung.height,
        codecs=track.codec,
    )
