"""A foreign feed -> what it says about its show and every episode.

What can be read is read: one bad item is a remark in the report, never the end.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from feeds.foreign.document import ForeignEnclosure, ForeignItem, ForeignShow
from feeds.foreign.tree import Node, parse
from feeds.foreign.values import (
    address,
    chapters_of,
    credits_of,
    enclosure,
    funding_of,
    is_yes,
    license_of,
    moment,
    plain,
    seconds,
    soundbites_of,
    transcripts_of,
    whole,
)

MOST_ITEMS = 20_000
_KINDS = {"full", "trailer", "bonus"}
_MEDIA_TYPES = ("audio/", "video/")


def read_foreign(feed: bytes, url: str = "") -> ForeignShow:
    """Read a feed that was found at `url`. Raises `UnusableFeed`."""
    channel = parse(feed)
    items = [_item(node, url) for node in channel.children("item")][:MOST_ITEMS]
    return ForeignShow(
        title=plain(channel.says("title", "itunes:title")) or "Untitled show",
        description=plain(
            channel.says("description", "itunes:summary", "itunes:subtitle")
        ),
        link=address(channel.says("link"), url),
        feed_url=_linked(channel, "self", url) or url,
        guid=channel.says("podcast:guid"),
        language=channel.says("language", "dc:language"),
        author=channel.says("itunes:author", "googleplay:author", "dc:creator"),
        owner_name=_owner(channel, "itunes:name"),
        owner_email=_owner(channel, "itunes:email"),
        copyright=channel.says("copyright", "dc:rights"),
        image_url=_image(channel, url),
        categories=tuple(_categories(channel)),
        explicit=is_yes(channel.says("itunes:explicit", "googleplay:explicit")),
        is_serial=channel.says("itunes:type").lower() == "serial",
        is_complete=is_yes(channel.says("itunes:complete")),
        is_hidden=is_yes(channel.says("itunes:block", "googleplay:block")),
        is_locked=is_yes(channel.says("podcast:locked")),
        locked_owner=_told_by(channel, "podcast:locked", "owner"),
        medium=channel.says("podcast:medium").lower() or "podcast",
        license=license_of(channel),
        funding=funding_of(channel),
        credits=credits_of(channel),
        new_feed_url=address(channel.says("itunes:new-feed-url"), url),
        next_page_url=_linked(channel, "next", url)
        or _linked(channel, "prev-archive", url),
        items=tuple(_told_apart(items)),
        remarks=() if items else ("There is no episode in this feed.",),
    )


def _item(node: Node, base: str) -> ForeignItem:
    found = _enclosures(node, base)
    guid, title = node.says("guid"), plain(node.says("itunes:title", "title"))
    notes = node.says("content:encoded", "description", "itunes:summary")
    item = ForeignItem(
        guid=guid,
        title=title or "Untitled episode",
        enclosure=found[0] if found else None,
        alternates=(*found[1:], *_alternates(node, base)),
        published_at=moment(node.says("pubDate", "dc:date")),
        link=address(node.says("link"), base),
        summary=plain(node.says("itunes:summary", "description", "itunes:subtitle")),
        notes_html=notes,
        author=node.says("itunes:author", "dc:creator", "author"),
        duration_seconds=seconds(node.says("itunes:duration")),
        image_url=_image(node, base),
        explicit=is_yes(node.says("itunes:explicit", "googleplay:explicit")),
        is_blocked=is_yes(node.says("itunes:block", "googleplay:block")),
        season=whole(node.says("podcast:season", "itunes:season")),
        season_name=_told_by(node, "podcast:season", "name"),
        number=whole(node.says("podcast:episode", "itunes:episode")),
        kind=_kind(node),
        credits=credits_of(node),
        transcripts=transcripts_of(node, base),
        chapters=chapters_of(node),
        chapters_url=address(_told_by(node, "podcast:chapters", "url"), base),
        soundbites=soundbites_of(node),
        funding=funding_of(node),
        license=license_of(node),
    )
    return replace(item, remarks=tuple(_remarks(item, node)))


def _remarks(item: ForeignItem, node: Node) -> Iterator[str]:
    if item.enclosure is None:
        yield "It names no file to hear or to see."
    elif not item.enclosure.content_type.startswith(_MEDIA_TYPES):
        kind = item.enclosure.content_type or "nothing"
        yield f"Its file calls itself {kind}, not sound or film."
    if not item.guid:
        yield "It has no guid."
    if item.published_at is None:
        said = node.says("pubDate")
        yield f"Its date cannot be read: {said!r}." if said else "It has no date."
    if not node.says("itunes:title", "title"):
        yield "It has no title."


def _told_apart(items: list[ForeignItem]) -> Iterator[ForeignItem]:
    """Apps lose one of two episodes that share a guid: each gets its own."""
    seen: Counter[str] = Counter()
    for item in items:
        guid = item.guid or _guid_from(item)
        seen[guid] += 1
        if seen[guid] == 1:
            yield replace(item, guid=guid)
        else:
            remark = f"It shares its guid with another episode: {guid}."
            own = f"{guid}#{seen[guid]}"
            yield replace(item, guid=own, remarks=(*item.remarks, remark))


def _guid_from(item: ForeignItem) -> str:
    # Made of what does not change, so that reading again finds the same episode.
    file = item.enclosure.url if item.enclosure else item.title
    return f"urn:sha256:{hashlib.sha256(file.encode()).hexdigest()[:32]}"


def _enclosures(node: Node, base: str) -> list[ForeignEnclosure]:
    groups = [node, *node.children("media:group")]
    tags = [tag for group in groups for tag in group.children("media:content")]
    media = [tag for tag in tags if tag.told("medium") != "image"]
    found = [enclosure(tag, base) for tag in [*node.children("enclosure"), *media]]
    kept: dict[str, ForeignEnclosure] = {}
    for file in found:
        if file and not file.content_type.startswith("image/"):
            kept.setdefault(file.url, file)
    return list(kept.values())


def _alternates(node: Node, base: str) -> Iterator[ForeignEnclosure]:
    for other in node.children("podcast:alternateEnclosure"):
        for source in other.children("podcast:source"):
            if file := enclosure(other, base) or enclosure(source, base, "uri"):
                kind = other.told("type").lower() or file.content_type
                yield replace(file, content_type=kind)
                break


def _image(node: Node, base: str) -> str:
    named = _told_by(node, "itunes:image", "href") or node.says("itunes:image")
    inside = node.child("image")
    plain_one = inside.says("url") if inside else ""
    small = _told_by(node, "media:thumbnail", "url")
    found = (named, plain_one, small, _told_by(node, "googleplay:image", "href"))
    return next((url for text in found if (url := address(text, base))), "")


def _categories(channel: Node) -> Iterator[tuple[str, str]]:
    for outer in channel.children("itunes:category"):
        inner = [child.told("text") for child in outer.children("itunes:category")]
        if outer.told("text"):
            yield outer.told("text"), (inner or [""])[0]


def _kind(node: Node) -> str:
    said = node.says("itunes:episodeType").lower()
    return said if said in _KINDS else "full"


def _owner(channel: Node, name: str) -> str:
    owner = channel.child("itunes:owner")
    return owner.says(name) if owner else ""


def _linked(channel: Node, rel: str, base: str) -> str:
    for link in channel.children("atom:link"):
        if link.told("rel") == rel:
            return address(link.told("href"), base)
    return ""


def _told_by(node: Node, name: str, attribute: str) -> str:
    child = node.child(name)
    return child.told(attribute) if child else ""
