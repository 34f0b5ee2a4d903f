"""A show moves in: its old feed becomes a show here, one episode after the other.

Every episode stands alone: one that cannot be brought is a line in the report. What
was cut off is taken up where it stopped, when the same feed is given again.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import moved_media, moved_show, moved_words, syndication
from app.errors import BadRequest, CommoncastError, NotAllowed
from app.models import Episode, MoveItem, MoveState, Show
from app.outbound import Outbound
from app.platform import Platform
from feeds.foreign import ForeignItem, ForeignShow, UnusableFeed, read_foreign
from feeds.foreign.tree import LARGEST_FEED

MOST_PAGES = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a show shall move in."""

    slug: str = ""  # empty: made from its title
    publish: bool = True  # else every episode stays a draft
    keep_media: bool = False  # MP3s as they are, not levelled again


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was read, and where it was."""

    show: ForeignShow
    source: str


OnItem = Callable[[int, int, str], None]  # which, of how many, its title


def look(outbound: Outbound, source: str) -> Found:
    """Read an old feed with all its pages. Raises a sentence when it cannot move."""
    if source.startswith(("http://", "https://")):
        return Found(_fetched(outbound, source), source)
    file = Path(source)
    if not file.is_file():
        raise BadRequest(f"There is no file {source}, and it is no web address.")
    body = file.read_bytes()
    name = f"sha256:{hashlib.sha256(body).hexdigest()}"
    return Found(_read(body, ""), name)


def insist_on_unlocked(show: ForeignShow) -> None:
    """Respect what the owner told the old host: a locked show stays there."""
    if show.is_locked:
        owner = f" ({show.locked_owner})" if show.locked_owner else ""
        raise NotAllowed(
            f"This show is locked at its old host. Its owner{owner} can unlock it "
            "there; then it may move."
        )


def report(show: ForeignShow) -> Iterator[str]:
    """What would be brought, and what is odd about it: a line for each episode."""
    yield f"{show.title}: {len(show.items)} episodes"
    yield from show.remarks
    for item in show.items:
        date = item.published_at.date().isoformat() if item.published_at else "no date"
        yield " ".join([f"{date}  {item.title}", *item.remarks])


def move_in(
    platform: Platform, outbound: Outbound, found: Found, wish: Wish, on_item: OnItem
) -> str:
    """Bring everything that is not here yet; the id of the show."""
    insist_on_unlocked(found.show)
    show_id = moved_show.begin(platform, outbound, found.show, found.source, wish.slug)
    waiting = _waiting(platform, show_id)
    items = [item for item in found.show.items if item.guid in waiting]
    for number, item in enumerate(items, start=1):
        on_item(number, len(items), item.title)
        state, sentence = _try_to_bring(platform, outbound, show_id, item, wish)
        _note(platform, show_id, item.guid, state, sentence)
    syndication.refresh_show(platform, show_id)
    return show_id


def items_of(session: Session, show_id: str) -> list[MoveItem]:
    """The report: what became of each episode of the old feed."""
    query = select(MoveItem).where(MoveItem.show_id == show_id)
    return list(session.scalars(query.order_by(MoveItem.position)))


def _fetched(outbound: Outbound, url: str) -> ForeignShow:
    first = outbound.fetch(url, most_bytes=LARGEST_FEED)
    show = _read(first.body, first.url)
    items, seen, next_url = list(show.items), {url, first.url}, show.next_page_url
    while next_url and next_url not in seen and len(seen) < MOST_PAGES:
        seen.add(next_url)
        page = _read(outbound.fetch(next_url, most_bytes=LARGEST_FEED).body, next_url)
        known = {item.guid for item in items}
        items += [item for item in page.items if item.guid not in known]
        next_url = page.next_page_url
    return moved_show.with_items(show, items)


def _read(body: bytes, url: str) -> ForeignShow:
    try:
        return read_foreign(body, url)
    except UnusableFeed as error:
        raise BadRequest(str(error)) from error


def _waiting(platform: Platform, show_id: str) -> set[str]:
    over = {MoveState.BROUGHT, MoveState.THERE}
    with platform.database.reading() as session:
        return {i.guid for i in items_of(session, show_id) if i.state not in over}


def _try_to_bring(
    platform: Platform,
    outbound: Outbound,
    show_id: str,
    item: ForeignItem,
    wish: Wish,
) -> tuple[MoveState, str]:
    try:
        return _bring(platform, outbound, show_id, item, wish)
    except CommoncastError as error:
        return MoveState.FAILED, error.sentence
    except Exception as error:  # one bad episode never stops the rest
        log.error("episode not brought", guid=item.guid, exc_info=error)
        return MoveState.FAILED, "Something went wrong on our side. We wrote it down."


def _bring(
    platform: Platform,
    outbound: Outbound,
    show_id: str,
    item: ForeignItem,
    wish: Wish,
) -> tuple[MoveState, str]:
    if item.enclosure is None:
        return MoveState.LEFT, "The old feed names no file to hear or to see."
    with platform.database.reading() as session:
        same = session.scalar(select(Episode).where(Episode.guid == item.guid))
        if same is not None and same.show_id != show_id:
            return MoveState.LEFT, "An episode with this guid is in another show here."
        if same is not None and same.revision:
            return MoveState.THERE, ""
    with moved_media.fetched(platform, outbound, item.enclosure.url) as file:
        words = moved_words.gather(outbound, item)
        with platform.database.session() as session:
            show = session.get_one(Show, show_id)
            episode_id = moved_words.write(session, show, item, words, wish.publish)
        moved_words.hang_picture(platform, outbound, episode_id, item.image_url)
        name = moved_media.name_of(item.enclosure.url)
        kept = wish.keep_media and moved_media.keep(platform, episode_id, file, name)
        if not kept:
            moved_media.hand_in(platform, episode_id, file, name)
    if wish.publish and kept:
        moved_words.publish(platform, episode_id)
    return MoveState.BROUGHT, words.left_out


def _note(
    platform: Platform, show_id: str, guid: str, state: MoveState, sentence: str
) -> None:
    with platform.database.session() as session:
        mine = MoveItem.show_id == show_id, MoveItem.guid == guid
        row = session.scalars(select(MoveItem).where(*mine)).one()
        row.state, row.sentence = state, sentence
    log.info("item of the old feed", guid=guid, state=state, sentence=sentence)
