"""Finished files in a folder: the default, for one small server."""

import hashlib
import hmac
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlencode
from uuid import uuid4

from media_pipeline.errors import StorageFailed
from media_pipeline.storage.protocol import (
    IMMUTABLE,
    Stored,
    check_key,
    content_type_of,
)

BLOCK = 256 * 1024  # bytes
OWN_FOLDER = ".unfinished"  # no key can begin with a dot
DEAD_AFTER_SECONDS = 3600.0  # without a single byte more
READ_ONLY = 0o440  # for us; not for everybody on this machine


class LocalStorage:
    """A folder whose public part the site serves under `/media/`."""

    def __init__(self, folder: Path, *, served_at: str, secret: bytes) -> None:
        self.folder = folder
        self._served_at = served_at
        self._secret = secret

    def prepare(self) -> None:
        """Make the folder, and remove what dead processes have left half-made."""
        unfinished = self.folder / OWN_FOLDER
        with _failing("prepared", str(self.folder)):
            unfinished.mkdir(parents=True, exist_ok=True)
            for left in unfinished.iterdir():
                with suppress(FileNotFoundError):
                    if time.time() - left.stat().st_mtime > DEAD_AFTER_SECONDS:
                        left.unlink()

    def close(self) -> None:
        """A folder holds no connections."""

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
        path = self.folder / check_key(key)
        if path.is_symlink():  # we make none: it could lead anywhere
            raise StorageFailed("A file could not be read.", cause=f"{key}: a symlink")
        return path

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
        """Take a file in, whole or not at all.

        It is copied: a link would change whenever the caller writes to its file. Only
        a file that was handed over is linked, which costs nothing however large it is.
        """
        target = self.path(key)
        if if_absent and target.exists():
            return
        with _failing("stored", key):
            self._take_in(path, target, may_link=handed_over)

    def open_range(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of an object from `start`, in blocks."""
        with _failing("read", key):
            file = self.path(key).open("rb")
        return _blocks(file, start, length, key)

    def fetch(self, key: str, path: Path, *, sha256: str = "") -> None:
        """Give a new file the object's bytes, without copying if the disk is one."""
        source = self.path(key)
        with _failing("read", key):
            path.unlink(missing_ok=True)
            _link_or_copy(source, path)

    def stat(self, key: str) -> Stored | None:
        """What is stored under this key, or None."""
        path = self.path(key)
        return self._stored(path) if path.is_file() else None

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Everything below a prefix, in the order of the keys."""
        top = self.folder / prefix.rpartition("/")[0]
        found = {
            path.relative_to(self.folder).as_posix(): path
            for path in top.rglob("*")
            if path.is_file() and not path.is_symlink()
        }
        for key in sorted(found):
            if key.startswith(prefix) and not key.startswith(OWN_FOLDER):
                with suppress(FileNotFoundError):  # deleted since we looked
                    yield self._stored(found[key])

    def copy(self, source: str, target: str) -> None:
        """Copy one object to another key; objects never change, so a link will do."""
        with _failing("stored", target):
            self._take_in(self.path(source), self.path(target), may_link=True)

    def delete_many(self, keys: list[str]) -> None:
        """Delete objects, and the folders that they leave empty."""
        for key in keys:
            path = self.folder / check_key(key)
            with _failing("deleted", key):
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
        query = {"expires": str(expires)}
        if disposition:
            query["disposition"] = disposition
        query["signature"] = self._sign(key, expires, disposition or "")
        return f"{self.public_url(key)}?{urlencode(query)}"

    def verify(
        self, key: str, expires: int, signature: str, disposition: str = ""
    ) -> bool:
        """Whether this storage signed that address, and it still works."""
        own = self._sign(key, expires, disposition)
        good = hmac.compare_digest(own.encode(), signature.encode(errors="replace"))
        return good and time.time() < expires

    def _sign(self, key: str, expires: int, disposition: str) -> str:
        message = f"{check_key(key)}\n{expires}\n{disposition}".encode(errors="replace")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()

    def _take_in(self, source: Path, target: Path, *, may_link: bool) -> None:
        unfinished = self.folder / OWN_FOLDER / uuid4().hex
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        try:
            if may_link:  # the mode too stays as it was: the file has two names now
                _link_or_copy(source, unfinished)
            else:
                shutil.copyfile(source, unfinished)
                unfinished.chmod(READ_ONLY)
            os.utime(unfinished)  # it is new here, whenever it was made
            _sync(unfinished)
            self._put_in_place(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)

    def _put_in_place(self, unfinished: Path, target: Path) -> None:
        # Whoever deletes the last object of a folder also removes the folder, which
        # may be the one that we have just made.
        for attempts_left in (2, 1, 0):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.replace(unfinished, target)
                break
            except FileNotFoundError:
                if not attempts_left:
                    raise
        for folder in target.relative_to(self.folder).parents:
            _sync(self.folder / folder)

    def _stored(self, path: Path) -> Stored:
        facts = path.stat()
        key = path.relative_to(self.folder).as_posix()
        return Stored(
            key=key,
            size=facts.st_size,
            content_type=content_type_of(key),
            modified_at=datetime.fromtimestamp(facts.st_mtime, UTC),
        )


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
        return
    except OSError:  # another disk, or one without links
        pass
    try:
        shutil.copyfile(source, target)
    except OSError:
        target.unlink(missing_ok=True)
        raise


def _blocks(
    file: BinaryIO, start: int, length: int | None, key: str
) -> Iterator[bytes]:
    with file, _failing("read", key):
        file.seek(start)
        left = length
        while left is None or left > 0:
            block = file.read(BLOCK if left is None else min(BLOCK, left))
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


@contextmanager
def _failing(what: str, key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"A file could not be {what}.", cause=f"{key}: {error}"
        ) from error
