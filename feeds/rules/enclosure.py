"""The file of an episode: what apps download."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from feeds.rules.problem import (
    ERROR,
    WARNING,
    Element,
    Finding,
    Sheet,
    each_rule,
    item_rule,
    rule,
)
from feeds.rules.reading import attribute_of, inside, shown

_ENDINGS = {
    "audio/mpeg": ".mp3",
    "audio/x-m4a": ".m4a",
    "audio/m4a": ".m4a",
    "video/mp4": ".mp4",
    "video/x-m4v": ".m4v",
    "video/quicktime": ".mov",
}
_ADDRESSES = ("url", "href", "uri")


@item_rule("enclosure-missing", ERROR, "Add <enclosure> with url, length and type.")
def enclosure_missing(item: Element) -> Iterator[str]:
    if item.find("enclosure") is None:
        yield "The episode has no file."


@item_rule(
    "enclosure-multiple", ERROR, "Keep one; others are podcast:alternateEnclosure."
)
def enclosure_multiple(item: Element) -> Iterator[str]:
    count = len(item.findall("enclosure"))
    if count > 1:
        yield f"The episode has {count} enclosures."


@item_rule("enclosure-url", ERROR, "Give the web address of the file.")
def enclosure_url(item: Element) -> Iterator[str]:
    for enclosure in item.findall("enclosure"):
        url = enclosure.get("url", "")
        if not re.match(r"https?://[^\s/]+/\S+$", url):
            yield f"The file lies at {url!r}."


@item_rule("enclosure-length", ERROR, "Write the exact number of bytes.")
def enclosure_length(item: Element) -> Iterator[str]:
    for enclosure in item.findall("enclosure"):
        length = enclosure.get("length", "")
        if not re.fullmatch(r"[1-9]\d*", length):
            yield f"The length of the file is {length!r}."


@item_rule("enclosure-type", ERROR, f"Use one of {', '.join(_ENDINGS)}.")
def enclosure_type(item: Element) -> Iterator[str]:
    for enclosure in item.findall("enclosure"):
        if enclosure.get("type") not in _ENDINGS:
            yield f"Apple does not take the type {enclosure.get('type')!r}."


@item_rule("enclosure-ending", ERROR, "Let the path end as its type does: .mp3.")
def enclosure_ending(item: Element) -> Iterator[str]:
    for enclosure in item.findall("enclosure"):
        ending = _ENDINGS.get(enclosure.get("type", ""))
        path = _path(enclosure.get("url", ""))
        if ending and path and not path.endswith(ending):
            yield f"The address does not end in {ending}."


@item_rule("enclosure-name", WARNING, "Name files with a-z, A-Z and 0-9.")
def enclosure_name(item: Element) -> Iterator[str]:
    path = _path(attribute_of(item, "enclosure", "url"))
    if re.search(r"[^a-zA-Z0-9/._~-]", path):
        yield "The address holds letters that some apps cannot ask for."


@rule("enclosure-duplicate", ERROR, "Give every episode a file of its own.")
def enclosure_duplicate(sheet: Sheet) -> Iterator[Finding]:
    counts = Counter(attribute_of(item, "enclosure", "url") for item in sheet.items)
    for item in sheet.items:
        url = attribute_of(item, "enclosure", "url")
        if url and counts[url] > 1:
            yield item, f"{counts[url]} episodes share the file {url}."


@each_rule("not-https", WARNING, "Serve it by https.")
def not_https(element: Element) -> Iterator[str]:
    for child in inside(element):
        if any(child.get(name, "").startswith("http://") for name in _ADDRESSES):
            yield f"The address in {shown(child)} is not safe."


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
