"""Looks at a film, and decides how it is made: what is kept, and what is done first."""

from dataclasses import replace
from math import ceil, inf
from pathlib import Path

from media_pipeline.entrance.admission import Admission
from media_pipeline.errors import ProgramFailed, Refused, WrongOutput
from media_pipeline.film.chunks import chunk_count, divide, first_chunk_count
from media_pipeline.film.content import suited
from media_pipeline.film.ladder import FASTEST_SMALL_RATE, MIDDLE, at_rate
from media_pipeline.film.plan import Budget, Chunk, FilmPlan, Rung, plan_film
from media_pipeline.film.stream_copy import (
    copy_pictures,
    is_worth_a_look,
    may_be_copied,
)
from media_pipeline.film.video import seen_picture
from media_pipeline.recording.key_frames import PictureScan, scan_pictures
from media_pipeline.recording.picture import Picture

LONG_SECONDS = 120.0  # from here on, a quick rung is worth decoding the film twice
# To look costs as much as half a minute of the film.
LOOKED_AT_SECONDS = {Budget.QUICK: inf, Budget.NORMAL: 900.0, Budget.THOROUGH: 240.0}
QUICK_LINES = 360  # of the rungs that are made first


def decide(
    recording: Path, admission: Admission, folder: Path, budget: Budget
) -> FilmPlan:
    """The plan for a film; what is worth copying is copied once, to be sure."""
    if admission.picture is None:
        raise Refused("There is nothing to watch in this recording.")
    seconds = _seconds(admission)
    plan = plan_film(admission.picture, seconds, budget)
    fits = is_worth_a_look(admission, plan.rungs[0])
    if not fits and seconds <= LONG_SECONDS:
        return plan
    try:
        return _looked_at(recording, admission, plan, folder, fits)
    except ProgramFailed:  # what cannot be read by its packets can be decoded in order
        return plan


def _looked_at(
    recording: Path, admission: Admission, plan: FilmPlan, folder: Path, fits: bool
) -> FilmPlan:
    picture, seconds = seen_picture(admission), float(plan.seconds)
    rate = plan.rungs[0].frame_rate
    found = scan_pictures(recording, picture.index, rate, seconds=seconds)
    fits = fits and may_be_copied(found, plan.rungs[0], _seconds(admission))
    if found.has_one_clock and seconds > LOOKED_AT_SECONDS[plan.budget]:
        plan = suited(recording, admission, plan, found, folder)
    kept = _copying(plan, found) if fits else None
    if kept and _is_right(recording, picture, kept, folder):
        return kept
    return _quick_first(plan, found) if seconds > LONG_SECONDS else plan


def _seconds(admission: Admission) -> float:
    return max(admission.duration_seconds, admission.sound_seconds)


def _copying(plan: FilmPlan, found: PictureScan) -> FilmPlan | None:
    top = plan.rungs[0]
    times = int(top.frame_rate / plan.frame_rate)
    if any(key % times for key in found.key_places):
        plan, times = _as_fast(plan), 1
    if any(
        rung.frame_rate > FASTEST_SMALL_RATE
        for rung in plan.rungs
        if _lines(rung) < MIDDLE
    ):
        return None
    kept = replace(
        plan,
        frame_count=max(plan.frame_count, ceil(found.count / times)),
        copied=top.name,
        copied_frames=found.count,
        copied_delay=found.delay,
        keys=tuple(key // times for key in found.key_places),
        at_once=(top.name,),
    )
    return _divided(kept, found)


def _as_fast(plan: FilmPlan) -> FilmPlan:
    """All rungs as fast as the largest, so that they can have its key frames."""
    top = plan.rungs[0]
    rungs = tuple(at_rate(rung, top.frame_rate) for rung in plan.rungs)
    count = round(plan.seconds * top.frame_rate)
    return replace(plan, rungs=rungs, frame_rate=top.frame_rate, frame_count=count)


def _is_right(recording: Path, picture: Picture, plan: FilmPlan, folder: Path) -> bool:
    try:
        copy_pictures(recording, picture, plan, folder / f"{plan.copied}.mp4")
    except (ProgramFailed, WrongOutput):
        return False
    return True


def _quick_first(plan: FilmPlan, found: PictureScan) -> FilmPlan:
    quick = tuple(rung.name for rung in plan.rungs if _lines(rung) <= QUICK_LINES)
    plan = replace(plan, at_once=quick or plan.at_once)
    chunks = _cut(plan, found, first_chunk_count(float(plan.seconds)))
    # One alone need not be joined.
    return _divided(replace(plan, first_chunks=chunks if chunks[1:] else ()), found)


def _divided(plan: FilmPlan, found: PictureScan) -> FilmPlan:
    if not plan.rest:
        return plan
    return replace(plan, chunks=_cut(plan, found, chunk_count(float(plan.seconds))))


def _cut(plan: FilmPlan, found: PictureScan, count: int) -> tuple[Chunk, ...]:
    return divide(
        plan.cut_frames,
        plan.frame_count,
        plan.frame_rate,
        found.seek_before,
        found.last_found_seconds,
        count,
    )


def _lines(rung: Rung) -> int:
    return min(rung.width, rung.height)
