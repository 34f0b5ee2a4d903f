"""The feed of a private show, in which every address holds the listener's key."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.actions.feed_document import document_of
from app.models import Show
from app.platform import Platform
from feeds import rss
from feeds.document import Channel, Enclosure, Item, Paging
from feeds.tags import ChannelTags

# Rendered once for all listeners, with this in the place of their keys.
_PLACE = "key-of-this-listener"
_MOST_KEPT = 32

_kept: dict[tuple[str, int, str], bytes] = {}


def feed_of(session: Session, platform: Platform, show: Show, token: str) -> bytes:
    """The bytes for one listener; rendered anew only when the show has changed."""
    name = (show.id, show.feed_version, platform.settings.public_url)
    body = _kept.get(name)
    if body is None:
        channel = behind_key(platform, document_of(session, platform, show))
        body = rss.render(channel)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[name] = body
    return body.replace(_PLACE.encode(), token.encode())


def behind_key(platform: Platform, channel: Channel) -> Channel:
    """The same channel, hidden from directories, its addresses behind a key."""
    return replace(
        channel,
        feed_url=platform.url(f"private/{_PLACE}/feed.xml"),
        link=platform.url(""),
        is_hidden=True,
        is_locked=True,
        new_feed_url="",
        tags=ChannelTags(),
        paging=Paging(),
        hubs=(),
        items=tuple(_item(platform, item) for item in channel.items),
    )


def _item(platform: Platform, item: Item) -> Item:
    others = [_enclosure(platform, other) for other in item.alternates]
    scripts = (
        replace(script, url=_moved(platform, script.url)) for script in item.transcripts
    )
    chapters = tuple(replace(chapter, image_url="") for chapter in item.chapters)
    return replace(
        item,
        link=platform.url(""),
        enclosure=replace(item.enclosure, url=_moved(platform, item.enclosure.url)),
        alternates=tuple(other for other in others if other),
        # Pictures lie where anybody may look who knows their name.
        image_url="",
        tags=replace(item.tags, pictures=()),
        transcripts=tuple(scripts),
        chapters=chapters,
        chapters_url=_moved(platform, item.chapters_url),
    )


def _enclosure(platform: Platform, other: Enclosure) -> Enclosure | None:
    moved = _moved(platform, other.url)
    # HLS is many files, which players fetch without a key.
    return replace(other, url=moved) if other.size and moved else None


def _moved(platform: Platform, url: str) -> str:
    home = platform.url("")
    if not url.startswith(home):
        return ""
    return f"{home}private/{_PLACE}/{url.removeprefix(home)}"
