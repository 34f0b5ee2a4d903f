"""A show leaves: apps read the new address in the feed, then the feed leads there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import catalogue, feed_files, moving_in, syndication
from app.actions.leaving_paths import has_left
from app.database import now
from app.errors import BadRequest, Conflict
from app.models import Departure, Episode, FeedSnapshot, Show
from app.outbound import Outbound
from app.platform import Platform
from feeds.foreign.document import ForeignShow

log = structlog.get_logger(__name__)

# Apps that do not keep a 301 in mind read the tag. Most ask every day, some every week.
NOTICE = timedelta(days=14)
LONGEST_ADDRESS = 500  # characters


class NotTheSame(Conflict):
    """What lives at the new address is another show; somebody may insist."""


@dataclass(frozen=True, slots=True)
class Goal:
    """The feed at the new address, after a look at it."""

    feed_url: str
    link: str
    remarks: tuple[str, ...] = ()


def look(
    platform: Platform,
    outbound: Outbound,
    show_id: str,
    address: str,
    *,
    although_different: bool = False,
) -> Goal:
    """See whether the same show lives at the new address; else raise a sentence."""
    address = _insist_on_elsewhere(platform, address)
    found = moving_in.look(outbound, address).show
    with platform.database.reading() as session:
        show = session.get_one(Show, show_id)
        if show.is_private:
            raise BadRequest("This show is private: it has no feed that could lead on.")
        guids = _guids(session, show)
    missing = guids - {item.guid for item in found.items}
    is_same = found.guid == show.podcast_guid or not missing
    if not (is_same or although_different):
        raise NotTheSame(
            f"{address} is the feed of {found.title!r}: its podcast:guid is another, "
            f"and {len(missing)} of {len(guids)} episodes are not in it. Apps would "
            "show everything twice, or lose it."
        )
    return Goal(address, _link(found), tuple(_remarks(found, show, len(missing))))


def leave(
    platform: Platform,
    show_id: str,
    goal: Goal,
    *,
    by: str | None = None,
    notice: timedelta = NOTICE,
) -> None:
    """Tell apps the new address from now on, and send them there after a while."""
    with platform.database.session() as session:
        show = session.get_one(Show, show_id, with_for_update=True)
        row = session.get(Departure, show_id) or Departure(show_id=show_id)
        row.new_feed_url, row.new_link = goal.feed_url, goal.link
        row.at, row.by_user_id, row.redirects_at = now(), by, now() + notice
        session.add(row)
        show.touch()
    log.info("show leaves", show=show_id, to=goal.feed_url, by=by)
    syndication.refresh_show(platform, show_id)
    sweep(platform)


def stay(platform: Platform, show_id: str) -> None:
    """The show does not leave, or comes back: its feed answers as before."""
    with platform.database.session() as session:
        show = session.get_one(Show, show_id, with_for_update=True)
        row = session.get(Departure, show_id)
        if row is not None:
            session.delete(row)
        show.touch()
    log.info("show stays", show=show_id)
    syndication.refresh_show(platform, show_id)


def sweep(platform: Platform) -> None:
    """Once apps are sent away, no web server in front may answer with the old feed."""
    with platform.database.reading() as session:
        paths = session.scalars(select(FeedSnapshot.path)).all()
        gone = [path for path in paths if has_left(session, path)]
    for path in gone:
        feed_files.remove(platform, path)


def _insist_on_elsewhere(platform: Platform, address: str) -> str:
    address = address.strip()
    parts = urlsplit(address)
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    if not is_web or len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise BadRequest("Please give the whole address of the feed: https://...")
    if any(blank in address for blank in ' "<>\\^`{|}') or not address.isascii():
        raise BadRequest("This address has signs in it that no address can have.")
    home = urlsplit(platform.settings.public_url)
    if parts.netloc == home.netloc and parts.path.startswith(f"{home.path}/"):
        # Two feeds that lead to each other would send apps in circles.
        raise BadRequest("This address is ours: the show would not leave at all.")
    return address


def _guids(session: Session, show: Show) -> set[str]:
    mine = catalogue.visible_in(show).with_only_columns(Episode.guid)
    return set(session.scalars(mine))


def _link(found: ForeignShow) -> str:
    is_web = found.link.startswith(("https://", "http://"))
    return found.link if is_web and len(found.link) <= LONGEST_ADDRESS else ""


def _remarks(found: ForeignShow, show: Show, missing: int) -> Iterator[str]:
    if missing:
        yield f"Episodes that are not there yet: {missing}."
    if found.guid != show.podcast_guid:
        yield f"Its podcast:guid is not the same: it should be {show.podcast_guid}."
