"""What a foreign feed says, as far as we understood it."""

from dataclasses import dataclass, field
from datetime import datetime

from feeds.document import Chapter, Credit, License, TranscriptLink
from feeds.tags import Funding, Soundbite


@dataclass(frozen=True, slots=True)
class ForeignEnclosure:
    """A file that the feed names; its size and type are only claims."""

    url: str
    content_type: str = ""
    size: int = 0  # bytes; 0: not told


@dataclass(frozen=True, slots=True)
class ForeignItem:
    """One episode of a foreign feed."""

    guid: str
    title: str
    enclosure: ForeignEnclosure | None
    alternates: tuple[ForeignEnclosure, ...] = ()
    published_at: datetime | None = None
    link: str = ""
    summary: str = ""  # plain text
    notes_html: str = ""  # as written: not sanitised
    author: str = ""
    duration_seconds: float | None = None
    image_url: str = ""
    explicit: bool = False
    is_blocked: bool = False
    season: int | None = None
    season_name: str = ""
    number: int | None = None
    kind: str = "full"  # full, trailer, bonus
    credits: tuple[Credit, ...] = ()
    transcripts: tuple[TranscriptLink, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str = ""
    soundbites: tuple[Soundbite, ...] = ()
    funding: tuple[Funding, ...] = ()
    license: License | None = None
    remarks: tuple[str, ...] = ()  # what was odd, in words for the report


@dataclass(frozen=True, slots=True)
class ForeignShow:
    """A foreign feed."""

    title: str
    description: str = ""  # plain text
    link: str = ""
    feed_url: str = ""  # what it calls itself
    guid: str = ""
    language: str = ""
    author: str = ""
    owner_name: str = ""
    owner_email: str = ""
    copyright: str = ""
    image_url: str = ""
    categories: tuple[tuple[str, str], ...] = ()
    explicit: bool = False
    is_serial: bool = False
    is_complete: bool = False
    is_hidden: bool = False
    is_locked: bool = False
    locked_owner: str = ""
    medium: str = "podcast"
    license: License | None = None
    funding: tuple[Funding, ...] = ()
    credits: tuple[Credit, ...] = ()
    new_feed_url: str = ""
    next_page_url: str = ""  # RFC 5005: older episodes
    items: tuple[ForeignItem, ...] = ()
    remarks: tuple[str, ...] = field(default=())
