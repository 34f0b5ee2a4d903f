"""What goes out live: planned, begun and ended by a host, and told to apps at once."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import announcing, lines, syndication
from app.actions.live_now import SHOWN_AFTERWARDS, coming
from app.database import now
from app.errors import BadRequest, NotFound
from app.models import LiveItem, Show
from app.models.identity import new_id
from app.platform import Platform

LONGEST_TITLE = 200  # characters
MOST_AT_ONCE = 10  # of one show, that are not over
TYPES = ("audio/mpeg", "application/x-mpegURL", "video/mp4", "audio/aac", "audio/ogg")


def plan(
    platform: Platform, show_id: str, starts_at: datetime, typed: dict[str, str]
) -> None:
    """Say that something will go out; or raise `BadRequest` with a sentence."""
    title = lines.one(typed["title"], LONGEST_TITLE)
    stream = lines.address(typed["stream_url"])
    if not title or not stream:
        raise BadRequest("Please give it a title, and the address of the stream.")
    with platform.database.session() as session:
        if len(coming(session, show_id)) >= MOST_AT_ONCE:
            raise BadRequest(f"Please plan at most {MOST_AT_ONCE} at once.")
        session.add(
            LiveItem(
                id=new_id(),
                show_id=show_id,
                title=title,
                stream_url=stream,
                page_url=lines.address(typed["page_url"]),
                content_type=lines.one_of(typed["content_type"], TYPES),
                starts_at=starts_at,
            )
        )
        session.get_one(Show, show_id).touch()
    syndication.refresh_show(platform, show_id)


def begin(platform: Platform, show_id: str, live_id: str) -> None:
    """It goes out now. Saying so twice is saying so once."""
    with platform.database.session() as session:
        row = _found(session, show_id, live_id)
        if row.ended_at is not None:
            raise BadRequest("This is over already. Please plan it anew.")
        if row.began_at is None:
            row.began_at = row.starts_at = now()
        row.show.touch()
    _tell(platform, show_id, "live")


def end(platform: Platform, show_id: str, live_id: str) -> None:
    """It is over; a recording of it can become an episode."""
    with platform.database.session() as session:
        row = _found(session, show_id, live_id)
        row.began_at = row.began_at or now()
        row.ended_at = row.ended_at or now()
        row.show.touch()
    _tell(platform, show_id, "liveEnd")


def remove(platform: Platform, show_id: str, live_id: str) -> None:
    """It does not take place, or nobody need see it any more."""
    with platform.database.session() as session:
        row = _found(session, show_id, live_id)
        row.show.touch()
        session.delete(row)
    syndication.refresh_show(platform, show_id)


def sweep(platform: Platform) -> None:
    """Let what is over leave the feed after a day."""
    is_old = LiveItem.ended_at <= now() - SHOWN_AFTERWARDS
    with platform.database.reading() as session:
        old = session.execute(select(LiveItem.show_id, LiveItem.id).where(is_old)).all()
    for show_id, live_id in old:
        with suppress(NotFound):  # a host was quicker
            remove(platform, show_id, live_id)


def _found(session: Session, show_id: str, live_id: str) -> LiveItem:
    row = session.get(LiveItem, live_id, with_for_update=True)
    if row is None or row.show_id != show_id:
        raise NotFound("There is nothing of this kind here.", cause=live_id)
    return row


def _tell(platform: Platform, show_id: str, reason: str) -> None:
    syndication.refresh_show(platform, show_id)
    with platform.database.session() as session:
        show = session.get_one(Show, show_id)
        if not show.is_private:
            # Nobody can wait for what goes on now, and nothing is taken back.
            announcing.announce_now(session, platform, show.feed_path, reason)
