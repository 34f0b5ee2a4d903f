"""What the pipeline hands back: files it made, with what was verified about them."""

import base64
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

BLOCK = 1024 * 1024  # bytes


class Kind(StrEnum):
    """What a rendition is for, and whether it lies under private/ or public/."""

    PLAIN_SOUND = "plain-sound"  # the MP3 before its tags, so that tags are cheap
    SOUND = "sound"  # the tagged MP3: the enclosure
    FILM = "film"  # the faststart MP4: enclosure of the video feed
    HLS_MASTER = "hls-master"
    HLS_PLAYLIST = "hls-playlist"  # one for each rung, and one for the sound
    HLS_MEDIA = "hls-media"  # the fragmented MP4 that a playlist names
    POSTER = "poster"
    ARTWORK = "artwork"
    CAPTIONS = "captions"  # WebVTT
    LOW_SOUND = "low-sound"  # Opus, for people with little data
    STREAM_SOUND = "stream-sound"  # the AAC of a film before it is cut
    CHUNK = "chunk"  # a few segments of one rung, until they are joined: "720p-0003"
    HLS_IFRAMES = "hls-iframes"  # the playlist of a rung's key frames
    HLS_SUBTITLES = "hls-subtitles"  # the playlist of the captions
    WAVEFORM = "waveform"  # peaks, as JSON
    STORYBOARD = "storyboard"  # small pictures of the film in one large one
    STORYBOARD_MAP = "storyboard-map"  # WebVTT: which of them belongs to which time
    CHAPTER_IMAGE = "chapter-image"  # the film where a chapter begins: "1"


PRIVATE = {Kind.PLAIN_SOUND, Kind.STREAM_SOUND, Kind.CHUNK}


@dataclass(frozen=True, slots=True)
class Rendition:
    """A finished file in the work folder."""

    kind: Kind
    path: Path
    content_type: str
    size: int  # bytes
    sha256: str  # hexadecimal
    sha384: str  # base64, as Subresource Integrity writes it
    name: str = ""  # tells renditions of one kind apart: "720p"
    duration_seconds: float | None = None
    width: int | None = None
    height: int | None = None
    bitrate: int | None = None  # bit/s
    codecs: str = ""  # RFC 6381
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def filename(self) -> str:
        """What it is called in storage: its content, and what it is."""
        return f"{self.sha256[:32]}{self.path.suffix}"


@dataclass(frozen=True, slots=True)
class Digest:
    """The size and the hashes of a file, read once."""

    size: int
    sha256: str
    sha384: str

    @classmethod
    def of(cls, path: Path) -> "Digest":
        """Read the whole file."""
        short, long = hashlib.sha256(), hashlib.sha384()
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                short.update(block)
                long.update(block)
        sri = base64.b64encode(long.digest()).decode()
        return cls(path.stat().st_size, short.hexdigest(), sri)


def finished(
    kind: Kind, path: Path, content_type: str, **facts: Any
) -> Rendition:  # facts: the optional fields of Rendition
    """Close a file: weigh and hash it."""
    weighed = Digest.of(path)
    return Rendition(
        kind=kind,
        path=path,
        content_type=content_type,
        size=weighed.size,
        sha256=weighed.sha256,
        sha384=weighed.sha384,
        **facts,
    )
