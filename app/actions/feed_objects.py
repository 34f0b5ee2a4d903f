"""Kept feeds as objects in the storage, for a CDN that answers without us.

A bucket is slow at times, and away at others. So nothing that a host waits for speaks
to it: a worker compares what is kept with what was stored, every few seconds.
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select

from app.actions.leaving_paths import departures
from app.database import now
from app.models import FeedObject, FeedSnapshot
from app.platform import Platform

log = structlog.get_logger(__name__)

FOLDER = "public/feeds/"
CACHING = "public, max-age=60, stale-if-error=86400"
# An old feed can only come after a newer one when a worker dies between the two.
FRESH = timedelta(days=1)


def carry(platform: Platform, is_over: Callable[[], bool]) -> None:
    """Store each kept feed that differs, and delete what is not kept any more."""
    wanted = _wanted(platform) if platform.settings.feeds_in_storage else {}
    stored = _stored(platform)
    for key, etag in wanted.items():
        if stored.get(key) != etag and not is_over():
            _put(platform, key)
    for key in stored.keys() - wanted.keys():
        _delete(platform, key)


def _wanted(platform: Platform) -> dict[str, str]:
    with platform.database.reading() as session:
        elsewhere = {path for path, row in departures(session).items() if row.redirects}
        kept = session.execute(select(FeedSnapshot.path, FeedSnapshot.etag))
        return {
            FOLDER + path: etag
            for path, etag in kept
            if path.rpartition("/")[0] not in elsewhere
        }


def _stored(platform: Platform) -> dict[str, str]:
    with platform.database.reading() as session:
        rows = session.scalars(select(FeedObject)).all()
    return {row.key: row.etag if row.put_at > now() - FRESH else "" for row in rows}


def _put(platform: Platform, key: str) -> None:
    # Of two workers who store at once, the one who is last has also looked last.
    etag = ""
    while (row := _read(platform, key)) and row.etag != etag:
        # Without this row the file would be taken for a forgotten one.
        _note(platform, key, "")
        _store(platform, key, row)
        etag = row.etag
    if etag:
        _note(platform, key, etag)
        log.info("feed stored", key=key)


def _read(platform: Platform, key: str) -> FeedSnapshot | None:
    with platform.database.reading() as session:
        return session.get(FeedSnapshot, key.removeprefix(FOLDER))


def _store(platform: Platform, key: str, row: FeedSnapshot) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "feed"
        file.write_bytes(row.body)
        platform.storage.put_file(file, key, row.content_type, cache_control=CACHING)


def _note(platform: Platform, key: str, etag: str) -> None:
    with platform.database.session() as session:
        session.merge(FeedObject(key=key, etag=etag, put_at=now()))


def _delete(platform: Platform, key: str) -> None:
    platform.storage.delete_many([key])
    with platform.database.session() as session:
        if row := session.get(FeedObject, key):
            session.delete(row)
