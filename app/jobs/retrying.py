"""A person's button: what has failed is tried once more."""

from sqlalchemy import update

from app.database import now
from app.errors import Conflict, NotFound
from app.jobs.queueing import enqueue_processing
from app.models import Chunk, Episode, Processing, ProcessingState
from app.platform import Platform


def retry(platform: Platform, episode_id: str) -> Processing:
    """Begin another round. What is done already stays done."""
    with platform.database.session() as session:
        episode = session.get(Episode, episode_id)
        processing = episode.processing if episode else None
        if processing is None:
            raise NotFound("This episode does not exist.")
        if processing.state != ProcessingState.FAILED:
            raise Conflict("Only what has failed can be tried again.")
        processing.round += 1
        processing.state, processing.starts = ProcessingState.QUEUED, 0
        processing.sentence, processing.cause = "", ""
        processing.waits_since = processing.resume_at = None
        processing.changed_at, processing.finished_at = now(), None
        of_it = Chunk.processing_id == processing.id
        fresh = {"starts": 0, "waits_since": None, "resume_at": None}
        session.execute(update(Chunk).where(of_it).values(fresh))
    enqueue_processing(platform, processing)
    return processing
