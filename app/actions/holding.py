"""An episode is held by whoever changes what is made of it: work first, then itself.

Every step of the work locks its own row, and then the episode. Who did it the other
way round would wait for the step while the step waits for them.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Gone, NotFound
from app.models import Episode, Processing


def hold(session: Session, episode_id: str) -> Episode:
    """The episode, and all work on it, for us alone until the session ends."""
    work = select(Processing.id).where(Processing.episode_id == episode_id)
    session.scalars(work.order_by(Processing.revision).with_for_update()).all()
    episode = session.get(Episode, episode_id, with_for_update=True)
    if episode is None:
        raise NotFound("This episode does not exist.")
    return episode


def hold_open(session: Session, episode_id: str) -> Episode:
    """The same, unless it has been withdrawn."""
    episode = hold(session, episode_id)
    if episode.withdrawal is not None:
        raise Gone("This episode has been withdrawn.")
    return episode
