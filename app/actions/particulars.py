"""What a show says beyond its basics, as a host writes it and as a feed tells it.

Hosts write lines, one for each thing. Kept is what was understood of them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.actions import lines
from app.errors import BadRequest
from app.models import Show
from feeds.guid import podcast_guid
from feeds.tags import Block, ChannelTags, Funding, Place, Remote, Rhythm

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


def keep_particulars(show: Show, typed: Mapping[str, str], name: str) -> None:
    """Understand one field, and keep it; or raise `BadRequest` with a sentence."""
    read: Callable[[str], Any] = _READERS[name]
    show.particulars = {**show.particulars, name: read(typed[name])}


def shown(show: Show) -> dict[str, str]:
    """The fields as they were written."""
    kept = show.particulars
    return {
        "funding": lines.write([f["url"], f["label"]] for f in kept.get("funding", [])),
        "places": lines.write_places(kept.get("places", [])),
        "friends": lines.write([f["url"], f["title"]] for f in kept.get("friends", [])),
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
    "funding": lines.links("label"),
    "places": lines.places,
    "friends": lines.links("title"),
    "rhythm": _rhythm,
    "blocks": _blocks,
}
