"""The same recording is made into everything once more, after everybody else."""

import structlog
from sqlalchemy.orm import Session

from app import jobs
from app.actions import crash, replacing
from app.database import now
from app.models import Episode, Processing, ProcessingState, Recording
from app.models.identity import new_id
from app.platform import Platform

log = structlog.get_logger(__name__)


def make_again(platform: Platform, episode_id: str) -> bool:
    """Queue a new revision of the recording that is heard; listeners keep the old.

    A film is many files that name one another, made in many pieces: so it is made
    again as it was made first, and takes the place of the old one in one moment.
    """
    with platform.database.session() as session:
        episode = session.get(Episode, episode_id, with_for_update=True)
        if episode is None or episode.withdrawal or not episode.is_video:
            return False
        processing = _waiting(episode) or _new_revision(session, episode)
    if processing is None:
        return False
    crash.point("again noted")
    jobs.enqueue_processing(platform, processing)
    return True


def _waiting(episode: Episode) -> Processing | None:
    current = episode.processing
    return current if current and current.again and not current.is_over else None


def _new_revision(session: Session, episode: Episode) -> Processing | None:
    heard = episode.heard_revision
    recording = next((r for r in episode.recordings if r.revision == heard), None)
    if recording is None or _is_busy(episode):
        return None
    episode.revision += 1
    session.add(
        Recording(
            id=new_id(),
            episode_id=episode.id,
            revision=episode.revision,
            key=recording.key,
            filename=recording.filename,
            size=recording.size,
            sha256=recording.sha256,
            received_at=recording.received_at,
        )
    )
    episode.settled_revision = heard
    processing = Processing(
        id=new_id(),
        episode_id=episode.id,
        revision=episode.revision,
        state=ProcessingState.QUEUED,
        again=True,
        round=1,
        queued_at=now(),
    )
    session.add(processing)
    log.info("recording is made again", episode=episode.id, revision=episode.revision)
    return processing


def _is_busy(episode: Episode) -> bool:
    # Somebody works on this episode, or a person must decide first.
    current = episode.processing
    unfinished = current is not None and not current.is_over
    return unfinished or replacing.is_replacing(episode)
