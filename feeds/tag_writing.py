"""Writes what a show or an episode says beyond its basics."""

from datetime import UTC, datetime
from email.utils import format_datetime

from feeds.tags import (
    Block,
    ChannelTags,
    Comments,
    Funding,
    ItemTags,
    Live,
    Payment,
    Picture,
    Place,
    Remote,
    Talk,
    Trailer,
)
from feeds.text import NAMESPACE_CHARACTERS, line
from feeds.xml import PODCAST, Writer

_ADDRESS_CHARACTERS = 2000


def write_channel_tags(writer: Writer, tags: ChannelTags) -> None:
    """Write the tags of a show, those of its live items last."""
    _write_shared(writer, tags)
    for trailer in tags.trailers:
        _write_trailer(writer, trailer)
    if tags.rhythm:
        rhythm = tags.rhythm
        writer.add(
            "updateFrequency",
            _short(rhythm.text) or "Now and then",
            complete="true" if rhythm.is_complete else "",
            dtstart=_iso(rhythm.starts_at),
            rrule=rhythm.rule,
        )
    if tags.uses_podping:
        writer.add("podping", usesPodping="true")
    for block in tags.blocks:
        _write_block(writer, block)
    _write_neighbours(writer, tags)
    for live in tags.live:
        _write_live(writer, live)


def write_item_tags(writer: Writer, tags: ItemTags) -> None:
    """Write the tags of an episode."""
    _write_shared(writer, tags)
    for bite in tags.soundbites:
        writer.add(
            "soundbite",
            _short(bite.title),
            startTime=_seconds(bite.start_seconds),
            duration=_seconds(bite.duration_seconds),
        )
    if tags.link:
        label = _short(tags.link[1]) or "On the web"
        writer.add("contentLink", label, href=_address(tags.link[0]))


def _write_shared(writer: Writer, tags: ChannelTags | ItemTags) -> None:
    for funding in tags.funding:
        _write_funding(writer, funding)
    for place in tags.places:
        _write_place(writer, place)
    for picture in tags.pictures:
        _write_picture(writer, picture)
    if tags.talk:
        _write_talk(writer, tags.talk)
    for priority, comments in enumerate(tags.comments, start=1):
        _write_comments(writer, comments, priority)
    for payment in tags.payments:
        _write_payment(writer, payment)


def _write_funding(writer: Writer, funding: Funding) -> None:
    label = _short(funding.label) or "Support this show"
    writer.add("funding", label, url=_address(funding.url))


def _write_place(writer: Writer, place: Place) -> None:
    if not (name := _short(place.name)):
        return
    writer.add(
        "location",
        name,
        rel="creator" if place.is_where_it_was_made else "subject",
        geo=place.geo,
        osm=place.osm,
        country=place.country.upper(),
    )


def _write_picture(writer: Writer, picture: Picture) -> None:
    writer.add(
        "image",
        href=_address(picture.url),
        alt=line(picture.alt),
        aspect_ratio=picture.aspect_ratio,
        width=picture.width,
        height=picture.height,
        type=picture.content_type,
        purpose=_short(picture.purpose),
    )


def _write_talk(writer: Writer, talk: Talk) -> None:
    writer.add(
        "chat",
        server=_address(talk.server),
        protocol=talk.protocol,
        accountId=_short(talk.account),
        space=_short(talk.space),
    )


def _write_comments(writer: Writer, comments: Comments, priority: int) -> None:
    is_open = comments.protocol != "disabled"
    writer.add(
        "socialInteract",
        protocol=comments.protocol,
        uri=_address(comments.uri),
        accountId=_short(comments.account),
        priority=priority if is_open else None,
    )


def _write_payment(writer: Writer, payment: Payment) -> None:
    value = writer.add(
        "value",
        type=payment.kind,
        method=payment.method,
        suggested=payment.suggested,
    )
    for recipient in payment.recipients:
        Writer(value, PODCAST).add(
            "valueRecipient",
            name=_short(recipient.name),
            type=recipient.kind,
            address=recipient.address,
            split=recipient.share,
        )


def _write_trailer(writer: Writer, trailer: Trailer) -> None:
    writer.add(
        "trailer",
        _short(trailer.title) or "Trailer",
        url=_address(trailer.url),
        pubdate=format_datetime(trailer.published_at),
        length=trailer.size or None,
        type=trailer.content_type,
        season=trailer.season,
    )


def _write_block(writer: Writer, block: Block) -> None:
    writer.add("block", "yes" if block.is_blocked else "no", id=block.service)


def _write_neighbours(writer: Writer, tags: ChannelTags) -> None:
    if tags.publisher:
        publisher = Writer(writer.add("publisher"), PODCAST)
        _write_remote(publisher, tags.publisher, "publisher")
    if tags.podroll:
        podroll = Writer(writer.add("podroll"), PODCAST)
        for remote in tags.podroll:
            _write_remote(podroll, remote)
    for remote in tags.contents:
        _write_remote(writer, remote)


def _write_remote(writer: Writer, remote: Remote, medium: str = "") -> None:
    writer.add(
        "remoteItem",
        feedGuid=remote.feed_guid,
        feedUrl=_address(remote.feed_url),
        itemGuid=remote.item_guid,
        medium=medium or remote.medium,
        title=line(remote.title),
    )


def _write_live(writer: Writer, live: Live) -> None:
    item = writer.add(
        "liveItem",
        status=live.status,
        start=_iso(live.starts_at),
        end=_iso(live.ends_at),
    )
    plain, podcast = Writer(item, ""), Writer(item, PODCAST)
    plain.add("title", line(live.title))
    plain.add("guid", live.guid, isPermaLink="false")
    plain.add("enclosure", url=live.url, type=live.content_type, length="0")
    other = podcast.add("alternateEnclosure", type=live.content_type, length="0")
    Writer(other, PODCAST).add("source", uri=_address(live.url))
    podcast.add("contentLink", "Follow it on the web", href=_address(live.page))


def _short(text: str) -> str:
    return line(text, NAMESPACE_CHARACTERS)


def _address(url: str) -> str:
    return line(url, _ADDRESS_CHARACTERS)


def _seconds(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
