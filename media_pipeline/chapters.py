"""Chapters, read from whatever people have: JSON, lines, Podlove XML or WebVTT."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from media_pipeline.errors import UnusableText
from media_pipeline.plain_text import decode, one_line, without_tags
from media_pipeline.timecode import bounded, read_time

MOST_CHAPTERS = 255  # as many as an ID3 table of contents can hold
LONGEST_TITLE = 200  # characters
LONGEST_LINK = 2000  # characters
PODLOVE = "{http://podlove.org/simple-chapters}"

_LINE = re.compile(
    r"[\[(]?(?P<time>\d[\d:.,]*)[\])]?\s*[-\u2013\u2014:|]?\s+(?P<title>.+)"
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of an episode, from its start until the next one."""

    start_seconds: float
    title: str
    link: str = ""


def read_chapters(data: bytes, filename: str) -> tuple[Chapter, ...]:
    """Read chapters in any of the usual forms. Raises `UnusableText`."""
    text = decode(data, f"file {filename}").strip()
    found = _in_order(_read(text))
    if not found:
        raise UnusableText(
            f'No chapters were found in {filename}. Write one on each line: "00:01:02 '
            'Title".'
        )
    if len(found) > MOST_CHAPTERS:
        raise UnusableText(f"{filename} has more than {MOST_CHAPTERS} chapters.")
    return found


def _read(text: str) -> Iterable[Chapter | None]:
    if text.startswith("{"):
        return _from_json(text)
    if text.startswith("<"):
        return _from_podlove(text)
    if text.startswith("WEBVTT"):
        return _from_webvtt(text)
    return _from_lines(text)


def _in_order(found: Iterable[Chapter | None]) -> tuple[Chapter, ...]:
    # Two chapters at one moment are one: the later word counts.
    by_start = {chapter.start_seconds: chapter for chapter in found if chapter}
    return tuple(by_start[start] for start in sorted(by_start))


def _chapter(start: float | None, title: str, link: str = "") -> Chapter | None:
    words = one_line(title)[:LONGEST_TITLE].strip()
    if start is None or not words:
        return None
    return Chapter(start, words, _safe_link(link))


def _safe_link(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and bool(parts.netloc)
    is_plain = len(link) <= LONGEST_LINK and link == "".join(one_line(link).split())
    return link if is_web and is_plain else ""


def _from_json(text: str) -> Iterator[Chapter | None]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableText("The chapters are not valid JSON.") from error
    listed = document.get("chapters") if isinstance(document, dict) else None
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict) and item.get("toc") is not False:
            yield _chapter(
                _number(item.get("startTime")), _text(item, "title"), _text(item, "url")
            )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return read_time(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return bounded(value)


def _from_podlove(text: str) -> Iterator[Chapter | None]:
    if "<!DOCTYPE" in text:
        raise UnusableText("Chapters in XML may not have a document type.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnusableText("The chapters are not valid XML.") from error
    for item in root.iter(f"{PODLOVE}chapter"):
        start = _podlove_time(item.get("start", ""))
        yield _chapter(start, item.get("title", ""), item.get("href", ""))


def _podlove_time(written: str) -> float | None:
    if re.fullmatch(r"\d{1,6}(\.\d{1,9})?", written, re.ASCII):
        return bounded(float(written))
    return read_time(written)


def _from_webvtt(text: str) -> Iterator[Chapter | None]:
    for block in re.split(r"\n{2,}", text):
        before, arrow, after = block.partition("-->")
        if arrow:
            start = read_time(before.rpartition("\n")[2])
            yield _chapter(start, without_tags(after.partition("\n")[2]))


def _from_lines(text: str) -> Iterator[Chapter | None]:
    for line in text.splitlines():
        if found := _LINE.fullmatch(line.strip()):
            yield _chapter(read_time(found["time"]), found["title"])
