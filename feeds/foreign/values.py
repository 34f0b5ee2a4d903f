"""Single values as feeds in the wild write them."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urljoin, urlsplit

from feeds.document import Chapter, Credit, License, TranscriptLink
from feeds.foreign.document import ForeignEnclosure
from feeds.foreign.tree import Node
from feeds.tags import Funding, Soundbite

_YES = {"yes", "true", "explicit", "1", "y"}
_ZONES = {"EST": "-0500", "EDT": "-0400", "PST": "-0800", "PDT": "-0700"}
_LONGEST_SECONDS = 7 * 24 * 3600
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<(?:br|/p|/li|/h\d|/div)\b[^>]*>", re.IGNORECASE)
_TIMED = {"text/vtt", "application/x-subrip", "application/srt", "application/json"}


def is_yes(text: str) -> bool:
    """`yes`, `true` and `explicit` all mean yes."""
    return text.strip().lower() in _YES


def whole(text: str) -> int | None:
    """A number above nothing, as seasons and episodes have."""
    try:
        number = int(float(text.strip()))
    except (ValueError, OverflowError):
        return None
    return number if 0 < number < 1_000_000 else None


def seconds(text: str) -> float | None:
    """`3723`, `62:03`, `1:02:03` or `1:02:03.5`."""
    parts = text.strip().replace(",", ".").split(":")
    if not 1 <= len(parts) <= 3:
        return None
    total = 0.0
    for part in parts:
        if not re.fullmatch(r"\d{1,7}(\.\d+)?", part.strip()):
            return None
        total = total * 60 + float(part)
    return total if math.isfinite(total) and total <= _LONGEST_SECONDS else None


def moment(text: str) -> datetime | None:
    """RFC 2822 as it should be, nearly so, or ISO 8601."""
    text = " ".join(text.split())
    for name, zone in _ZONES.items():
        text = re.sub(rf"\b{name}$", zone, text)
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text)
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
            return found.astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def address(text: str, base: str = "") -> str:
    """A web address made whole, or nothing."""
    told = "".join(text.split())
    if not told.strip("/"):
        return ""
    try:
        joined = urljoin(base, told)
        parts = urlsplit(joined)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return ""
    good = parts.scheme in {"http", "https"} and parts.hostname and port_is_fine
    return joined if good else ""


def plain(html: str) -> str:
    """The words of a piece of HTML, one line for each paragraph."""
    text = unescape(_TAG.sub("", _BREAK.sub("\n", html)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def enclosure(node: Node, base: str, attribute: str = "url") -> ForeignEnclosure | None:
    """An enclosure, if its address can be one."""
    url = address(node.told(attribute), base)
    if not url:
        return None
    length = node.told("length") or node.told("fileSize")
    size = int(length) if length.isdecimal() and len(length) < 16 else 0
    return ForeignEnclosure(url, node.told("type").lower(), size)


def credits_of(node: Node) -> tuple[Credit, ...]:
    """Everybody whom `podcast:person` names."""
    return tuple(
        Credit(
            name=person.text,
            role=person.told("role").lower() or "host",
            group=person.told("group").lower() or "cast",
            link=address(person.told("href")),
            image_url=address(person.told("img")),
        )
        for person in node.children("podcast:person")
        if person.text
    )


def license_of(node: Node) -> License | None:
    """What others may do with it."""
    given = node.child("podcast:license")
    if given is None or not given.text:
        return None
    return License(given.text, address(given.told("url")))


def funding_of(node: Node) -> tuple[Funding, ...]:
    """Where listeners may give."""
    found = [
        Funding(address(given.told("url")), given.text)
        for given in node.children("podcast:funding")
    ]
    return tuple(funding for funding in found if funding.url)


def transcripts_of(node: Node, base: str) -> tuple[TranscriptLink, ...]:
    """Where every word can be read."""
    return tuple(
        TranscriptLink(
            url=address(link.told("url"), base),
            content_type=link.told("type").lower(),
            language=link.told("language"),
            is_timed=link.told("type").lower() in _TIMED,
        )
        for link in node.children("podcast:transcript")
        if address(link.told("url"), base)
    )


def chapters_of(node: Node) -> tuple[Chapter, ...]:
    """Podlove's simple chapters, in their order in time."""
    return tuple(sorted(_chapters(node), key=lambda chapter: chapter.start_seconds))


def _chapters(node: Node) -> Iterator[Chapter]:
    for group in node.children("psc:chapters"):
        for chapter in group.children("psc:chapter"):
            start = seconds(chapter.told("start"))
            if start is not None and chapter.told("title"):
                link = address(chapter.told("href"))
                yield Chapter(start, chapter.told("title"), link)


def soundbites_of(node: Node) -> tuple[Soundbite, ...]:
    """Moments that somebody recommends."""
    found = [
        (seconds(bite.told("startTime")), seconds(bite.told("duration")), bite.text)
        for bite in node.children("podcast:soundbite")
    ]
    return tuple(
        Soundbite(start, lasts, title)
        for start, lasts, title in found
        if start is not None and lasts
    )
