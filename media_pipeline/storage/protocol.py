"""What every storage can do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from media_pipeline.errors import StorageFailed

_KEY = re.compile(r"(?:public|private)(?:/[a-z0-9_-][a-z0-9._-]*)+")
IMMUTABLE = "public, max-age=31536000, immutable"

_TYPES = {
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4a": "audio/mp4",
    ".m4s": "video/iso.segment",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """What a storage knows about one object."""

    key: str
    size: int  # bytes
    content_type: str
    modified_at: datetime


class Storage(Protocol):
    """Objects by key. Public ones (under public/) are immutable once written."""

    def prepare(self) -> None:
        """Make what must exist before the first object, and set access rules."""

    def close(self) -> None:
        """Give the connections back."""

    def put_file(
        self,
        path: Path,
        key: str,
        content_type: str,
        *,
        cache_control: str = IMMUTABLE,
        if_absent: bool = False,
        handed_over: bool = False,
    ) -> None:
        """Store a file, and verify that all of it arrived.

        With `if_absent`, an object that is there already stays as it is. A caller that
        says `handed_over` promises never to write to the file again.
        """

    def open_range(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of an object from `start`, in blocks. Raises `StorageFailed`."""

    def fetch(self, key: str, path: Path, *, sha256: str = "") -> None:
        """Give a new file the bytes of an object. Read it, and never write to it.

        What comes over a network must have this `sha256`, where it is known.
        """

    def stat(self, key: str) -> Stored | None:
        """What is stored under this key, or None."""

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Everything below a prefix, in the order of the keys."""

    def copy(self, source: str, target: str) -> None:
        """Copy one object to another key."""

    def delete_many(self, keys: list[str]) -> None:
        """Delete objects; those that are not there do not matter."""

    def delete_prefix(self, prefix: str) -> int:
        """Delete everything below a prefix; how many objects that were."""

    def public_url(self, key: str) -> str:
        """The address of a public object."""

    def signed_url(
        self, key: str, ttl_seconds: int, *, disposition: str | None = None
    ) -> str:
        """An address that works for a while, for one who may see it now."""


def check_key(key: str) -> str:
    """Refuse a key that could leave its place. No user text is ever in a key."""
    if not _KEY.fullmatch(key) or ".." in key or len(key) > 512:
        raise StorageFailed("A file could not be stored.", cause=f"bad key {key!r}")
    return key


def content_type_of(key: str) -> str:
    """What an object is, by the ending of its key: we chose it, nobody else."""
    return _TYPES.get(PurePosixPath(key).suffix, "application/octet-stream")
