"""A channel as RSS 2.0: feedgen writes the core, our extensions what apps add to it.

The same channel always becomes the same bytes, so that an ETag means something.
"""

from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.document import Channel, Chapter, Item
from feeds.itunes import ItunesChannel, ItunesItem
from feeds.links import LinkChannel
from feeds.markup import UNLIMITED, fit
from feeds.podcast_namespace import PodcastChannel, PodcastItem, timestamp
from feeds.text import DESCRIPTION_BYTES, line, paragraphs

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
# With fewer, or without one at the very beginning, apps take them for quotations.
_FEWEST_CHAPTERS = 3
_URL = 2000  # characters


def render(channel: Channel) -> bytes:
    """Write the feed."""
    feed = FeedGenerator()
    feed.register_extension("itunes", ItunesChannel, ItunesItem, atom=False)
    feed.register_extension("podcast", PodcastChannel, PodcastItem, atom=False)
    feed.register_extension("links", LinkChannel, atom=False)
    feed.itunes.channel = feed.podcast.channel = feed.links.channel = channel
    _describe(feed, channel)
    for item in channel.items:
        _add(feed.add_entry(order="append"), item)
    written: bytes = feed.rss_str(pretty=True)
    return written


def _describe(feed: FeedGenerator, channel: Channel) -> None:
    title = line(channel.title) or "Untitled"
    feed.title(title)
    feed.description(paragraphs(channel.description) or title)
    feed.link(href=line(channel.feed_url, _URL), rel="self", type="application/rss+xml")
    # feedgen takes the link that it was given last for the page.
    feed.link(href=line(channel.link, _URL), rel="alternate")
    feed.language(line(channel.language))
    feed.generator("Commoncast")
    # Left alone, it would be the time of rendering, and no two feeds the same.
    feed.lastBuildDate(channel.changed_at)
    if channel.items:
        feed.pubDate(max(item.published_at for item in channel.items))
    if channel.copyright:
        feed.copyright(line(channel.copyright))
    if channel.image_url:
        feed.image(line(channel.image_url, _URL), title, line(channel.link, _URL))


def _add(entry: FeedEntry, item: Item) -> None:
    entry.itunes.item = entry.podcast.item = item
    entry.title(line(item.title) or "Untitled")
    entry.link(href=line(item.link, _URL))
    entry.guid(line(item.guid, _URL), permalink=False)
    entry.pubDate(item.published_at)
    file = item.enclosure
    entry.enclosure(line(file.url, _URL), str(file.size), line(file.content_type))
    if item.origin:
        entry.source(line(item.origin.feed_url, _URL), line(item.origin.title))
    full = _description(item, UNLIMITED)
    if full:
        fits = len(full.encode()) <= DESCRIPTION_BYTES
        short = full if fits else _description(item, DESCRIPTION_BYTES)
        entry.description(etree.CDATA(short))
        entry.content(full, type="CDATA")


def _description(item: Item, limit_bytes: int) -> str:
    summary = line(item.summary, DESCRIPTION_BYTES)
    words = f"<p>{escape(summary, quote=False)}</p>" if summary else ""
    marks = _timestamps(item.chapters)
    if not item.notes_html and limit_bytes == UNLIMITED:
        return words + marks  # as `fit` would write it: so are thousands of old ones
    room = limit_bytes - len(marks.encode())
    if room < limit_bytes // 2:
        marks, room = "", limit_bytes
    return fit(words + item.notes_html, room) + marks


def _timestamps(chapters: tuple[Chapter, ...]) -> str:
    if len(chapters) < _FEWEST_CHAPTERS or chapters[0].start_seconds > 0:
        return ""
    lines = (f"{timestamp(c.start_seconds)} {line(c.title)}" for c in chapters)
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in lines) + "</ul>"
