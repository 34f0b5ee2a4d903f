"""A podcast as apps understand it: plain values, not yet XML."""

from dataclasses import dataclass, field
from datetime import datetime

from feeds.tags import ChannelTags, ItemTags


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A rendition as a feed presents it."""

    url: str
    content_type: str
    size: int  # bytes; 0 for HLS, which is many files
    title: str = ""  # at most 32 characters: "Video, 720p"
    bitrate: int | None = None  # bit/s
    height: int | None = None  # px
    codecs: str = ""  # RFC 6381
    language: str = ""
    sha384: str = ""  # base64, as Subresource Integrity writes it


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody heard or credited; role and group as in the podcast taxonomy."""

    name: str
    role: str = "host"
    group: str = "cast"
    link: str = ""
    image_url: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """Where every word can be read."""

    url: str
    content_type: str
    language: str = ""
    is_timed: bool = False  # its lines can be captions


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of an episode, from its start until the next one."""

    start_seconds: float
    title: str
    link: str = ""
    image_url: str = ""


@dataclass(frozen=True, slots=True)
class License:
    """What others may do with it: a slug of the podcast list, or a name of our own."""

    slug: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A text for machines (`podcast:txt`), such as a code that proves ownership."""

    text: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The feed that an episode belongs to, where it appears in another one."""

    feed_url: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One episode."""

    guid: str
    title: str
    link: str
    published_at: datetime
    enclosure: Enclosure
    alternates: tuple[Enclosure, ...] = ()
    summary: str = ""  # plain text
    notes_html: str = ""  # sanitised
    author: str = ""
    duration_seconds: float | None = None
    image_url: str = ""
    explicit: bool = False
    season: int | None = None
    number: int | None = None
    kind: str = "full"  # full, trailer, bonus
    credits: tuple[Credit, ...] = ()
    transcripts: tuple[TranscriptLink, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str = ""
    license: License | None = None
    origin: Origin | None = None
    notes: tuple[Note, ...] = ()
    tags: ItemTags = field(default=ItemTags())
    is_brief: bool = False  # its other forms, and its checksums, stand in an archive


@dataclass(frozen=True, slots=True)
class Paging:
    """The addresses of the other documents of a long feed (RFC 5005, section 4)."""

    previous: str = ""  # the archive with what came before
    following: str = ""  # of an archive: the next newer one
    current: str = ""  # of an archive: the feed that people follow


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed, the newest item first."""

    feed_url: str
    guid: str
    title: str
    link: str
    description: str  # plain text
    language: str
    changed_at: datetime  # when anything in it changed last
    image_url: str = ""
    categories: tuple[tuple[str, str], ...] = ()  # (category, subcategory or "")
    author: str = ""
    owner_email: str = ""
    copyright: str = ""
    explicit: bool = False
    is_serial: bool = False
    is_locked: bool = True
    is_complete: bool = False
    is_hidden: bool = False  # from directories; those who know it may still subscribe
    medium: str = "podcast"
    license: License | None = None
    credits: tuple[Credit, ...] = ()
    notes: tuple[Note, ...] = ()
    new_feed_url: str = ""
    tags: ChannelTags = field(default=ChannelTags())
    paging: Paging = field(default=Paging())
    hubs: tuple[str, ...] = ()  # WebSub: who tells apps when it has changed
    items: tuple[Item, ...] = ()
