"""A strict reader of HLS playlists (RFC 8216, section 4).

Players forgive; we do not, because each of them forgives something else.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction

from media_pipeline.hls.playlist import (
    FIRST_LINE,
    Attributes,
    Head,
    MasterPlaylist,
    MediaPlaylist,
    Segment,
    Span,
    Variant,
)
from media_pipeline.hls.playlist_attributes import (
    INTEGER,
    Malformed,
    malformed,
    read_attributes,
)

__all__ = ["Malformed", "read_master_playlist", "read_media_playlist"]

_REPEATED = {
    "EXT-X-MEDIA",
    "EXT-X-STREAM-INF",
    "EXT-X-I-FRAME-STREAM-INF",
    "EXTINF",
    "EXT-X-BYTERANGE",
}
_SECONDS = re.compile(r"([0-9]{1,10}(?:\.[0-9]{1,10})?),")
_RANGE = re.compile(f"({INTEGER})(?:@({INTEGER}))?")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def read_master_playlist(data: bytes) -> MasterPlaylist:
    """Read a multivariant playlist. Raises `Malformed`."""
    return _Master().read(data)


def read_media_playlist(data: bytes) -> MediaPlaylist:
    """Read a media playlist. Raises `Malformed`."""
    return _Media().read(data)


class _Reader(ABC):
    """Line by line: `tags` says who takes which."""

    tags: dict[str, Callable[..., None]]

    def __init__(self) -> None:
        self.version = 1
        self.seen: set[str] = set()

    def take_lines(self, data: bytes) -> None:
        first, *others = _lines(data)
        if first != FIRST_LINE:
            raise malformed(f"begins with {first[:20]!r}")
        for line in others:
            if line.startswith("#EXT"):
                self._take_tag(line)
            elif line and not line.startswith("#"):
                self.take_uri(line)

    @abstractmethod
    def take_uri(self, uri: str) -> None:
        """What is done about each."""

    def take_version(self, value: str) -> None:
        self.version = _integer(value)

    def _take_tag(self, line: str) -> None:
        name, _, value = line.removeprefix("#").partition(":")
        if name not in self.tags:
            raise malformed(f"{name[:40]} has no place here")
        if name in self.seen - _REPEATED:
            raise malformed(f"{name} twice")
        self.seen.add(name)
        self.tags[name](self, value)


class _Master(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.media: list[Attributes] = []
        self.variants: list[Variant] = []
        self.iframes: list[Attributes] = []
        self.waiting: Attributes | None = None
        self.independent = False

    def read(self, data: bytes) -> MasterPlaylist:
        self.take_lines(data)
        if self.waiting is not None:
            raise malformed("EXT-X-STREAM-INF without its playlist")
        _check_groups(self.media, self.variants)
        return MasterPlaylist(
            tuple(self.media),
            tuple(self.variants),
            tuple(self.iframes),
            self.version,
            self.independent,
        )

    def take_uri(self, uri: str) -> None:
        if self.waiting is None:
            raise malformed(f"{uri[:40]!r} belongs to nothing")
        self.variants.append(Variant(self.waiting, uri))
        self.waiting = None

    def take_media(self, value: str) -> None:
        self.media.append(read_attributes("EXT-X-MEDIA", value))

    def take_variant(self, value: str) -> None:
        if self.waiting is not None:
            raise malformed("EXT-X-STREAM-INF without its playlist")
        self.waiting = read_attributes("EXT-X-STREAM-INF", value)

    def take_iframes(self, value: str) -> None:
        self.iframes.append(read_attributes("EXT-X-I-FRAME-STREAM-INF", value))

    def take_independent(self, value: str) -> None:
        self.independent = _nothing(value)

    tags = {  # noqa: RUF012
        "EXT-X-VERSION": _Reader.take_version,
        "EXT-X-INDEPENDENT-SEGMENTS": take_independent,
        "EXT-X-MEDIA": take_media,
        "EXT-X-STREAM-INF": take_variant,
        "EXT-X-I-FRAME-STREAM-INF": take_iframes,
    }


class _Media(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.target: int | None = None
        self.segments: list[Segment] = []
        self.head: Head | None = None
        self.flags: set[str] = set()
        self.seconds: Fraction | None = None
        self.span: Span | None = None
        self.next_byte = 0

    def read(self, data: bytes) -> MediaPlaylist:
        self.take_lines(data)
        if self.target is None:
            raise malformed("no EXT-X-TARGETDURATION")
        if self.seconds is not None or self.span is not None:
            raise malformed("ends in the middle of a segment")
        return MediaPlaylist(
            self.target,
            tuple(self.segments),
            self.head,
            self.version,
            iframes_only="EXT-X-I-FRAMES-ONLY" in self.seen,
            is_vod="EXT-X-PLAYLIST-TYPE" in self.seen,
            has_end="EXT-X-ENDLIST" in self.seen,
        )

    def take_uri(self, uri: str) -> None:
        if self.seconds is None:
            raise malformed(f"{uri[:40]!r} without EXTINF")
        if "EXT-X-ENDLIST" in self.seen:
            raise malformed("goes on after its end")
        self.segments.append(Segment(self.seconds, uri, self.span))
        self.seconds = self.span = None

    def take_target(self, value: str) -> None:
        self.target = _integer(value)

    def take_type(self, value: str) -> None:
        if value != "VOD":
            raise malformed(f"EXT-X-PLAYLIST-TYPE {value[:20]!r}")

    def take_head(self, value: str) -> None:
        told = read_attributes("EXT-X-MAP", value)
        size, _, offset = told["BYTERANGE"].partition("@")
        self.head = Head(told["URI"], Span(int(offset), int(size)))

    def take_seconds(self, value: str) -> None:
        found = _SECONDS.fullmatch(value)
        if found is None or self.seconds is not None:
            raise malformed(f"EXTINF {value[:40]!r}")
        self.seconds = Fraction(found[1])

    def take_range(self, value: str) -> None:
        found = _RANGE.fullmatch(value)
        if found is None or self.span is not None:
            raise malformed(f"EXT-X-BYTERANGE {value[:40]!r}")
        offset = self.next_byte if found[2] is None else int(found[2])
        self.span = Span(offset, int(found[1]))
        self.next_byte = self.span.end

    def take_sequence(self, value: str) -> None:
        if _integer(value) or self.segments:
            raise malformed("EXT-X-MEDIA-SEQUENCE is not 0, or late")

    def take_flag(self, value: str) -> None:
        _nothing(value)

    tags = {  # noqa: RUF012
        "EXT-X-VERSION": _Reader.take_version,
        "EXT-X-TARGETDURATION": take_target,
        "EXT-X-MEDIA-SEQUENCE": take_sequence,
        "EXT-X-PLAYLIST-TYPE": take_type,
        "EXT-X-I-FRAMES-ONLY": take_flag,
        "EXT-X-INDEPENDENT-SEGMENTS": take_flag,
        "EXT-X-MAP": take_head,
        "EXTINF": take_seconds,
        "EXT-X-BYTERANGE": take_range,
        "EXT-X-ENDLIST": take_flag,
    }


def _lines(data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed(f"not UTF-8: {error.reason}") from error
    text = text.replace("\r\n", "\n")
    if text.startswith("\ufeff") or _CONTROL.search(text):
        raise malformed("a byte order mark, or a control character")
    if not text.endswith("\n"):
        raise malformed("the last line has no end")
    return text.split("\n")


def _check_groups(media: list[Attributes], variants: list[Variant]) -> None:
    names = [(m["TYPE"], m["GROUP-ID"], m["NAME"]) for m in media]
    defaults = [m["GROUP-ID"] for m in media if m.get("DEFAULT") == "YES"]
    groups = {(kind, group) for kind, group, _ in names}
    if len(set(names)) < len(names):
        raise malformed("two renditions of one group have one NAME")
    if len(set(defaults)) < len(defaults):
        raise malformed("a group with two defaults")
    if any(m.get("DEFAULT") == "YES" and m.get("AUTOSELECT") == "NO" for m in media):
        raise malformed("a default that is not selected")
    for variant in variants:
        for kind in ("AUDIO", "SUBTITLES"):
            group = variant.attributes.get(kind)
            if group is not None and (kind, group) not in groups:
                raise malformed(f"no {kind} group {group!r}")


def _integer(value: str) -> int:
    if not re.fullmatch(INTEGER, value):
        raise malformed(f"{value[:20]!r} is no number")
    return int(value)


def _nothing(value: str) -> bool:
    if value:
        raise malformed(f"{value[:20]!r} belongs nowhere")
    return True
