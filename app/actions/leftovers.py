"""Stored files that no row names: announced before they come, kept once replaced.

A file in storage and its row cannot change in one moment, and either of us may die
between the two. So a file is announced before it is stored, and that it was replaced
is written down together with what replaces it. Nothing is deleted but what stands
here as due, and what is being deleted cannot be named meanwhile.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.database import now
from app.models import FeedObject, Leftover, Recording, Rendition, Show
from app.platform import Platform
from media_pipeline.errors import StorageFailed

LONGEST_JOB = timedelta(days=7)  # between the announcement of a file and its row
AT_ONCE = 500  # objects


def announce(platform: Platform, episode_id: str | None, keys: Collection[str]) -> None:
    """Say that these files will be stored, and then be named by rows."""
    with platform.database.session() as session:
        _put_down(session, episode_id, keys, now() + LONGEST_JOB)
        _insist_on_life(session, keys)


def name(session: Session, keys: Collection[str]) -> None:
    """Note, together with their rows, that these files are no leftovers any more."""
    for leftover in _insist_on_life(session, keys):
        session.delete(leftover)


def replace(
    platform: Platform, session: Session, episode_id: str | None, keys: Collection[str]
) -> None:
    """Keep files that were replaced for those who are still reading them."""
    grace = timedelta(hours=platform.settings.replaced_kept_hours)
    _put_down(session, episode_id, keys, now() + grace)


def let_go(session: Session, episode_id: str | None, keys: Collection[str]) -> None:
    """Nobody shall read these files any more: the next sweep deletes them."""
    _put_down(session, episode_id, keys, now())


def drop(
    platform: Platform, keys: Collection[str], *, even_announced: bool = False
) -> int:
    """Delete these files at once, but for those that a row names; how many.

    What somebody has announced meanwhile is theirs, unless nobody can need it.
    """
    with platform.database.session() as session:
        theirs = {leftover.key for leftover in _of(session, keys)}
        ours = [key for key in keys if even_announced or key not in theirs]
        let_go(session, None, ours)
        doomed = _doom(session, ours)
    _delete(platform, doomed)
    return len(doomed)


def sweep(platform: Platform) -> int:
    """Delete what is due; how many files that were."""
    count = 0
    while keys := _due(platform):
        with platform.database.session() as session:
            doomed = _doom(session, keys)
        _delete(platform, doomed)
        count += len(doomed)
    return count


def _put_down(
    session: Session, episode_id: str | None, keys: Collection[str], due_at: datetime
) -> None:
    known = {leftover.key: leftover for leftover in _of(session, keys)}
    for key in dict.fromkeys(keys):
        if key in known:
            known[key].due_at = due_at
        else:
            session.add(Leftover(key=key, episode_id=episode_id, due_at=due_at))
    session.flush()


def _of(session: Session, keys: Collection[str]) -> Iterator[Leftover]:
    wanted = select(Leftover).where(Leftover.key.in_(keys)).order_by(Leftover.key)
    yield from session.scalars(wanted.with_for_update())


def _insist_on_life(session: Session, keys: Collection[str]) -> list[Leftover]:
    found = list(_of(session, keys))
    lost = {*keys} - {leftover.key for leftover in found if not leftover.doomed}
    if lost:
        raise StorageFailed(
            "A file could not be stored just now.",
            cause=f"{', '.join(sorted(lost))}: just being deleted",
        )
    return found


def _due(platform: Platform) -> list[str]:
    due = or_(Leftover.doomed, Leftover.due_at <= now())
    with platform.database.reading() as session:
        wanted = select(Leftover.key).where(due).order_by(Leftover.due_at)
        return list(session.scalars(wanted.limit(AT_ONCE)))


def _doom(session: Session, keys: Collection[str]) -> list[str]:
    # Whoever names one of them holds its row: so first the rows, then the names.
    leftovers = list(_of(session, keys))
    named = _named(session, keys)
    for leftover in leftovers:
        if leftover.key in named:
            session.delete(leftover)
        else:
            leftover.doomed = True
    return [leftover.key for leftover in leftovers if leftover.doomed]


def _named(session: Session, keys: Collection[str]) -> set[str]:
    columns = (Rendition.key, Recording.key, Show.artwork_key, FeedObject.key)
    return {
        key
        for column in columns
        for key in session.scalars(select(column).where(column.in_(keys)))
        if key
    }


def _delete(platform: Platform, keys: list[str]) -> None:
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        platform.storage.delete_many(some)
        with platform.database.session() as session:
            session.execute(
                delete(Leftover).where(Leftover.key.in_(some), Leftover.doomed)
            )
