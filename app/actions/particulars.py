"""What a show says beyond its basics, as a host writes it and as a feed tells it.

Hosts write lines, one for each thing. Kept is what was understood of them.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.actions import lines
from app.errors import BadRequest
from app.models import Show
from app.platform import Platform
from feeds.guid import podcast_guid
from feeds.tags import (
    Block,
    ChannelTags,
    Comments,
    Funding,
    Payment,
    Picture,
    Place,
    Recipient,
    Remote,
    Rhythm,
    Talk,
)

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
FIELDS = (
    *("funding", "places", "friends", "rhythm", "blocks"),
    *("picture_alt", "comments", "talk", "payments"),
)
LONGEST_ALT = 300  # characters
TALKS = ("irc", "matrix", "nostr", "xmpp")  # protocols
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?", re.IGNORECASE)
_LIGHTNING = re.compile(r"[a-z0-9._+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


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
        "picture_alt": kept.get("picture_alt", ""),
        "comments": kept.get("comments", ""),
        "talk": " ".join(kept.get("talk", {}).values()).strip(),
        "payments": lines.write(
            (p["address"], str(p["share"]), p["name"]) for p in kept.get("payments", [])
        ),
    }


def tags_of(platform: Platform, show: Show, publisher: Remote | None) -> ChannelTags:
    """What the feed of a show says."""
    kept = show.particulars
    friends = [
        Remote(podcast_guid(f["url"]), f["url"], title=f["title"])
        for f in kept.get("friends", [])
    ]
    comments, talk = kept.get("comments"), kept.get("talk")
    return ChannelTags(
        funding=tuple(Funding(**funding) for funding in kept.get("funding", [])),
        places=tuple(Place(**place) for place in kept.get("places", [])),
        podroll=tuple(friends),
        publisher=publisher,
        rhythm=RHYTHMS.get(kept.get("rhythm", "")),
        blocks=tuple(Block(True, service) for service in kept.get("blocks", [])),
        uses_podping=bool(platform.settings.podping_url),
        pictures=_pictures(platform, show),
        comments=(Comments("activitypub", comments) if comments else Comments(),),
        talk=Talk(**talk) if talk else None,
        payments=_payments(kept) if platform.settings.payments else (),
    )


def _pictures(platform: Platform, show: Show) -> tuple[Picture, ...]:
    if not show.artwork_key:
        return ()
    picture = Picture(
        url=platform.storage.public_url(show.artwork_key),
        alt=show.particulars.get("picture_alt", ""),
        aspect_ratio="1/1",
        width=show.artwork_side or None,
        height=show.artwork_side or None,
        content_type="image/jpeg",
        purpose="artwork",
    )
    return (picture,)


def _payments(kept: Mapping[str, Any]) -> tuple[Payment, ...]:
    recipients = tuple(Recipient(**who) for who in kept.get("payments", []))
    return (Payment(recipients),) if recipients else ()


def _rhythm(typed: str) -> str:
    if typed and typed not in RHYTHMS:
        raise BadRequest("Please choose one of these.")
    return typed


def _blocks(typed: str) -> list[str]:
    chosen = typed.split()
    if not set(chosen) <= set(SERVICES):
        raise BadRequest("Please choose some of these.")
    return [service for service in SERVICES if service in chosen]


def _talk(typed: str) -> dict[str, str]:
    line = lines.one(typed, lines.LONGEST_LINE)
    if not line:
        return {}
    protocol, server, space, *_ = [*line.split(" ", 2), "", ""]
    if protocol not in TALKS or not _HOST.fullmatch(server):
        raise BadRequest(
            "Please write it like: matrix chat.example #our-room "
            f"(or {', '.join(name for name in TALKS if name != 'matrix')})"
        )
    return {"protocol": protocol, "server": server, "space": space.strip()}


def _paid(typed: str) -> list[dict[str, Any]]:
    return [_recipient(line) for line in lines.typed(typed)]


def _recipient(line: str) -> dict[str, Any]:
    address, share, name, *_ = [*line.split(" ", 2), "", ""]
    is_share = share.isascii() and share.isdigit() and len(share) <= 3
    if not _LIGHTNING.fullmatch(address) or not is_share or not 0 < int(share) <= 100:
        raise BadRequest(
            f"Please write each like: ada@wallet.example 50 Ada Example: {line[:60]}"
        )
    return {"address": address, "share": int(share), "name": name.strip()}


_READERS: dict[str, Callable[[str], Any]] = {
    "funding": lines.links("label"),
    "places": lines.places,
    "friends": lines.links("title"),
    "rhythm": _rhythm,
    "blocks": _blocks,
    "picture_alt": lambda text: lines.one(text, LONGEST_ALT),
    "comments": lines.address,
    "talk": _talk,
    "payments": _paid,
}
