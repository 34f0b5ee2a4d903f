"""What every storage can do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from media_pipeline.errors import StorageFailed

_KEY = re.compile(r"(?:public|private)(?:/[a-z0-9_-][a-z0-9._-]*)+")
IMMUTABLE = "public, max-age=31536000, immutable"


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

    def put_file(
        self,
        path: Path,
        key: str,
        content_type: str,
        *,
        cache_control: str = IMMUTABLE,
        if_absent: bool = False,
    ) -> None:
        """Store a file, and verify that all of it arrived."""

    def open_range(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of an object from `start`, in blocks. Raises `StorageFailed`."""

    def fetch(self, key: str, path: Path) -> None:
        """Copy an object into a file, and verify its size."""

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
