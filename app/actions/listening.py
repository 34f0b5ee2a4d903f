"""One part of a transcript: a machine listens, and what it has heard is kept.

What was kept stays kept: a worker that dies loses the part that it was in.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app import jobs
from app.actions import crash, faults, room, transcribing
from app.actions.tagging import after_edit
from app.actions.workspace import clear, workspace
from app.database import now
from app.jobs import Interrupted, TryAgain
from app.models import Episode, Rendition, Transcript, Transcription, TranscriptionState
from app.models.identity import clean_text
from app.platform import Platform
from media_pipeline.errors import Failed, MediaError, Refused
from media_pipeline.hearing.transcription import PART_SECONDS, Part, transcribe_part
from media_pipeline.programs.process import stoppable
from media_pipeline.rendition import Kind
from media_pipeline.words.captions import Cue

LATER = timedelta(minutes=1)
FIRST_PAUSE_SECONDS = 1.0
MOST_STARTS = 8  # of one part, by crashes too: something in it kills the worker
TELL_SECONDS = 5.0
NO_MODEL = "It waits for a machine that has a model to listen with."
OUR_FAULT = "Something went wrong on our side. We have written it down."

_one_at_once = threading.Lock()  # it uses every core, and more memory than a film

log = structlog.get_logger(__name__)


class _NotNow(Failed):
    """Nothing is wrong with this episode: it waits for something else."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What the machine shall listen to."""

    work_id: str
    episode_id: str
    key: str
    size: int  # bytes
    seconds: float  # of the whole sound
    begins_at: float
    language: str
    starts: int


def listen(
    platform: Platform, work_id: str, episode_id: str, stop: threading.Event
) -> None:
    """Write down one part, unless nobody waits for it any more."""
    faults.while_the_database_is_away(
        stop, lambda: _attempt(platform, work_id, episode_id, stop)
    )


def go_on(platform: Platform, episode_id: str) -> None:
    """After a part: ask for the next one, or tell everybody that it is done."""
    with platform.database.reading() as session:
        row = session.get(Transcription, episode_id)
        episode = session.get(Episode, episode_id)
    if row is None or episode is None:
        return
    if not row.is_over:
        jobs.enqueue_transcription(platform, row)
    elif row.state == TranscriptionState.DONE:
        after_edit(platform, episode_id)


def _attempt(
    platform: Platform, work_id: str, episode_id: str, stop: threading.Event
) -> None:
    try:
        with stoppable(stop):
            _take(platform, work_id, episode_id, stop)
    except faults.DATABASE_AWAY:
        raise
    except Exception as error:
        _end(platform, work_id, episode_id, stop, error)


def _take(
    platform: Platform, work_id: str, episode_id: str, stop: threading.Event
) -> None:
    if not _one_at_once.acquire(blocking=False):
        raise _NotNow("")
    try:
        if not transcribing.is_on(platform):
            raise _NotNow(NO_MODEL)
        if sentence := transcribing.obstacle(platform):
            raise _NotNow(sentence)
        task = _begin(platform, work_id, episode_id)
        if task is not None:
            _pause(task, stop)
            _work(platform, task, stop)
    finally:
        _one_at_once.release()


def _begin(platform: Platform, work_id: str, episode_id: str) -> _Task | None:
    with platform.database.session() as session:
        # The episode first, as everybody does who changes its transcript.
        episode = session.get(Episode, episode_id, with_for_update=True)
        row = transcribing.active(session, work_id, episode_id)
        if row is None or episode is None:
            return None
        sound = episode.rendition(Kind.PLAIN_SOUND) or episode.rendition(Kind.SOUND)
        if sound is None or not _is_wanted(row, episode):
            transcribing.end(row, TranscriptionState.DONE)
            return None
        row.state, row.resume_at = TranscriptionState.RUNNING, None
        row.starts += 1
        task = _task(row, episode, sound)
    if task.starts > MOST_STARTS:
        raise Refused("This recording stops our program every time.")
    crash.point("part begun")
    return task


def _is_wanted(row: Transcription, episode: Episode) -> bool:
    is_there = episode.withdrawal is None and row.revision == episode.heard_revision
    return is_there and episode.transcript is None


def _task(row: Transcription, episode: Episode, sound: Rendition) -> _Task:
    return _Task(
        work_id=row.workflow_id,
        episode_id=episode.id,
        key=sound.key,
        size=sound.size,
        seconds=sound.duration_seconds or 0.0,
        begins_at=row.heard_seconds,
        language=row.language or episode.spoken_language,
        starts=row.starts,
    )


def _pause(task: _Task, stop: threading.Event) -> None:
    # Longer after every start that came to nothing: 1, 5, 25 seconds, a minute.
    again = task.starts - 2
    if again >= 0 and stop.wait(min(FIRST_PAUSE_SECONDS * 5**again, 60)):
        raise Interrupted


def _work(platform: Platform, task: _Task, stop: threading.Event) -> None:
    scratch = platform.settings.scratch_dir
    with workspace(scratch, f"transcript-{task.episode_id}", stop) as folder:
        part = _heard(platform, task, folder)
        crash.point("part heard")
        _keep(platform, task, part)
        crash.point("part recorded")
        if part.is_last:
            clear(folder)


def _heard(platform: Platform, task: _Task, folder: Path) -> Part:
    os.utime(folder)  # who sweeps old folders shall see that it is in use
    sound = folder / task.key.rpartition("/")[2]
    if not sound.exists():
        room.insist(folder, task.size)
        unfinished = sound.with_name(f"{sound.name}.part")
        platform.storage.fetch(task.key, unfinished)
        unfinished.rename(sound)
    out = folder / "out"
    out.mkdir(exist_ok=True)
    return transcribe_part(
        sound,
        transcribing.model(platform),
        out,
        begins_at=task.begins_at,
        seconds=PART_SECONDS,
        language=task.language,
        threads=platform.settings.transcribe_threads,
        on_progress=_teller(platform, task),
    )


def _teller(platform: Platform, task: _Task) -> Callable[[float], None]:
    told_at = time.monotonic()

    def tell(seconds: float) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < TELL_SECONDS:
            return
        told_at = time.monotonic()
        fraction = _fraction(task, task.begins_at + seconds)
        try:
            with platform.database.session() as session:
                row = transcribing.active(session, task.work_id, task.episode_id)
                if row is not None:
                    row.fraction, row.changed_at = fraction, now()
        except SQLAlchemyError as error:
            # The work goes on, whether anybody hears of it or not.
            log.warning("not told", episode=task.episode_id, cause=str(error))

    return tell


def _fraction(task: _Task, seconds: float) -> float:
    return min(1.0, seconds / task.seconds) if task.seconds else 0.0


def _keep(platform: Platform, task: _Task, part: Part) -> None:
    with platform.database.session() as session:
        episode = session.get(Episode, task.episode_id, with_for_update=True)
        row = transcribing.active(session, task.work_id, task.episode_id)
        if row is None or episode is None:
            return
        row.cues = [*row.cues, *map(_written, part.cues)]
        row.language, row.heard_seconds = part.language, part.ends_at
        row.fraction, row.changed_at = _fraction(task, part.ends_at), now()
        row.parts, row.starts = row.parts + 1, 0
        row.sentence, row.cause = "", ""
        if part.is_last:
            _finish(row, episode, part)


def _finish(row: Transcription, episode: Episode, part: Part) -> None:
    if not row.cues:
        row.sentence = "The machine has heard no words in this recording."
        transcribing.end(row, TranscriptionState.FAILED)
        return
    if _is_wanted(row, episode):
        spoken = episode.spoken_language
        given = spoken.partition("-")[0] == part.language
        episode.transcript = Transcript(
            language=spoken if given else part.language,
            cues=row.cues,
            made_by=part.made_by,
            machine_made_at=now(),
        )
        log.info("transcript made", episode=episode.id, cues=len(row.cues))
    transcribing.end(row, TranscriptionState.DONE)


def _written(cue: Cue) -> dict[str, Any]:
    return {
        "start_ms": round(cue.start_seconds * 1000),
        "end_ms": round(cue.end_seconds * 1000),
        "speaker": "",
        "text": clean_text(cue.text),
    }


def _end(
    platform: Platform,
    work_id: str,
    episode_id: str,
    stop: threading.Event,
    error: Exception,
) -> None:
    told = error if isinstance(error, MediaError) else _ours(error)
    will_pass = isinstance(told, _NotNow) or faults.will_pass(told)
    with platform.database.session() as session:
        row = transcribing.active(session, work_id, episode_id)
        if row is None:
            return
        if stop.is_set() or (will_pass and not isinstance(told, _NotNow)):
            row.starts -= 1  # it came to nothing, and not for what is in it
        if not stop.is_set():
            row.sentence, row.cause, row.changed_at = told.sentence, told.cause, now()
        if isinstance(told, Refused):
            transcribing.end(row, TranscriptionState.FAILED)
        elif will_pass and not stop.is_set():
            row.state = TranscriptionState.QUEUED
            row.resume_at = now() + LATER
    if stop.is_set() or will_pass:
        raise Interrupted from error
    if not isinstance(told, Refused):
        log.error("no transcript yet", episode=episode_id, exc_info=error)
        # DBOS keeps the error: a plain one survives every change of our code.
        raise TryAgain(told.cause) from None


def _ours(error: Exception) -> MediaError:
    return MediaError(OUR_FAULT, cause=repr(error))
