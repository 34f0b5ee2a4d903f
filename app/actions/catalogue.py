"""What anybody may see: the public queries. Nothing else decides visibility."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.errors import Gone, NotFound
from app.models import (
    Credit,
    Episode,
    Leftover,
    Person,
    Rendition,
    Show,
    Topic,
    Withdrawal,
    episode_topics,
)

_PUBLISHED = (Episode.publication.has(), ~Episode.withdrawal.has())
_PUBLIC = (*_PUBLISHED, ~Episode.show.has(Show.is_private))
_NEWEST = (Episode.published_at.desc(), Episode.id)
_WHOLE = (
    joinedload(Episode.show),
    joinedload(Episode.transcript),
    selectinload(Episode.renditions),
    selectinload(Episode.chapters),
    selectinload(Episode.topics),
    selectinload(Episode.credits).joinedload(Credit.person),
)


def visible() -> Select[Episode]:
    """Every episode that is public now: published, not withdrawn, its show open."""
    return select(Episode).where(*_PUBLIC)


def visible_in(show: Show) -> Select[Episode]:
    """What is heard of a show by those who may hear it: by all, or with a key."""
    return select(Episode).where(*_PUBLISHED, Episode.show_id == show.id)


def episode_behind_key(
    session: Session, show: Show, condition: ColumnElement[bool]
) -> Episode:
    """One episode of a private show, for somebody whose key was looked at."""
    query = visible_in(show).where(condition).options(*_WHOLE)
    found = session.scalars(query).unique().first()
    if found is None:
        raise NotFound("There is no such episode here.")
    return found


def latest(session: Session, limit: int = 12) -> list[Episode]:
    """The newest public episodes, of every show."""
    return _cards(session, visible().limit(limit))


def beginnings(session: Session, limit: int = 3) -> list[Episode]:
    """Where a newcomer may start: trailers, and the first episode of each show."""
    earliest = (
        select(func.min(Episode.published_at))
        .where(Episode.show_id == Show.id, *_PUBLIC)
        .correlate(Show)
        .scalar_subquery()
    )
    query = visible().join(Show, Episode.show_id == Show.id)
    found = query.where(
        or_(Episode.kind == "trailer", Episode.published_at == earliest)
    ).order_by(Episode.kind != "trailer")
    return _cards(session, found.limit(limit))


def videos(session: Session, limit: int = 200) -> list[Episode]:
    """The newest public films."""
    return _cards(session, visible().where(_has_film()).limit(limit))


def episodes_of(session: Session, show: Show) -> list[Episode]:
    """A show's public episodes, newest first."""
    return _cards(session, visible().where(Episode.show_id == show.id))


def episodes_about(session: Session, topic: Topic, kind: str = "") -> list[Episode]:
    """Films and podcasts on a topic; `kind` is `video`, `podcast` or empty for both."""
    query = visible().where(Episode.topics.any(Topic.id == topic.id))
    if kind == "video":
        query = query.where(_has_film())
    elif kind == "podcast":
        query = query.where(~_has_film())
    return _cards(session, query)


def episodes_with(session: Session, person: Person) -> list[Episode]:
    """Every public episode in which somebody is credited."""
    return _cards(
        session, visible().where(Episode.credits.any(Credit.person_id == person.id))
    )


def episode_by_slug(session: Session, slug: str) -> Episode:
    """One public episode. Raises `NotFound`, or `Gone` when it was withdrawn."""
    return _one(session, slug, Episode.slug == slug)


def episode_by_id(session: Session, episode_id: str) -> Episode:
    """One public episode. Raises `NotFound`, or `Gone` when it was withdrawn."""
    return _one(session, episode_id, Episode.id == episode_id)


def similar_to(session: Session, episode: Episode, limit: int = 3) -> list[Episode]:
    """What to hear next: the same topics first, then the same show."""
    topics = [topic.id for topic in episode.topics]
    others = visible().where(Episode.id != episode.id)
    about = others.where(Episode.topics.any(Topic.id.in_(topics))).limit(limit)
    found = _cards(session, about) if topics else []
    if len(found) < limit:
        known = [other.id for other in found]
        more = others.where(Episode.show_id == episode.show_id, ~Episode.id.in_(known))
        found += _cards(session, more.limit(limit - len(found)))
    return found


def shows(session: Session) -> list[Show]:
    """Every show that has something to hear, and those that wait for it."""
    return list(
        session.scalars(select(Show).where(~Show.is_private).order_by(Show.title))
    )


def show_by_slug(session: Session, slug: str) -> Show:
    """One show. Raises `NotFound`."""
    named = Show.slug == slug, ~Show.is_private
    found = session.scalars(select(Show).where(*named)).first()
    if found is None:
        raise NotFound("There is no such show here.")
    return found


def topics(session: Session) -> list[Topic]:
    """The topics of public episodes."""
    used = visible().with_only_columns(Episode.id)
    query = select(Topic).where(_topic_in(used)).order_by(Topic.title)
    return list(session.scalars(query))


def topic_by_slug(session: Session, slug: str) -> Topic:
    """One topic of a public episode. Raises `NotFound`."""
    found = [topic for topic in topics(session) if topic.slug == slug]
    if not found:
        raise NotFound("There is no such topic here.")
    return found[0]


def person_by_slug(session: Session, slug: str) -> Person:
    """Somebody credited in a public episode. Raises `NotFound`."""
    found = session.scalars(select(Person).where(Person.slug == slug)).first()
    if found is None or not episodes_with(session, found):
        raise NotFound("Nobody of this name is heard here.")
    return found


def media_key_is_public(session: Session, key: str) -> bool:
    """Whether a file in storage belongs to something that anybody may see."""
    if not key.startswith("public/"):
        return False
    artwork = select(Show.id).where(Show.artwork_key == key)
    if session.scalars(artwork).first() is not None:
        return True
    rendition = select(Rendition.episode_id).where(Rendition.key == key)
    replaced = select(Leftover.episode_id).where(Leftover.key == key, ~Leftover.doomed)
    if key.startswith("public/shows/") and session.get(Leftover, key) is not None:
        return True
    either = Episode.id.in_(rendition) | Episode.id.in_(replaced)
    query = visible().where(either).with_only_columns(Episode.id)
    return session.scalars(query).first() is not None


def media_key_is_withdrawn(session: Session, key: str) -> bool:
    """Whether a file in storage belonged to an episode that was taken back."""
    rendition = select(Rendition.episode_id).where(Rendition.key == key)
    withdrawn = select(Withdrawal).where(Withdrawal.episode_id.in_(rendition))
    return session.scalars(withdrawn).first() is not None


def _one(session: Session, name: str, condition: ColumnElement[bool]) -> Episode:
    query = visible().where(condition).options(*_WHOLE)
    found = session.scalars(query).unique().first()
    if found is not None:
        return found
    withdrawn = select(Episode.id).where(condition, Episode.withdrawal.has())
    if session.scalars(withdrawn).first() is not None:
        raise Gone("This episode has been taken back by the people in it.")
    raise NotFound("There is no such episode here.", cause=name)


def _cards(session: Session, query: Select[Episode]) -> list[Episode]:
    query = query.order_by(*_NEWEST).options(
        joinedload(Episode.show), selectinload(Episode.renditions)
    )
    return list(session.scalars(query))


def _has_film() -> ColumnElement[bool]:
    # As `Episode.heard_revision`.
    sound = aliased(Rendition)
    newest = (
        select(func.max(sound.revision))
        .where(sound.episode_id == Episode.id, sound.kind == "sound")
        .correlate(Episode)
        .scalar_subquery()
    )
    heard = func.coalesce(Episode.settled_revision, newest)
    return Episode.renditions.any(
        (Rendition.kind == "film") & (Rendition.revision == heard)
    )


def _topic_in(episodes: Select[str]) -> ColumnElement[bool]:
    about = select(episode_topics.c.topic_id).where(
        episode_topics.c.episode_id.in_(episodes)
    )
    return Topic.id.in_(about)
