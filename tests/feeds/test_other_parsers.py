"""What feedparser and podcastparser read in our feeds is what was written."""

import calendar
from io import BytesIO
from typing import Any

import feedparser
import podcastparser
import pytest

from feeds.document import Channel, Item
from feeds.rss import render
from tests.feeds.particulars import full_feed
from tests.feeds.samples import film_feed, show_feed, topic_feed

# feedparser knows only the `yes` and `clean` of old for explicit, and podcastparser
# counts chapters in whole seconds: neither can be asked for more.

FEEDS = {
    "show": show_feed(),
    "film": film_feed(),
    "topic": topic_feed(),
    "full": full_feed(),
}
Facts = dict[str, object]


@pytest.fixture(params=FEEDS, ids=str)
def channel(request: pytest.FixtureRequest) -> Channel:
    return FEEDS[str(request.param)]


def test_feedparser_reads_every_episode_as_it_was_written(channel: Channel) -> None:
    told = feedparser.parse(render(channel))

    assert not told.bozo
    assert [by_feedparser(entry) for entry in told.entries] == [
        written(item) for item in channel.items
    ]


def test_feedparser_reads_the_channel_as_it_was_written(channel: Channel) -> None:
    told = feedparser.parse(render(channel)).feed

    assert (told.title, told.link, told.language) == (
        channel.title,
        channel.link,
        channel.language,
    )
    assert told.subtitle == channel.description
    assert told.get("author", "") == channel.author
    assert told.image.href == channel.image_url
    categories = [name for pair in channel.categories for name in pair if name]
    assert [tag.term for tag in told.tags] == categories
    assert told.get("rights", "") == channel.copyright
    assert told.itunes_type == ("serial" if channel.is_serial else "episodic")


def test_podcastparser_reads_every_episode_as_it_was_written(
    channel: Channel,
) -> None:
    told = podcastparser.parse(channel.feed_url, BytesIO(render(channel)))

    newest = sorted(channel.items, key=lambda item: item.published_at, reverse=True)
    read = sorted(told["episodes"], key=lambda one: one["published"], reverse=True)
    assert [by_podcastparser(one) for one in read] == [brief(item) for item in newest]


def test_podcastparser_reads_the_channel_as_it_was_written(channel: Channel) -> None:
    told = podcastparser.parse(channel.feed_url, BytesIO(render(channel)))

    assert (told["title"], told["link"]) == (channel.title, channel.link)
    assert told["cover_url"] == channel.image_url
    assert told.get("language") == channel.language


def written(item: Item) -> Facts:
    return {
        "guid": item.guid,
        "title": item.title,
        "link": item.link,
        "published": int(item.published_at.timestamp()),
        "enclosures": [
            (item.enclosure.url, str(item.enclosure.size), item.enclosure.content_type)
        ],
        "seconds": _seconds(item),
        "season": str(item.season or ""),
        "number": str(item.number or ""),
        "kind": item.kind,
        "image": item.image_url,
        "source": item.origin.feed_url if item.origin else "",
    }


def by_feedparser(entry: Any) -> Facts:
    return {
        "guid": entry.id,
        "title": entry.title,
        "link": entry.link,
        "published": calendar.timegm(entry.published_parsed),
        "enclosures": [(e.href, e.length, e.type) for e in entry.enclosures],
        "seconds": entry.get("itunes_duration", ""),
        "season": entry.get("itunes_season", ""),
        "number": entry.get("itunes_episode", ""),
        "kind": entry.get("itunes_episodetype", ""),
        "image": entry.image.href if "image" in entry else "",
        "source": entry.source.href if "source" in entry else "",
    }


def brief(item: Item) -> Facts:
    return {
        "guid": item.guid,
        "title": item.title,
        "link": item.link,
        "published": int(item.published_at.timestamp()),
        "seconds": int(_seconds(item) or 0),
        "enclosures": [
            (item.enclosure.url, item.enclosure.size, item.enclosure.content_type)
        ],
        "chapters": [(int(c.start_seconds), c.title) for c in item.chapters],
        "number": item.number,
        "kind": item.kind,
    }


def by_podcastparser(told: dict[str, Any]) -> Facts:
    return {
        "guid": told["guid"],
        "title": told["title"],
        "link": told["link"],
        "published": told["published"],
        "seconds": told["total_time"],
        "enclosures": [
            (e["url"], e["file_size"], e["mime_type"]) for e in told["enclosures"]
        ],
        "chapters": [(c["start"], c["title"]) for c in told.get("chapters", [])],
        "number": told.get("number"),
        "kind": told.get("type"),
    }


def _seconds(item: Item) -> str:
    if item.duration_seconds is None:
        return ""
    return str(max(1, round(item.duration_seconds)))
