"""HLS playlists as values, and as text (RFC 8216)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

VERSION = 7
FIRST_LINE = "#EXTM3U"

Attributes = Mapping[str, str]

# Which attributes are written in quotes; the others never are.
QUOTED = {
    "AUDIO",
    "BYTERANGE",
    "CHANNELS",
    "CHARACTERISTICS",
    "CODECS",
    "GROUP-ID",
    "LANGUAGE",
    "NAME",
    "SUBTITLES",
    "URI",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Some bytes of a file."""

    offset: int
    size: int

    @property
    def end(self) -> int:
        """The first byte after it."""
        return self.offset + self.size


@dataclass(frozen=True, slots=True)
class Segment:
    """What a player fetches at once: a file, or some bytes of it."""

    seconds: Fraction
    uri: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a player needs before any segment: EXT-X-MAP."""

    uri: str
    span: Span


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """The segments of one rung, of the sound, of the captions, or its key frames."""

    target_seconds: int
    segments: tuple[Segment, ...]
    head: Head | None = None
    version: int = VERSION
    iframes_only: bool = False
    is_vod: bool = True
    has_end: bool = True

    @property
    def seconds(self) -> Fraction:
        """How long it says that it plays."""
        return sum((segment.seconds for segment in self.segments), Fraction(0))


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to play the whole: EXT-X-STREAM-INF with its playlist."""

    attributes: Attributes
    uri: str


@dataclass(frozen=True, slots=True)
class MasterPlaylist:
    """What a player opens first. A multivariant playlist, in newer words."""

    media: tuple[Attributes, ...]  # EXT-X-MEDIA
    variants: tuple[Variant, ...]
    iframes: tuple[Attributes, ...] = ()  # EXT-X-I-FRAME-STREAM-INF
    version: int = VERSION
    independent_segments: bool = True

    def renditions(self, kind: str) -> tuple[Attributes, ...]:
        """The EXT-X-MEDIA of one TYPE."""
        return tuple(media for media in self.media if media.get("TYPE") == kind)


def frozen(**attributes: str) -> Attributes:
    """Attributes by their names, with _ for each -."""
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    return MappingProxyType(named)


def write_media_playlist(playlist: MediaPlaylist) -> str:
    """As a player reads it."""
    return "\n".join([*_media_lines(playlist), ""])


def write_master_playlist(playlist: MasterPlaylist) -> str:
    """As a player reads it."""
    return "\n".join([*_master_lines(playlist), ""])


def write_seconds(seconds: Fraction) -> str:
    """To the microsecond, which is finer than a sample of sound."""
    millionths = round(seconds * 1_000_000)
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06}"


def _media_lines(playlist: MediaPlaylist) -> Iterator[str]:
    yield FIRST_LINE
    yield f"#EXT-X-VERSION:{playlist.version}"
    yield f"#EXT-X-TARGETDURATION:{playlist.target_seconds}"
    yield "#EXT-X-MEDIA-SEQUENCE:0"
    if playlist.is_vod:
        yield "#EXT-X-PLAYLIST-TYPE:VOD"
    if playlist.iframes_only:
        yield "#EXT-X-I-FRAMES-ONLY"
    if playlist.head:
        head = {"URI": playlist.head.uri, "BYTERANGE": _span(playlist.head.span)}
        yield _tag("EXT-X-MAP", head)
    for segment in playlist.segments:
        yield f"#EXTINF:{write_seconds(segment.seconds)},"
        if segment.span:
            yield f"#EXT-X-BYTERANGE:{_span(segment.span)}"
        yield segment.uri
    if playlist.has_end:
        yield "#EXT-X-ENDLIST"


def _master_lines(playlist: MasterPlaylist) -> Iterator[str]:
    yield FIRST_LINE
    yield f"#EXT-X-VERSION:{playlist.version}"
    if playlist.independent_segments:
        yield "#EXT-X-INDEPENDENT-SEGMENTS"
    for media in playlist.media:
        yield _tag("EXT-X-MEDIA", media)
    for variant in playlist.variants:
        yield _tag("EXT-X-STREAM-INF", variant.attributes)
        yield variant.uri
    for iframes in playlist.iframes:
        yield _tag("EXT-X-I-FRAME-STREAM-INF", iframes)


def _span(span: Span) -> str:
    return f"{span.size}@{span.offset}"


def _tag(name: str, attributes: Attributes) -> str:
    listed = (f"{key}={_value(key, value)}" for key, value in attributes.items())
    return f"#{name}:{','.join(listed)}"


def _value(name: str, value: str) -> str:
    return f'"{value}"' if name in QUOTED else value
