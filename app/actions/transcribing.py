"""A machine writes down what is said: asked for, queued, and never overwriting anybody.

A transcript that is there, whoever made it, stays. The work is done in parts, each of
them a durable piece of work of its own, so that it goes on wherever it was cut off and
nobody's new recording waits behind it.
"""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import jobs
from app.database import now
from app.errors import Conflict, NotFound, NotReady
from app.models import Episode, Transcript, Transcription, TranscriptionState
from app.platform import Platform
from media_pipeline.hearing import transcription
from media_pipeline.rendition import Kind

AGAIN = timedelta(minutes=1)  # whoever takes what is due has this long to queue it
STOPPED = "The work was stopped."

_ACTIVE = (TranscriptionState.QUEUED, TranscriptionState.RUNNING)


def is_on(platform: Platform) -> bool:
    """Whether the keeper has given a model."""
    return bool(platform.settings.transcribe_model)


def obstacle(platform: Platform) -> str:
    """Why the model cannot be used here; empty when it can, or when there is none."""
    return transcription.obstacle(model(platform)) if is_on(platform) else ""


def model(platform: Platform) -> Path:
    """The folder of the model."""
    return Path(platform.settings.transcribe_model)


def begin_if_wanted(platform: Platform, episode_id: str) -> None:
    """Ask for a transcript of a new recording, once, if there is none."""
    if not is_on(platform):
        return
    with platform.database.session() as session:
        episode = session.get(Episode, episode_id, with_for_update=True)
        if episode is None or not can_begin(episode) or _was_heard(episode):
            return
        row = _anew(episode)
    jobs.enqueue_transcription(platform, row)


def begin(platform: Platform, episode_id: str) -> None:
    """A person asks for a transcript. Asking twice is asking once."""
    if not is_on(platform):
        raise NotReady("No transcripts are made here: the keeper has set no model.")
    with platform.database.session() as session:
        episode = session.get(Episode, episode_id, with_for_update=True)
        if episode is None:
            raise NotFound("This episode does not exist.")
        if episode.transcript is not None:
            raise Conflict("This episode has a transcript. Remove it first.")
        if episode.rendition(Kind.SOUND) is None or episode.withdrawal is not None:
            raise NotReady("There is nothing to listen to yet.")
        row = episode.transcription if is_at_work(episode) else _anew(episode)
    if row is not None:
        jobs.enqueue_transcription(platform, row)


def can_begin(episode: Episode) -> bool:
    """Whether there is something to write down, and nobody has."""
    is_heard = episode.rendition(Kind.SOUND) is not None
    is_there = is_heard and episode.withdrawal is None
    return is_there and episode.transcript is None and not is_at_work(episode)


def is_at_work(episode: Episode) -> bool:
    """Whether a transcript of this recording is on its way."""
    row = episode.transcription
    current = row is not None and row.revision == episode.heard_revision
    return row is not None and current and not row.is_over


def follow(episode: Episode, before: int, revision: int) -> None:
    """Another recording is heard: what a machine wrote down belongs to its own.

    Of the same recording, made into files once more, it was heard already.
    """
    work = episode.transcription
    if not episode.is_same_recording(before, revision):
        drop_untouched(episode)
    elif work is not None and work.revision == before:
        # The round gives the rest of it a name that nobody has used yet.
        work.revision, work.round, work.resume_at = revision, work.round + 1, None


def drop_untouched(episode: Episode) -> None:
    """Remove words of which nobody but a machine knows."""
    if episode.has_untouched_words:
        episode.transcript, episode.changed_at = None, now()


def missing(session: Session) -> list[Episode]:
    """Episodes that can be heard, and have no transcript."""
    without = Episode.id.not_in(select(Transcript.episode_id))
    found = session.scalars(select(Episode).where(without).order_by(Episode.created_at))
    return [episode for episode in found if can_begin(episode)]


def give_up(platform: Platform, work_id: str, episode_id: str) -> None:
    """The last try has failed: the episode goes on without, until a person asks."""
    with platform.database.session() as session:
        row = active(session, work_id, episode_id)
        if row is not None:
            row.sentence = row.sentence or STOPPED
            end(row, TranscriptionState.FAILED)


def active(
    session: Session, work_id: str, episode_id: str, *, locked: bool = True
) -> Transcription | None:
    """The row, if this very piece of work is the one that it waits for."""
    row = session.get(Transcription, episode_id, with_for_update=locked)
    if row is None or row.is_over or row.workflow_id != work_id:
        return None
    return row


def end(row: Transcription, state: TranscriptionState) -> None:
    """Let the work be over; what was heard so far is not kept."""
    row.state, row.cues, row.resume_at = state, [], None
    row.changed_at = now()


def sweep(platform: Platform) -> None:
    """Find rows that wait for a piece of work that was never queued, or is over."""
    with platform.database.reading() as session:
        of_them = select(Transcription).where(Transcription.state.in_(_ACTIVE))
        waiting = list(session.scalars(of_them))
    known = jobs.states(platform, [row.workflow_id for row in waiting])
    for row in waiting:
        if row.workflow_id not in known:
            jobs.enqueue_transcription(platform, row)
        elif known[row.workflow_id] in jobs.OVER:
            # Unless another part is awaited by now: then this changes nothing.
            give_up(platform, row.workflow_id, row.episode_id)


def resume_due(platform: Platform) -> None:
    """Queue what was laid aside longest, if it is due.

    One each time: a machine listens to one at once, and would lay all others aside.
    """
    is_due = Transcription.resume_at.is_not(None), Transcription.resume_at <= now()
    waiting = select(Transcription.episode_id).where(*is_due).correlate(None)
    longest = waiting.order_by(Transcription.resume_at).limit(1)
    this = Transcription.episode_id.in_(longest), *is_due
    with platform.database.session() as session:
        due = update(Transcription).where(*this).values(resume_at=now() + AGAIN)
        rows = session.scalars(due.returning(Transcription)).all()
        names = [row.workflow_id for row in rows]
    for workflow_id, state in jobs.states(platform, names).items():
        if state == "PENDING":
            jobs.resume(platform, workflow_id)


def _was_heard(episode: Episode) -> bool:
    known = episode.transcription
    return known is not None and known.revision == episode.heard_revision


def _anew(episode: Episode) -> Transcription:
    row = episode.transcription or Transcription(round=0)
    row.revision = episode.heard_revision
    row.round += 1
    row.state, row.resume_at = TranscriptionState.QUEUED, None
    row.parts, row.starts, row.fraction, row.heard_seconds = 0, 0, 0.0, 0.0
    row.language, row.sentence, row.cause = "", "", ""
    row.cues = []
    row.queued_at = row.changed_at = now()
    row.episode_id = episode.id
    episode.transcription = row
    return row
