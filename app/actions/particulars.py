"""What a show says beyond its basics, as a host writes it and as a feed tells it.

Hosts write lines, one for each thing. Kept is what was understood of them.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from app.errors import BadRequest
from app.models import Show
from app.models.identity import clean_line
from feeds.guid import podcast_guid
from feeds.tags import Block, ChannelTags, Funding, Place, Remote, Rhythm

MOST_LINES = 20
LONGEST_LINE = 300  # characters
MEDIA = ("podcast", "course", "audiobook")
SERVICES = ("amazon", "apple", "google", "spotify", "youtube")
RHYTHMS = {
    "daily": Rhythm("Every day", "FREQ=DAILY"),
    "weekly": Rhythm("Every week", "FREQ=WEEKLY"),
    "fortnightly": Rhythm("Every other week", "FREQ=WEEKLY;INTERVAL=2"),
    "monthly": Rhythm("Every month", "FREQ=MONTHLY"),
    "quarterly": Rhythm("Every three months", "FREQ=MONTHLY;INTERVAL=3"),
    "complete": Rhythm("This show is complete", is_complete=True),
}
FIELDS = ("funding", "places", "friends", "rhythm", "blocks")

_PLACE = re.compile(r"(?P<name>.+?),\s*(?P<country>[A-Za-z]{2})")


def keep_particulars(show: Show, typed: Mapping[str, str], name: str) -> None:
    """Understand one field, and keep it; or raise `BadRequest` with a sentence."""
    read: Callable[[str], Any] = _READERS[name]
    show.particulars = {**show.particulars, name: read(typed[name])}


def shown(show: Show) -> dict[str, str]:
    """The fields as they were written."""
    kept = show.particulars
    return {
        "funding": _lines([f["url"], f["label"]] for f in kept.get("funding", [])),
        "places": "\n".join(
            ", ".join(part for part in (p["name"], p["country"]) if part)
            for p in kept.get("places", [])
        ),
        "friends": _lines([f["url"], f["title"]] for f in kept.get("friends", [])),
        "rhythm": kept.get("rhythm", ""),
        "blocks": " ".join(kept.get("blocks", [])),
    }


def tags_of(show: Show, publisher: Remote | None) -> ChannelTags:
    """What the feed of a show says."""
    kept = show.particulars
    friends = [
        Remote(podcast_guid(f["url"]), f["url"], title=f["title"])
        for f in kept.get("friends", [])
    ]
    return ChannelTags(
        funding=tuple(Funding(**funding) for funding in kept.get("funding", [])),
        places=tuple(Place(**place) for place in kept.get("places", [])),
        podroll=tuple(friends),
        publisher=publisher,
        rhythm=RHYTHMS.get(kept.get("rhythm", "")),
        blocks=tuple(Block(True, service) for service in kept.get("blocks", [])),
    )


def _links(words: str) -> Callable[[str], list[dict[str, str]]]:
    def read(typed: str) -> list[dict[str, str]]:
        found = []
        for line in _typed_lines(typed):
            url, _, said = line.partition(" ")
            if not _is_web(url):
                raise BadRequest(
                    f"Please begin each line with an address (https://): {line[:60]}"
                )
            found.append({"url": url, words: said.strip()})
        return found

    return read


def _places(typed: str) -> list[dict[str, str]]:
    found = []
    for line in _typed_lines(typed):
        match = _PLACE.fullmatch(line)
        name = match["name"] if match else line
        country = match["country"].upper() if match else ""
        if any(character.isdigit() for character in name):
            raise BadRequest(
                f"A city is near enough, please no street or number: {line[:60]}"
            )
        found.append({"name": name, "country": country})
    return found


def _rhythm(typed: str) -> str:
    if typed and typed not in RHYTHMS:
        raise BadRequest("Please choose one of these.")
    return typed


def _blocks(typed: str) -> list[str]:
    chosen = typed.split()
    if not set(chosen) <= set(SERVICES):
        raise BadRequest("Please choose some of these.")
    return [service for service in SERVICES if service in chosen]


_READERS: dict[str, Callable[[str], Any]] = {
    "funding": _links("label"),
    "places": _places,
    "friends": _links("title"),
    "rhythm": _rhythm,
    "blocks": _blocks,
}


def _typed_lines(typed: str) -> list[str]:
    lines = [clean_line(line) for line in typed.splitlines()]
    kept = [line for line in lines if line]
    if len(kept) > MOST_LINES:
        raise BadRequest(f"Please keep it to {MOST_LINES} lines.")
    if any(len(line) > LONGEST_LINE for line in kept):
        raise BadRequest(f"Please keep each line under {LONGEST_LINE} characters.")
    return kept


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _lines(rows: Any) -> str:
    return "\n".join(" ".join(part for part in row if part) for row in rows)
