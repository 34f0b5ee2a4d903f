"""The feeds in memory, so that they answer even while the database does not."""

import asyncio
import math
import re
import time
from dataclasses import dataclass
from email.utils import formatdate

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.actions.announcing import hubs
from app.actions.leaving_paths import departures
from app.models import Departure, FeedSnapshot
from app.platform import Platform

log = structlog.get_logger(__name__)

FRESH_SECONDS = 0.1  # with what it takes to write a long feed, within a second
_PATIENCE_SECONDS = 0.25  # then we answer with what we know
_FIRST_PATIENCE_SECONDS = 5.0  # unless we know nothing yet
_FIRST_LOOKS = 3

# Archives hardly ever change, and nobody subscribes to the list of shows.
_NEVER_TOLD = re.compile(r"-\d+\.xml$|^opml\.xml$")

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Representation:
    """The bytes of a feed in one encoding, and what HTTP says about them."""

    etag: bytes  # strong, with its quotes
    body: bytes
    headers: Headers  # of a whole answer
    unchanged: Headers  # of a 304


@dataclass(frozen=True, slots=True)
class Kept:
    """One feed in memory."""

    etag: str
    modified_at: int  # seconds since 1970, rounded up
    identity: Representation
    gzip: Representation
    brotli: Representation


class Shelf:
    """Looks at the database ten times a second at most, and only when asked."""

    def __init__(self, platform: Platform, common: Headers) -> None:
        self.feeds: dict[str, Kept] = {}  # by path, without leading slash
        self._departures: dict[str, Departure] = {}  # by the folder of their feeds
        self.is_filled = False  # whether the database could be read at least once
        self._platform = platform
        self._database = platform.database
        self._common = common
        self._stale_at = -math.inf
        self._look: asyncio.Task[None] | None = None

    @property
    def is_stale(self) -> bool:
        """Whether the database ought to be looked at before we answer."""
        return time.monotonic() > self._stale_at

    def moved_to(self, path: str) -> str:
        """Where apps that ask for this feed are sent, if its show has left."""
        row = self._departures.get(path.rpartition("/")[0])
        return row.new_feed_url if row is not None and row.redirects else ""

    async def refresh(self) -> None:
        """Look at the database, but wait for it only a moment."""
        if self.is_filled:
            # The others do not wait for the look that one of them has caused.
            self._stale_at = time.monotonic() + FRESH_SECONDS
            await self._look_once(_PATIENCE_SECONDS)
        else:
            await self._fill()

    async def _fill(self) -> None:
        # One failure says little, and nothing is worse than to call a feed missing.
        for _ in range(_FIRST_LOOKS):
            await self._look_once(_FIRST_PATIENCE_SECONDS)
            if self.is_filled:
                return
            await asyncio.sleep(_PATIENCE_SECONDS)

    async def _look_once(self, patience_seconds: float) -> None:
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(asyncio.to_thread(self._read))
        await asyncio.wait({self._look}, timeout=patience_seconds)

    def _read(self) -> None:
        try:
            self.feeds = self._current()
            self.is_filled = True
        except SQLAlchemyError as error:
            log.warning("feeds answer from memory", cause=str(error))

    def _current(self) -> dict[str, Kept]:
        with self._database.reading() as session:
            self._departures = departures(session)
            known = session.execute(select(FeedSnapshot.path, FeedSnapshot.etag)).all()
            kept = {path: self.feeds.get(path) for path, _ in known}
            changed = [
                p for p, etag in known if (k := kept[p]) is None or k.etag != etag
            ]
            rows = select(FeedSnapshot).where(FeedSnapshot.path.in_(changed))
            fresh = {
                row.path: _keep(row, self._common + self._links(row.path))
                for row in session.scalars(rows)
            }
        return {path: old for path, old in kept.items() if old} | fresh

    def _links(self, path: str) -> Headers:
        """Who tells when it changes, and by which name it is known there (WebSub)."""
        named = () if _NEVER_TOLD.search(path) else hubs(self._platform)
        if not named:
            return []
        links = [*((hub, "hub") for hub in named), (self._platform.url(path), "self")]
        told = ", ".join(f'<{address}>; rel="{rel}"' for address, rel in links)
        return [(b"link", told.encode())]


def _keep(row: FeedSnapshot, common: Headers) -> Kept:
    modified_at = math.ceil(row.last_modified.timestamp())
    date = formatdate(modified_at, usegmt=True).encode()
    described = [*common, (b"last-modified", date)]
    kind = (b"content-type", row.content_type.encode())

    def encoded(body: bytes, coding: str) -> Representation:
        # Strong validators tell encodings apart (RFC 9110, section 8.8.3).
        content = [kind, (b"content-encoding", coding.encode())]
        return _representation(body, f"{row.etag}-{coding}", described, content)

    return Kept(
        etag=row.etag,
        modified_at=modified_at,
        identity=_representation(row.body, row.etag, described, [kind]),
        gzip=encoded(row.gzip, "gzip"),
        brotli=encoded(row.brotli, "br"),
    )


def _representation(
    body: bytes, etag: str, described: Headers, content: Headers
) -> Representation:
    quoted = b'"' + etag.encode() + b'"'
    unchanged = [*described, (b"etag", quoted)]
    whole = [*unchanged, *content, (b"content-length", str(len(body)).encode())]
    return Representation(quoted, body, whole, unchanged)
