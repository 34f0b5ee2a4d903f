"""Feeds as bytes: kept when they come to differ, and never an older one for a newer.

Two processes may render the same feed at once. Whoever is about to keep its bytes
locks the row, and looks whether what it has read is still true; if not, it reads again.
"""

import gzip
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import brotli  # type: ignore[import-untyped]
import structlog
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.actions import announcing, feed_files
from app.actions.feed_pages import archive_path
from app.database import now
from app.models import FeedSnapshot
from app.platform import Platform
from feeds.guid import podcast_guid

log = structlog.get_logger(__name__)

_ATTEMPTS = 5
BROTLI_QUALITY = 9  # 11 takes far longer to save a few bytes more

# Writes the feed, given the moment in which it came to differ.
Render = Callable[[datetime], bytes]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One feed to be kept: what it depends on, and how it is read from the rows."""

    path: str
    content_type: str
    version: Callable[[Session], int]  # moves whenever a row changes that it shows
    # Given the guid, and whether it was ever public: then it stays, even if empty.
    read: Callable[[Session, str, bool], Render | None]
    shares: str = ""  # the path of the feed whose guid it has, when not its own


class _Outdated(Exception):
    """What was rendered is no longer true."""


def keep(platform: Platform, sheet: Sheet) -> None:
    """Render a feed, and keep its bytes if they differ. Opens its own transactions."""
    for _ in range(_ATTEMPTS):
        moment = now()
        with platform.database.reading() as session:
            version = sheet.version(session)
            render = _read(session, platform, sheet)
        if render is None:
            return
        with suppress(_Outdated):
            differs = _store(platform, sheet, version, render(moment), moment)
            if differs or feed_files.is_missing(platform, sheet.path):
                feed_files.write(platform, sheet.path)
            return
    # Somebody changes the show all the time: they will render it after us.
    log.warning("feed not kept, it changes too quickly", path=sheet.path)


def forget(platform: Platform, known: set[str]) -> None:
    """Remove the feeds of what no longer exists."""
    with platform.database.session() as session:
        session.execute(delete(FeedSnapshot).where(FeedSnapshot.path.not_in(known)))
    feed_files.remove_others(platform, known)


def forget_show(platform: Platform, slug: str) -> None:
    """Remove every feed of one show."""
    _forget_where(platform, FeedSnapshot.path.like(f"shows/{slug}/%"))


def forget_archives(platform: Platform, path: str, count: int) -> None:
    """Remove the archives of one feed that are more than it has now."""
    archives = FeedSnapshot.path.like(path.removesuffix(".xml") + "-%.xml")
    known = {archive_path(path, number) for number in range(1, count + 1)}
    _forget_where(platform, archives, FeedSnapshot.path.not_in(known))


def weighed(body: bytes, moment: datetime) -> dict[str, object]:
    """The columns that follow from the bytes of a feed."""
    with ThreadPoolExecutor(1) as beside:  # neither holds the interpreter
        smallest = beside.submit(brotli.compress, body, quality=BROTLI_QUALITY)
        # Without a time inside, the same bytes always shrink to the same bytes.
        small = gzip.compress(body, 9, mtime=0)
    return {
        "body": body,
        "gzip": small,
        "brotli": smallest.result(),
        "etag": hashlib.sha256(body).hexdigest()[:32],
        "last_modified": moment,
        "rendered_at": moment,
    }


def _forget_where(platform: Platform, *which: ColumnElement[bool]) -> None:
    gone = delete(FeedSnapshot).where(*which).returning(FeedSnapshot.path)
    with platform.database.session() as session:
        paths = session.scalars(gone).all()
    for path in paths:
        feed_files.remove(platform, path)


def _read(session: Session, platform: Platform, sheet: Sheet) -> Render | None:
    path = sheet.shares or sheet.path
    mine = select(FeedSnapshot.podcast_guid).where(FeedSnapshot.path == path)
    guid = session.scalar(mine)
    fresh = podcast_guid(platform.url(path))
    return sheet.read(session, guid or fresh, guid is not None)


def _store(
    platform: Platform, sheet: Sheet, version: int, body: bytes, moment: datetime
) -> bool:
    fresh = {"content_type": sheet.content_type, **weighed(body, moment)}
    with platform.database.session() as session:
        row = _locked(session, platform, sheet, fresh)
        if sheet.version(session) != version:
            raise _Outdated
        is_new, row.version = row.version == 0, version
        before = b"" if is_new else row.body
        differs = announcing.words_of(row.body) != announcing.words_of(body)
        if differs:
            for name, value in fresh.items():
                setattr(row, name, value)
            log.info("feed changed", path=sheet.path, size=len(body))
        if (differs or is_new) and sheet.path == sheet.shares:
            announcing.announce_later(session, platform, sheet.path, before)
    return differs


def _locked(
    session: Session, platform: Platform, sheet: Sheet, fresh: dict[str, object]
) -> FeedSnapshot:
    row = session.get(FeedSnapshot, sheet.path, with_for_update=True)
    if row is not None:
        return row
    guid = podcast_guid(platform.url(sheet.path))
    row = FeedSnapshot(path=sheet.path, podcast_guid=guid, version=0, **fresh)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.get_one(FeedSnapshot, sheet.path, with_for_update=True)
    return row
