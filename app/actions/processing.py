"""How a recording becomes an episode: one durable step after the other.

Every step may be cut off anywhere and taken again, here or on another machine. What
is done is what the database says: a file counts once its row is there, and its row
is written after the file. No transaction is open while a program runs.
"""

import pickle
import threading
from collections.abc import Sequence
from contextlib import suppress

import structlog
from sqlalchemy import select

from app import jobs
from app.actions import tagging
from app.actions.job import Job, Superseded
from app.actions.workspace import clear, workspace
from app.jobs import Interrupted, TryAgain
from app.models import Processing, ProcessingState
from app.platform import Platform
from media_pipeline import pipeline
from media_pipeline.admission import Admission
from media_pipeline.errors import MediaError, Refused
from media_pipeline.pipeline import Step
from media_pipeline.process import stoppable
from media_pipeline.rendition import Kind, Rendition

STEPS: Sequence[str] = tuple(Step)
FIRST_PAUSE_SECONDS = 1.0
OUR_FAULT = "Something went wrong on our side. We have written it down."

log = structlog.get_logger(__name__)


def make(
    platform: Platform,
    step: str,
    workflow_id: str,
    episode_id: str,
    revision: int,
    stop: threading.Event,
) -> bool:
    """Take one step. False: there is nothing more to do for this recording."""
    scratch = platform.settings.scratch_dir
    with workspace(scratch, workflow_id, stop) as folder:
        job = Job(platform, episode_id, revision, folder, Step(step), stop)
        try:
            with stoppable(stop):
                goes_on = job.begin() and _pause(job) and _take(job)
        except Exception as error:
            goes_on = _end(job, error)
        if not goes_on or job.step == Step.FINISH:
            clear(folder)
        return goes_on


def give_up(
    platform: Platform, workflow_id: str, episode_id: str, revision: int
) -> None:
    """The last try has failed: from here a person decides."""
    folder = platform.settings.scratch_dir / workflow_id
    job = Job(platform, episode_id, revision, folder, Step.FINISH, threading.Event())
    with suppress(Superseded):
        job.close(ProcessingState.FAILED)
    clear(folder)


def sweep(platform: Platform) -> None:
    """Find rows that wait for a workflow which was never queued, or is over."""
    with platform.database.reading() as session:
        unfinished = {ProcessingState.QUEUED, ProcessingState.RUNNING}
        of_them = select(Processing).where(Processing.state.in_(unfinished))
        waiting = list(session.scalars(of_them))
    known = jobs.states(platform, [row.workflow_id for row in waiting])
    for row in waiting:
        state = known.get(row.workflow_id)
        if state is None:
            jobs.enqueue_processing(platform, row)
        elif state in jobs.OVER:
            give_up(platform, row.workflow_id, row.episode_id, row.revision)


def _pause(job: Job) -> bool:
    # Longer after every start that came to nothing: 1, 5, 25 seconds, a minute.
    again = job.starts - 2
    if again >= 0 and job.stop.wait(min(FIRST_PAUSE_SECONDS * 5**again, 60)):
        raise Interrupted
    return True


def _take(job: Job) -> bool:
    work = {
        Step.CHECK: _check,
        Step.SOUND: _sound,
        Step.FILM: _film,
        Step.FINISH: _finish,
    }
    work[job.step](job)
    log.info("step taken", step=job.step, episode=job.episode_id)
    return True


def _end(job: Job, error: Exception) -> bool:
    if job.is_superseded or isinstance(error, Superseded):
        job.drop_unreferenced()
        return False
    if job.stop.is_set():
        job.uncount()
        raise Interrupted from error
    if isinstance(error, Refused):
        job.refuse(error)
        return False
    told = error if isinstance(error, MediaError) else None
    sentence = told.sentence if told else OUR_FAULT
    cause = told.cause if told else repr(error)
    log.error("step failed", step=job.step, episode=job.episode_id, exc_info=error)
    job.note(sentence, cause)
    # DBOS keeps the error: a plain one survives every change of our code.
    raise TryAgain(cause) from None


def _check(job: Job) -> None:
    admission = _admit(job)
    job.remark(admission.remarks)


def _sound(job: Job) -> None:
    if job.has(Kind.SOUND):
        return
    made = pipeline.make_sound(job.recording(), _admission(job), job.folder, job.tell)
    plain = next(r for r in made if r.kind == Kind.PLAIN_SOUND)
    sound, digest = tagging.tag(job.platform, job.episode_id, plain.path, job.folder)
    job.store([*made, sound], digest)
    # From here on it can be listened to, while the film is still being made.
    job.refresh_feed()


def _film(job: Job) -> None:
    admission = _admission(job)
    if not admission.is_film or job.has(Kind.HLS_MASTER):
        return
    made = pipeline.make_film(
        job.recording(),
        admission,
        job.made_before(Kind.HLS_MEDIA, "audio"),
        job.folder,
        job.tell,
        language=job.language(),
    )
    job.store([_with_words(job, rendition) for rendition in made])
    job.refresh_feed()


def _with_words(job: Job, rendition: Rendition) -> Rendition:
    if rendition.kind != Kind.FILM:
        return rendition
    return tagging.tag_downloaded_film(
        job.platform, job.episode_id, rendition, job.folder
    )


def _finish(job: Job) -> None:
    # Words that were changed while the sound was being made.
    tagging.retag(job.platform, job.episode_id)
    job.refresh_feed()
    job.drop_older()
    job.drop_unreferenced()
    job.close(ProcessingState.READY)


def _admission(job: Job) -> Admission:
    kept = job.folder / "admission"
    try:
        admission = pickle.loads(kept.read_bytes())  # noqa: S301 (we wrote it)
    except Exception:
        # Another machine took over, or another version of us: look again.
        return _admit(job)
    return admission if isinstance(admission, Admission) else _admit(job)


def _admit(job: Job) -> Admission:
    admission = pipeline.check(job.recording(), job.tell)
    unfinished = job.folder / "admission.tmp"
    unfinished.write_bytes(pickle.dumps(admission))
    unfinished.rename(job.folder / "admission")
    return admission
