"""Chapters, read from whatever people have: JSON, lines, Podlove XML or WebVTT.

What is read is *normal*: starts in whole milliseconds, in order, no two at one moment;
titles on one line as visible characters, at most 200; a link to the web, or none. It
is the same after it was written in any form (`chapter_forms.py`) and read again.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from media_pipeline.errors import UnusableText
from media_pipeline.words.plain_text import decode, one_line, without_tags
from media_pipeline.words.timecode import bounded, read_number, read_time

MOST_CHAPTERS = 255  # as many as an ID3 table of contents can hold
LONGEST_TITLE = 200  # characters
LONGEST_LINK = 2000  # characters
PODLOVE = "{http://podlove.org/simple-chapters}"
OLD_PODLOVE = "{http://podlove.org/simple-chapters/}"  # some programs write it so

_LINE = re.compile(
    r"(?:[-*\u2022]\s)?[\[(]?(?P<time>\d[\d:.,]*)[\])]?\s*[-\u2013\u2014:|]?\s+(?P<title>\S.*)"
)
_MINUTES = re.compile(r"(?P<minutes>\d{2,3}):(?P<seconds>[0-5]\d)", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>]+")
_VTT = re.compile(r"WEBVTT(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of an episode, from its start until the next one."""

    start_seconds: float
    title: str
    link: str = ""


def read_chapters(data: bytes, filename: str) -> tuple[Chapter, ...]:
    """Read chapters in any of the usual forms. Raises `UnusableText`."""
    text = decode(data, f"file {filename}").strip()
    found = normal(_read(text))
    if not found:
        raise UnusableText(
            f'No chapters were found in {filename}. Write one on each line: "00:01:02 '
            'Title".'
        )
    if len(found) > MOST_CHAPTERS:
        raise UnusableText(f"{filename} has more than {MOST_CHAPTERS} chapters.")
    return found


def normal(chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
    """The same in normal form; those without a title, or at no time, are left out."""
    # Two chapters at one moment are one: the later word counts.
    by_start = {
        start: Chapter(start, title, _safe_link(chapter.link))
        for chapter in chapters
        if (start := bounded(chapter.start_seconds)) is not None
        and (title := one_line(chapter.title)[:LONGEST_TITLE].strip())
    }
    return tuple(by_start[start] for start in sorted(by_start))


def _read(text: str) -> Iterable[Chapter]:
    if text.startswith("{"):
        return _from_json(text)
    if text.startswith("<"):
        return _from_podlove(text)
    if _VTT.match(text):
        return _from_webvtt(text)
    return _from_lines(text)


def _safe_link(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    # These three may not stand in an address, and would end one in some forms.
    link = link.replace("<", "%3C").replace(">", "%3E").replace('"', "%22")
    is_web = parts.scheme in {"http", "https"} and bool(parts.netloc)
    is_plain = len(link) <= LONGEST_LINK and link == "".join(one_line(link).split())
    return link if is_web and is_plain else ""


def _from_json(text: str) -> Iterator[Chapter]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableText("The chapters are not valid JSON.") from error
    listed = document.get("chapters") if isinstance(document, dict) else None
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict) and item.get("toc") is not False:
            yield from _chapter(
                _start(item.get("startTime")), _text(item, "title"), _text(item, "url")
            )


def _chapter(start: float | None, title: str, link: str = "") -> Iterator[Chapter]:
    if start is not None:
        yield Chapter(start, title, link)


def _start(value: object) -> float | None:
    return read_time(value) if isinstance(value, str) else read_number(value)


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _from_podlove(text: str) -> Iterator[Chapter]:
    if "<!DOCTYPE" in text:
        raise UnusableText("Chapters in XML may not have a document type.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnusableText("The chapters are not valid XML.") from error
    for item in root.iter(f"{PODLOVE}chapter", f"{OLD_PODLOVE}chapter"):
        start = _podlove_time(item.get("start", ""))
        yield from _chapter(start, item.get("title", ""), item.get("href", ""))


def _podlove_time(written: str) -> float | None:
    if re.fullmatch(r"\d{1,6}(\.\d{1,9})?", written, re.ASCII):
        return bounded(float(written))
    return read_time(written)


def _from_webvtt(text: str) -> Iterator[Chapter]:
    for block in re.split(r"\n{2,}", text):
        before, arrow, after = block.partition("-->")
        if arrow:
            name, _, time = before.rpartition("\n")
            title = without_tags(after.partition("\n")[2])
            yield from _chapter(read_time(time), title, name.strip())


def _from_lines(text: str) -> Iterator[Chapter]:
    for line in text.splitlines():
        if found := _LINE.fullmatch(line.strip()):
            title, link = _without_link(found["title"])
            yield from _chapter(_line_time(found["time"]), title, link)


def _line_time(written: str) -> float | None:
    # Behind the first hour, many go on counting minutes: 75:10.
    if found := _MINUTES.fullmatch(written):
        return bounded(60 * float(found["minutes"]) + float(found["seconds"]))
    return read_time(written)


def _without_link(text: str) -> tuple[str, str]:
    # By hand: as a pattern, it would try every space of a long line anew.
    title, bracket, link = text.removesuffix(">").rpartition("<")
    is_link = text.endswith(">") and bracket and _LINK.fullmatch(link)
    return (title, link) if is_link and title[-1:].isspace() else (text, "")
