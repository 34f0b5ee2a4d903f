"""How a recording becomes an episode: one durable piece of work after the other.

    check, sound, first    in one piece: then it can be heard, and seen
    chunk                  a piece for each of them, on any machine that has a place
    film, finish           queued by whoever records the last of all these

Every step may be cut off anywhere and taken again, here or on another machine. What
is done is what the database says: a file counts once its row is there, and its row
is written after the file. No transaction is open while a program runs.
"""

import threading
from collections.abc import Sequence
from contextlib import suppress

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import jobs
from app.actions import chunking, crash, faults, room, shelf, steps
from app.actions.headway import Superseded
from app.actions.job import Job
from app.actions.workspace import clear, workspace
from app.jobs import Interrupted, TryAgain
from app.models import Processing, ProcessingState
from app.platform import Platform
from media_pipeline.errors import MediaError, Refused
from media_pipeline.pipeline import Step
from media_pipeline.programs.process import stoppable

CHECK_STEPS: Sequence[str] = (Step.CHECK,)
FIRST_STEPS: Sequence[str] = (Step.SOUND, Step.FIRST)
LAST_STEPS: Sequence[str] = (Step.FILM, Step.FINISH)
FIRST_PAUSE_SECONDS = 1.0
OUR_FAULT = "Something went wrong on our side. We have written it down."

log = structlog.get_logger(__name__)


def make(
    platform: Platform,
    step: str,
    work_id: str,
    episode_id: str,
    revision: int,
    stop: threading.Event,
    number: int | None = None,
) -> bool:
    """Take one step. False: there is nothing more to do for this recording."""
    name = work_id if number is None else jobs.chunk_id(work_id, number)
    with workspace(platform.settings.scratch_dir, name, stop) as folder:
        job = Job(
            platform=platform,
            work_id=work_id,
            episode_id=episode_id,
            revision=revision,
            step=Step(step),
            stop=stop,
            number=number,
            folder=folder,
        )
        goes_on = faults.while_the_database_is_away(stop, lambda: _attempt(job))
        if not goes_on or step in {Step.CHUNK, Step.FINISH}:
            clear(folder)
    if not goes_on:
        shelf.take_down(platform, episode_id, revision)
    return goes_on


def queue_chunks(
    platform: Platform, work_id: str, episode_id: str, revision: int, queue: str
) -> bool:
    """Ask for every chunk that is missing. False: none is."""
    with platform.database.reading() as session:
        row = _row(session, work_id, episode_id, revision)
        missing = chunking.missing(session, episode_id, revision) if row else []
    if row is None:
        return False
    for number in missing:
        jobs.enqueue_chunk(platform, row, number, queue)
        crash.point("chunk queued")
    return bool(missing)


def queue_finish(
    platform: Platform, work_id: str, episode_id: str, revision: int, queue: str
) -> None:
    """Ask for the end of the work if nothing else is missing any more.

    Of two who record the last two things at once, at least one sees that. Perhaps
    both: asking twice is asking once.
    """
    with platform.database.reading() as session:
        row = _row(session, work_id, episode_id, revision)
        is_whole = chunking.is_whole(session, episode_id, revision)
    if row and is_whole:
        jobs.enqueue_finish(platform, row, queue)
        crash.point("finish queued")
    elif row:
        _tell_of_chunks(platform, row)


def _tell_of_chunks(platform: Platform, row: Processing) -> None:
    with platform.database.session() as session:
        of_it = Processing.id == row.id, Processing.step == Step.FIRST
        if chunking.has_begun(session, row.episode_id, row.revision):
            session.execute(update(Processing).where(*of_it).values(step=Step.CHUNK))


def give_up(platform: Platform, work_id: str, episode_id: str, revision: int) -> None:
    """The last try has failed: from here a person decides."""
    folder = platform.settings.scratch_dir / work_id
    job = Job(
        platform=platform,
        work_id=work_id,
        episode_id=episode_id,
        revision=revision,
        step=Step.FINISH,
        stop=threading.Event(),
        folder=folder,
    )
    with suppress(Superseded):
        job.close(ProcessingState.FAILED)
    clear(folder)
    shelf.take_down(platform, episode_id, revision)


def _row(
    session: Session, work_id: str, episode_id: str, revision: int
) -> Processing | None:
    row = session.scalar(
        select(Processing).where(
            Processing.episode_id == episode_id, Processing.revision == revision
        )
    )
    # A person may have started another round since then.
    return row if row and row.workflow_id == work_id and not row.is_over else None


def _attempt(job: Job) -> bool:
    try:
        with stoppable(job.stop):
            return _begins(job) and _pause(job) and _take(job)
    except faults.DATABASE_AWAY:
        raise
    except Exception as error:
        return _end(job, error)


def _begins(job: Job) -> bool:
    if job.number is None:
        return job.begin()
    plan = job.plan()
    return plan is not None and job.begin(chunks=len(plan.chunks))


def _pause(job: Job) -> bool:
    # Longer after every start that came to nothing: 1, 5, 25 seconds, a minute.
    again = job.starts - 2
    if again >= 0 and job.stop.wait(min(FIRST_PAUSE_SECONDS * 5**again, 60)):
        raise Interrupted
    return True


def _take(job: Job) -> bool:
    steps.take(job)
    log.info("step taken", step=job.step, episode=job.episode_id, chunk=job.number)
    return True


def _end(job: Job, error: Exception) -> bool:
    if job.is_superseded or isinstance(error, Superseded):
        job.drop_unreferenced(everything=True)
        return False
    if job.stop.is_set():
        job.uncount()
        raise Interrupted from error
    if isinstance(error, Refused):
        job.refuse(error)
        return False
    told = _in_words(job, error)
    log.error("step failed", step=job.step, episode=job.episode_id, exc_info=error)
    job.note(told.sentence, told.cause)
    if faults.will_pass(told) and job.lay_aside():
        raise Interrupted from error
    # DBOS keeps the error: a plain one survives every change of our code.
    raise TryAgain(told.cause) from None


def _in_words(job: Job, error: Exception) -> MediaError:
    if room.was_wanting(error, job.folder):
        clear(job.folder)  # what lies there is part of what fills the disk
        return error if isinstance(error, room.NoRoom) else room.found_full(error)
    if isinstance(error, MediaError):
        return error
    return MediaError(OUR_FAULT, cause=repr(error))
