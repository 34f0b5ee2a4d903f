"""Tell others that a feed has changed, once nobody can take it back any more.

What is due stands in rows, so it outlives every kill. Several changes are one notice.
A hub that does not take it is asked again, after longer and longer pauses.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlencode

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.outgoing import outbound_of
from app.database import now
from app.errors import CommoncastError
from app.models import Announcement, FeedSnapshot
from app.outbound import Outbound
from app.platform import Platform

log = structlog.get_logger(__name__)

QUIET = timedelta(minutes=10)  # in which a host may change their mind
AGAIN = timedelta(minutes=2)  # whoever takes what is due has this long
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = timedelta(days=1)
_DATE = re.compile(rb"<(lastBuildDate|dateModified)>[^<]*<")
_MOST_BYTES = 64 * 1024  # of an answer


class Announcer(Protocol):
    """Somebody who is told."""

    @property
    def address(self) -> str:
        """By which we know them."""

    def tell(self, outbound: Outbound, feed_url: str, reason: str) -> int:
        """Tell that a feed has changed; the status of the answer."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A WebSub hub: apps that asked it get the feed from there at once."""

    address: str

    def tell(self, outbound: Outbound, feed_url: str, reason: str) -> int:
        """As every hub takes it, though WebSub leaves it open (section 7)."""
        form = {"hub.mode": "publish", "hub.url": feed_url, "hub.topic": feed_url}
        answer = outbound.ask(
            self.address, method="POST", form=form, most_bytes=_MOST_BYTES
        )
        return answer.status


@dataclass(frozen=True, slots=True)
class Podping:
    """A writer of podpings, which directories follow instead of asking every hour."""

    address: str
    token: str

    def tell(self, outbound: Outbound, feed_url: str, reason: str) -> int:
        """As podping.cloud takes it."""
        asked = urlencode({"url": feed_url, "reason": reason, "medium": "podcast"})
        answer = outbound.ask(
            f"{self.address}?{asked}",
            headers={"Authorization": self.token},
            most_bytes=_MOST_BYTES,
        )
        return answer.status


def hubs(platform: Platform) -> tuple[str, ...]:
    """The WebSub hubs that the keeper has named."""
    named = platform.settings.websub_hubs.split(",")
    return tuple(hub.strip() for hub in named if hub.strip())


def words_of(body: bytes) -> bytes:
    """What a feed says, without when it was written."""
    return _DATE.sub(b"", body)


def announce_later(
    session: Session, platform: Platform, path: str, before: bytes = b""
) -> None:
    """A public feed differs from what it said before, in this transaction."""
    for row in _notices(session, platform, path, before):
        row.due_at = row.since = now() + QUIET
        row.reason, row.attempts = "update", 0


def announce_now(session: Session, platform: Platform, path: str, reason: str) -> None:
    """A public feed says since just now what nobody can wait for."""
    for row in _notices(session, platform, path):
        row.due_at = row.since = now()
        row.reason, row.attempts = reason, 0


def _notices(
    session: Session, platform: Platform, path: str, before: bytes = b""
) -> Iterator[Announcement]:
    for announcer in _announcers(platform):
        row = session.get(Announcement, (path, announcer.address))
        if row is None:
            known = _digest(before) if before else ""
            row = Announcement(path=path, listener=announcer.address, digest=known)
            session.add(row)
        yield row


def announce_due(
    platform: Platform, is_ending: Callable[[], bool] = lambda: False
) -> None:
    """Tell what is due. Opens its own transactions; nobody is asked inside one."""
    known = {announcer.address: announcer for announcer in _announcers(platform)}
    while not is_ending() and (notice := _claimed(platform)):
        announcer = known.get(notice.listener)
        digest = _current(platform, notice.path)
        if announcer is None or digest is None:
            _forget(platform, notice)
        elif digest == notice.digest or _tell(platform, announcer, notice):
            _settle(platform, notice, digest)
        else:
            _postpone(platform, notice)


def _announcers(platform: Platform) -> Iterator[Announcer]:
    for hub in hubs(platform):
        yield Hub(hub)
    if platform.settings.podping_url:
        yield Podping(platform.settings.podping_url, platform.settings.podping_token)


def _claimed(platform: Platform) -> Announcement | None:
    is_due = Announcement.due_at <= now()
    with platform.database.session() as session:
        first = select(Announcement).where(is_due).order_by(Announcement.due_at)
        row = session.scalars(first.limit(1).with_for_update()).first()
        if row is not None:
            row.due_at = now() + AGAIN
        return row


def _current(platform: Platform, path: str) -> str | None:
    with platform.database.reading() as session:
        mine = select(FeedSnapshot.body).where(FeedSnapshot.path == path)
        body = session.scalar(mine)
    return None if body is None else _digest(body)


def _digest(body: bytes) -> str:
    return hashlib.sha256(words_of(body)).hexdigest()


def _tell(platform: Platform, announcer: Announcer, notice: Announcement) -> bool:
    outbound = outbound_of(platform, total_seconds=30)
    try:
        status = announcer.tell(outbound, platform.url(notice.path), notice.reason)
    except CommoncastError as error:
        log.warning("not announced", path=notice.path, cause=error.sentence)
        return False
    is_taken = 200 <= status < 300
    tell, event = (
        (log.info, "announced") if is_taken else (log.warning, "not announced")
    )
    tell(event, path=notice.path, to=announcer.address, status=status)
    return is_taken


def _settle(platform: Platform, notice: Announcement, digest: str) -> None:
    with platform.database.session() as session:
        row = session.get(Announcement, (notice.path, notice.listener))
        if row is None:
            return
        row.digest, row.attempts = digest, 0
        if row.due_at == notice.due_at:  # it has not changed meanwhile
            row.due_at = row.since = None


def _postpone(platform: Platform, notice: Announcement) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(notice.attempts, 10), LONGEST_PAUSE)
    with platform.database.session() as session:
        row = session.get(Announcement, (notice.path, notice.listener))
        if row is None or row.due_at != notice.due_at:
            return
        row.attempts += 1
        row.due_at = now() + pause
        if row.since is not None and now() - row.since > PATIENCE:
            row.due_at = row.since = None
            log.warning("announcing was given up", path=row.path, to=row.listener)


def _forget(platform: Platform, notice: Announcement) -> None:
    with platform.database.session() as session:
        row = session.get(Announcement, (notice.path, notice.listener))
        if row is not None:
            session.delete(row)
