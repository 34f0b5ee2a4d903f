"""A new title. While nobody has seen the episode, its address follows."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.actions.addresses import free_slug
from app.actions.intake import episode_title
from app.errors import Conflict
from app.models import Episode
from app.models.identity import slug


def rename(session: Session, episode: Episode, title: str) -> None:
    """Give an episode another title."""
    title = episode_title(title)
    if title == episode.title:
        return
    episode.title = title
    if episode.published_at is not None:
        return  # people have this address by now
    wanted = slug(title, fallback="episode")
    others = select(Episode.slug).where(
        Episode.slug.startswith(wanted, autoescape=True), Episode.id != episode.id
    )
    with session.no_autoflush:
        taken = set(session.scalars(others))
    try:
        with session.begin_nested():
            episode.slug = free_slug(wanted, taken)
    except IntegrityError as error:
        raise Conflict(
            "Somebody has just taken this title. Please try again."
        ) from error
