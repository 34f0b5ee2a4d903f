"""What a host may touch. Finding is authorising: who forgets to ask, finds nothing."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.errors import NotFound
from app.models import Episode, Host, Show, User


def hosted_shows(session: Session, user: User) -> list[Show]:
    """The shows of this user; every show of a keeper."""
    return list(session.scalars(_shows(user).order_by(Show.title)))


def hosted_show(session: Session, user: User, slug: str) -> Show:
    """One of them, or `NotFound`."""
    found = session.scalar(_shows(user).where(Show.slug == slug))
    if found is None:
        raise NotFound("There is no such show among yours.", cause=slug)
    return found


def hosted_episodes(session: Session, user: User, show: Show) -> list[Episode]:
    """Every episode of a show of theirs, the newest first."""
    query = (
        _episodes(user)
        .where(Episode.show_id == show.id)
        .order_by(Episode.created_at.desc())
        .options(
            joinedload(Episode.show),
            selectinload(Episode.renditions),
            selectinload(Episode.processings),
            selectinload(Episode.recordings),
            selectinload(Episode.publication),
            selectinload(Episode.withdrawal),
        )
    )
    return list(session.scalars(query))


def hosted_episode(session: Session, user: User, name: str) -> Episode:
    """One episode of theirs by its id or its slug, or `NotFound`."""
    named = (Episode.id == name) | (Episode.slug == name)
    # A slug may look like another one's id: then the id wins.
    found = session.scalars(
        _episodes(user).where(named).order_by((Episode.id == name).desc())
    ).first()
    if found is None:
        raise NotFound("There is no such episode among yours.", cause=name)
    return found


def _shows(user: User) -> Select[Show]:
    if user.is_admin:
        return select(Show)
    return select(Show).where(
        Show.id.in_(select(Host.show_id).where(Host.user_id == user.id))
    )


def _episodes(user: User) -> Select[Episode]:
    return select(Episode).where(
        Episode.show_id.in_(_shows(user).with_only_columns(Show.id))
    )
