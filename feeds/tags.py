"""What the podcast namespace lets a show say beyond its basics: plain values.

The tags are explained at https://podcasting2.org/docs/podcast-namespace.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Funding:
    """Where listeners may give."""

    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What it is about, or where it was made: a city at most, never a home."""

    name: str
    country: str = ""  # ISO 3166-1 alpha-2
    osm: str = ""  # OpenStreetMap: N, W or R, and a number
    geo: str = ""  # geo:51.5,-0.12
    is_where_it_was_made: bool = False


@dataclass(frozen=True, slots=True)
class Trailer:
    """A short file that says what the show is."""

    title: str
    url: str
    published_at: datetime
    size: int = 0  # bytes
    content_type: str = ""
    season: int | None = None


@dataclass(frozen=True, slots=True)
class Remote:
    """A show or an episode of another feed."""

    feed_guid: str
    feed_url: str = ""
    item_guid: str = ""
    medium: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often something new comes."""

    text: str  # "Every other Friday"
    rule: str = ""  # RFC 5545: FREQ=WEEKLY;INTERVAL=2
    starts_at: datetime | None = None
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in words and numbers, so that an app can choose one."""

    url: str
    alt: str = ""
    aspect_ratio: str = ""  # "1/1"
    width: int | None = None  # px
    height: int | None = None
    content_type: str = ""
    purpose: str = ""  # artwork, social, banner ...


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A moment that somebody recommends."""

    start_seconds: float
    duration_seconds: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """A place where listeners talk (`podcast:chat`)."""

    server: str
    protocol: str  # irc, xmpp, nostr, matrix
    account: str = ""
    space: str = ""


@dataclass(frozen=True, slots=True)
class Comments:
    """Where comments are read (`podcast:socialInteract`); by default nowhere."""

    protocol: str = "disabled"
    uri: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Which directories may not list it; no service: all of them."""

    is_blocked: bool = True
    service: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets a share of what listeners pay."""

    address: str
    share: int
    kind: str = "lnaddress"  # or node
    name: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """How listeners may pay while they listen. Off unless a keeper turns it on."""

    recipients: tuple[Recipient, ...]
    kind: str = "lightning"
    method: str = "lnaddress"
    suggested: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """Something that goes out, or will, at a named time."""

    guid: str
    title: str
    status: str  # pending, live, ended
    starts_at: datetime
    url: str  # of the stream
    content_type: str
    page: str  # where it can be followed on the web
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChannelTags:
    """What a show says beyond its basics."""

    funding: tuple[Funding, ...] = ()
    places: tuple[Place, ...] = ()
    trailers: tuple[Trailer, ...] = ()
    podroll: tuple[Remote, ...] = ()  # shows that we like
    publisher: Remote | None = None
    contents: tuple[Remote, ...] = ()  # of a list: everything that is in it
    rhythm: Rhythm | None = None
    uses_podping: bool = False
    pictures: tuple[Picture, ...] = ()
    talk: Talk | None = None
    comments: tuple[Comments, ...] = field(default=(Comments(),))
    blocks: tuple[Block, ...] = ()
    payments: tuple[Payment, ...] = ()
    live: tuple[Live, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemTags:
    """What an episode says beyond its basics."""

    season_name: str = ""
    number_shown: str = ""  # "Part two"
    soundbites: tuple[Soundbite, ...] = ()
    places: tuple[Place, ...] = ()
    pictures: tuple[Picture, ...] = ()
    funding: tuple[Funding, ...] = ()
    talk: Talk | None = None
    comments: tuple[Comments, ...] = ()
    payments: tuple[Payment, ...] = ()
    link: tuple[str, str] | None = None  # where else to hear it: address, words
