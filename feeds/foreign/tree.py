"""The XML of a foreign feed: broken as it may be, and never trusted."""

import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from feeds.text import printable
from feeds.xml import ATOM, CONTENT, ITUNES, OLD_PODCAST, PODCAST, SIMPLE_CHAPTERS

Element = etree._Element

LARGEST_FEED = 32 * 1024 * 1024  # bytes
MEDIA = "http://search.yahoo.com/mrss/"
FEED_HISTORY = "http://purl.org/syndication/history/1.0"
_PREFIX_OF = {
    ITUNES.lower(): "itunes",
    PODCAST: "podcast",
    OLD_PODCAST.lower(): "podcast",
    ATOM.lower(): "atom",
    CONTENT: "content",
    MEDIA: "media",
    SIMPLE_CHAPTERS: "psc",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "http://podlove.org/simple-chapters/": "psc",
}
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30};)")
_XML_ENTITIES = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


class UnusableFeed(Exception):
    """It is no feed that a show could be read from. The text is for a person."""


class Node:
    """An element, asked by the names that people use: `itunes:image`."""

    def __init__(self, element: Element) -> None:
        self.element = element

    @property
    def name(self) -> str:
        """With the usual prefix, whichever the feed chose."""
        space, local = _split(self.element)
        prefix = _PREFIX_OF.get(space) or _PREFIX_OF.get(space.lower(), "?")
        return f"{prefix}:{local}" if space else local

    def children(self, *names: str) -> Iterator["Node"]:
        """All children of one of these names, in the order of the feed."""
        wanted = {name.lower() for name in names}
        for child in self.element.iterchildren("*"):
            node = Node(child)
            if node.name.lower() in wanted:
                yield node

    def child(self, *names: str) -> "Node | None":
        """The first child that has the first of these names, else the next."""
        for name in names:
            for node in self.children(name):
                return node
        return None

    def says(self, *names: str) -> str:
        """The first text that a child of these names, in their order, has."""
        for name in names:
            for node in self.children(name):
                if text := node.text:
                    return text
        return ""

    def told(self, attribute: str) -> str:
        """An attribute, without blanks around it."""
        return printable(self.element.get(attribute, "")).strip()

    @property
    def text(self) -> str:
        """All text inside, without blanks around it."""
        return printable("".join(self.element.itertext())).strip()


def parse(feed: bytes) -> Node:
    """The channel of a feed. Raises `UnusableFeed`."""
    if len(feed) > LARGEST_FEED:
        raise UnusableFeed("This is larger than any feed.")
    feed = feed.lstrip()
    if not feed:
        raise UnusableFeed("This file is empty.")
    if _DOCTYPE.search(feed):
        if feed[:200].lower().find(b"html") >= 0:
            raise UnusableFeed("This is a web page, not a feed.")
        raise UnusableFeed(
            "This feed brings a document type of its own (DOCTYPE), which can be used "
            "to attack its readers. It was not read."
        )
    root = _root(_with_known_entities(feed))
    channel = root.find("channel")
    if channel is None:
        raise UnusableFeed(_instead_of_a_feed(_split(root)[1]))
    return Node(channel)


def _root(feed: bytes) -> Element:
    parser = etree.XMLParser(
        recover=True,  # one feed in eight is not well-formed
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        strip_cdata=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(feed, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnusableFeed("This is not a feed: no XML could be read.") from error
    if root is None:
        raise UnusableFeed("This is not a feed: no XML could be read.")
    return root


def _split(element: Element) -> tuple[str, str]:
    # By hand: a recovered name may be one that lxml itself would not take.
    space, _, local = str(element.tag).removeprefix("{").rpartition("}")
    return space.strip(), local


def _instead_of_a_feed(kind: str) -> str:
    if kind.lower() == "html":
        return "This is a web page, not a feed."
    if kind == "feed":
        return (
            "This is an Atom feed. Podcasts are RSS: please look for the RSS address."
        )
    if kind == "opml":
        return "This is a list of feeds (OPML). Please send the feed of one show."
    return "This is not an RSS feed with a channel."


def _with_known_entities(feed: bytes) -> bytes:
    """Write `&nbsp;` as a number: XML knows five names, HTML two thousand."""

    def number(found: re.Match[bytes]) -> bytes:
        name = found[1]
        character = html5.get(name.decode("ascii"))
        if name in _XML_ENTITIES or character is None:
            return found[0]
        return b"".join(b"&#%d;" % ord(part) for part in character)

    # Between the marks of CDATA an entity is plain text, and stays one.
    parts = re.split(rb"(<!\[CDATA\[.*?\]\]>)", feed, flags=re.DOTALL)
    return b"".join(
        part if part.startswith(b"<![CDATA[") else _ENTITY.sub(number, part)
        for part in parts
    )
