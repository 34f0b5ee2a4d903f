"""A show that moves in: what is kept of the old one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.artwork import set_show_artwork
from app.actions.moved_media import fetched_picture
from app.actions.particulars import MEDIA
from app.actions.shows import (
    LONGEST_DESCRIPTION_BYTES,
    LONGEST_TITLE,
    add_show,
    show_language,
)
from app.errors import BadRequest, CommoncastError, Conflict
from app.models import Move, MoveItem, Show
from app.models.identity import clean_line, clean_text, new_id, slug
from app.outbound import Outbound
from app.platform import Platform
from feeds.foreign import ForeignItem, ForeignShow
from feeds.guid import podcast_guid
from feeds.rules.categories import CATEGORIES
from feeds.text import cut

_HEALTH = "Health & Fitness"


def begin(
    platform: Platform,
    outbound: Outbound,
    foreign: ForeignShow,
    source: str,
    wanted_slug: str,
) -> str:
    """The show for an old feed: made now, or begun before. Its id."""
    with platform.database.session() as session:
        move = session.scalar(select(Move).where(Move.source == source))
        if move is None:
            show = _new_show(session, platform, foreign, wanted_slug)
            move = Move(show_id=show.id, source=source, old_feed_url=foreign.feed_url)
            session.add(move)
        _add_items(move, foreign)
        show_id = move.show_id
        has_artwork = bool(session.get_one(Show, show_id).artwork_key)
    if not has_artwork:
        _hang_artwork(platform, outbound, show_id, foreign.image_url)
    return show_id


def with_items(show: ForeignShow, items: Sequence[ForeignItem]) -> ForeignShow:
    """The same show with the episodes of all its pages."""
    return replace(show, items=tuple(items))


def _new_show(
    session: Session, platform: Platform, foreign: ForeignShow, wanted_slug: str
) -> Show:
    title = clean_line(foreign.title)[:LONGEST_TITLE]
    address = wanted_slug or slug(title, fallback="show")
    if session.scalar(select(Show.id).where(Show.slug == address)):
        raise Conflict(
            f"There is already a show called {address}. Please name another (--slug)."
        )
    show = add_show(
        session,
        slug=address,
        title=title,
        description=_description(foreign) or title,
        language=_language(foreign.language),
        category=_category(foreign.categories),
        author=clean_line(foreign.author or foreign.owner_name)[:LONGEST_TITLE]
        or title,
        email=foreign.owner_email if "@" in foreign.owner_email else "",
        public_url=platform.settings.public_url,
    )
    _fill_in(show, foreign)
    return show


def _fill_in(show: Show, foreign: ForeignShow) -> None:
    # Apps know the show by its guid: it outlives every address.
    show.podcast_guid = foreign.guid or podcast_guid(foreign.feed_url)
    show.copyright = clean_line(foreign.copyright)[:200]
    show.explicit, show.is_serial = foreign.explicit, foreign.is_serial
    show.medium = foreign.medium if foreign.medium in MEDIA else "podcast"
    if foreign.license:
        show.license, show.license_url = foreign.license.slug, foreign.license.url
    show.particulars = {
        "funding": [{"url": f.url, "label": f.label} for f in foreign.funding],
        "rhythm": "complete" if foreign.is_complete else "",
    }


def _description(foreign: ForeignShow) -> str:
    return cut(clean_text(foreign.description).strip(), LONGEST_DESCRIPTION_BYTES)


def _language(code: str) -> str:
    try:
        return show_language(code.replace("_", "-"))
    except BadRequest:
        return "en"


def _category(given: Sequence[tuple[str, str]]) -> str:
    for category, subcategory in given:
        if category in CATEGORIES:
            known = subcategory in CATEGORIES[category]
            return f"{category} > {subcategory}" if known else category
    return _HEALTH


def _add_items(move: Move, foreign: ForeignShow) -> None:
    known = {item.guid for item in move.items}
    fresh = [item for item in foreign.items if item.guid not in known]
    for position, item in enumerate(fresh, start=len(known)):
        move.items.append(
            MoveItem(
                id=new_id(),
                position=position,
                guid=item.guid,
                title=clean_line(item.title)[:200],
                remarks=" ".join(item.remarks),
            )
        )


def _hang_artwork(
    platform: Platform, outbound: Outbound, show_id: str, url: str
) -> None:
    if not url:
        return
    with fetched_picture(platform, outbound, url) as picture:
        # Without its picture the show can move all the same: a host hangs another.
        if picture is not None:
            with suppress(CommoncastError):
                set_show_artwork(platform, show_id, picture)
