"""A list of feeds that podcast apps can take over in one go (OPML 2.0)."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from feeds.text import line

CONTENT_TYPE = "text/x-opml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed in the list."""

    title: str
    feed_url: str
    link: str
    description: str = ""
    language: str = ""


def render(title: str, changed_at: datetime, outlines: tuple[Outline, ...]) -> bytes:
    """Write the list."""
    opml = etree.Element("opml", version="2.0")
    head = etree.SubElement(opml, "head")
    etree.SubElement(head, "title").text = line(title)
    etree.SubElement(head, "dateModified").text = format_datetime(changed_at)
    body = etree.SubElement(opml, "body")
    for outline in outlines:
        _add(body, outline)
    return etree.tostring(
        opml, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )


def _add(body: etree._Element, outline: Outline) -> None:
    facts = {
        "type": "rss",
        "text": outline.title,
        "title": outline.title,
        "xmlUrl": outline.feed_url,
        "htmlUrl": outline.link,
        "description": outline.description,
        "language": outline.language,
    }
    element = etree.SubElement(body, "outline")
    for name, value in facts.items():
        if value:
            element.set(name, line(value))
