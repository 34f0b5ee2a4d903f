"""How long texts may be, and which HTML they may hold."""

import re
from collections.abc import Iterator

from lxml import etree

from feeds.rules.problem import ERROR, WARNING, Element, each_rule
from feeds.rules.reading import children, inside, shown
from feeds.text import DESCRIPTION_BYTES, LINE_CHARACTERS
from feeds.xml import ITUNES

_TAGS = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"}
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?>")
_LONG = {f"{{{ITUNES}}}summary", "description"}
_DOUBLE = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d+);")


@each_rule("description-too-long", ERROR, "Shorten it; content:encoded takes the rest.")
def description_too_long(element: Element) -> Iterator[str]:
    for description in children(element, "description"):
        size = len((description.text or "").encode())
        if size > DESCRIPTION_BYTES:
            yield f"The description is {size} bytes long; {DESCRIPTION_BYTES} fit."


@each_rule("description-not-cdata", WARNING, "Wrap it in <![CDATA[...]]>.")
def description_not_cdata(element: Element) -> Iterator[str]:
    for description in children(element, "description"):
        if _TAG.search(description.text or "") and not _is_cdata(description):
            yield "The description holds HTML outside CDATA."


@each_rule("description-tag", WARNING, "Keep to p, ol, ul, li, a, b, i, strong and em.")
def description_tag(element: Element) -> Iterator[str]:
    for description in children(element, "description"):
        used = {name.lower() for name in _TAG.findall(description.text or "")}
        for name in sorted(used - _TAGS):
            yield f"Apps do not show <{name}> in a description."


@each_rule("text-too-long", WARNING, f"Keep it under {LINE_CHARACTERS} characters.")
def text_too_long(element: Element) -> Iterator[str]:
    for child in _apple(element):
        size = len(child.text or "")
        if size > LINE_CHARACTERS:
            yield f"{shown(child)} is {size} characters long."


@each_rule("text-blanks", WARNING, "Remove them.")
def text_blanks(element: Element) -> Iterator[str]:
    for child in _apple(element):
        text = child.text or ""
        if text.strip() and text != text.strip():
            yield f"{shown(child)} begins or ends with a blank."


@each_rule("text-escaped-twice", WARNING, "Escape once: write &amp; for one &.")
def text_escaped_twice(element: Element) -> Iterator[str]:
    for child in _apple(element):
        if _DOUBLE.search(child.text or "") or _DOUBLE.search(child.get("text", "")):
            yield f"{shown(child)} was escaped twice."


def _apple(element: Element) -> Iterator[Element]:
    for child in inside(element):
        name = str(child.tag)
        is_apple = name.startswith(f"{{{ITUNES}}}") or not name.startswith("{")
        if is_apple and name not in _LONG and not len(child):
            yield child


def _is_cdata(element: Element) -> bool:
    return b"<![CDATA[" in etree.tostring(element)
