"""Finished files in a folder: the default, for one small server."""

import hashlib
import hmac
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from media_pipeline.errors import StorageFailed
from media_pipeline.storage.protocol import IMMUTABLE, Stored, check_key

BLOCK = 256 * 1024  # bytes
OWN_FOLDER = ".unfinished"  # no key can begin with a dot

_TYPES = {
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".m4s": "video/iso.segment",
    ".m4a": "audio/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".jpg": "image/jpeg",
    ".vtt": "text/vtt",
    ".json": "application/json",
}


class LocalStorage:
    """A folder whose public part the site serves under `/media/`."""

    def __init__(self, folder: Path, *, served_at: str, secret: bytes) -> None:
        self.folder = folder
        self._served_at = served_at
        self._secret = secret

    def prepare(self) -> None:
        """Make the folder."""
        (self.folder / OWN_FOLDER).mkdir(parents=True, exist_ok=True)

    @staticmethod
    def is_key(text: str) -> bool:
        """Whether this could be a key at all."""
        try:
            check_key(text)
        except StorageFailed:
            return False
        return True

    def path(self, key: str) -> Path:
        """Where an object lies, to be read and never written."""
        return self.folder / check_key(key)

    def put_file(
        self,
        path: Path,
        key: str,
        content_type: str,
        *,
        cache_control: str = IMMUTABLE,
        if_absent: bool = False,
    ) -> None:
        """Copy a file in, whole or not at all.

        What is kept is a copy, not a link: the caller's file may change later.
        """
        target = self.path(key)
        if if_absent and target.exists():
            return
        try:
            self._copy(path, target)
        except OSError as error:
            raise _failed("stored", key, error) from error

    def open_range(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of an object from `start`, in blocks."""
        try:
            file = self.path(key).open("rb")
        except OSError as error:
            raise _failed("read", key, error) from error
        return _blocks(file.fileno(), file, start, length)

    def fetch(self, key: str, path: Path) -> None:
        """Give a file the object's bytes, without copying where one disk allows it."""
        path.unlink(missing_ok=True)
        try:
            try:
                os.link(self.path(key), path)
            except OSError:
                shutil.copyfile(self.path(key), path)
        except OSError as error:
            raise _failed("read", key, error) from error

    def stat(self, key: str) -> Stored | None:
        """What is stored under this key, or None."""
        path = self.path(key)
        return self._stored(path) if path.is_file() else None

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Everything below a prefix, in the order of the keys."""
        found = sorted(p for p in self.folder.rglob("*") if p.is_file())
        for path in found:
            key = path.relative_to(self.folder).as_posix()
            if key.startswith(prefix) and not key.startswith(OWN_FOLDER):
                yield self._stored(path)

    def copy(self, source: str, target: str) -> None:
        """Copy one object to another key."""
        try:
            self._copy(self.path(source), self.path(target))
        except OSError as error:
            raise _failed("stored", target, error) from error

    def delete_many(self, keys: list[str]) -> None:
        """Delete objects, and the folders that they leave empty."""
        for key in keys:
            path = self.path(key)
            path.unlink(missing_ok=True)
            for parent in path.relative_to(self.folder).parents[:-1]:
                with suppress(OSError):
                    (self.folder / parent).rmdir()

    def delete_prefix(self, prefix: str) -> int:
        """Delete everything below a prefix; how many objects that were."""
        keys = [stored.key for stored in self.objects(prefix)]
        self.delete_many(keys)
        return len(keys)

    def public_url(self, key: str) -> str:
        """The address of a public object."""
        return f"{self._served_at}/{check_key(key)}"

    def signed_url(
        self, key: str, ttl_seconds: int, *, disposition: str | None = None
    ) -> str:
        """An address that works for `ttl_seconds`."""
        expires = int(time.time()) + ttl_seconds
        query = {"expires": expires, "signature": self._sign(key, expires)}
        return f"{self.public_url(key)}?{urlencode(query)}"

    def verify(self, key: str, expires: int, signature: str) -> bool:
        """Whether this storage signed that address, and it still works."""
        good = hmac.compare_digest(self._sign(key, expires), signature)
        return good and time.time() < expires

    def _sign(self, key: str, expires: int) -> str:
        message = f"{check_key(key)}\n{expires}".encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()

    def _copy(self, source: Path, target: Path) -> None:
        unfinished = self.folder / OWN_FOLDER / uuid4().hex
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, unfinished)
            _sync(unfinished)
            os.replace(unfinished, target)
            _sync(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)

    def _stored(self, path: Path) -> Stored:
        facts = path.stat()
        return Stored(
            key=path.relative_to(self.folder).as_posix(),
            size=facts.st_size,
            content_type=_TYPES.get(path.suffix, "application/octet-stream"),
            modified_at=datetime.fromtimestamp(facts.st_mtime, UTC),
        )


def _blocks(
    descriptor: int, file: object, start: int, length: int | None
) -> Iterator[bytes]:
    left = length
    with file:  # type: ignore[attr-defined]
        os.lseek(descriptor, start, os.SEEK_SET)
        while left is None or left > 0:
            block = os.read(descriptor, BLOCK if left is None else min(BLOCK, left))
            if not block:
                return
            left = None if left is None else left - len(block)
            yield block


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(what: str, key: str, error: OSError) -> StorageFailed:
    return StorageFailed(f"A file could not be {what}.", cause=f"{key}: {error}")
