"""The bytes of an upload: appended by one at a time, on the disk before we say so."""

import base64
import errno
import fcntl
import hashlib
import hmac
import os
import shutil
import time
from binascii import Error as NotBase64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import BadRequest, Conflict, NoRoom, NotFound, TooLarge

BLOCK = 1024 * 1024  # bytes
PATIENCE_SECONDS = 2.0  # for a request that was cut off and is just being wound up
_LOOK_SECONDS = 0.05
ALGORITHMS = ("sha1", "sha256")


class Busy(Conflict):
    """Another request writes to this upload now."""


class ChecksumMismatch(BadRequest):
    """The bytes are not those that were sent."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a chunk must add up to."""

    algorithm: str
    digest: bytes

    @classmethod
    def parse(cls, header: str) -> "Checksum":
        """Read `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`."""
        algorithm, _, encoded = header.strip().partition(" ")
        if algorithm not in ALGORITHMS:
            raise BadRequest("This kind of checksum is not known here.")
        try:
            return cls(algorithm, base64.b64decode(encoded.strip(), validate=True))
        except NotBase64 as error:
            raise BadRequest("The checksum cannot be read.") from error


class Appending:
    """The end of one upload's file. Whoever holds it is alone."""

    def __init__(self, descriptor: int, path: Path, *, limit: int, reserve: int):
        self._descriptor = descriptor
        self.path = path
        self._limit = limit  # bytes of the whole file
        self._reserve = reserve  # bytes of the disk that stay free
        self.start = self.size = os.lseek(descriptor, 0, os.SEEK_END)

    def insist_on(self, wanted: int) -> None:
        """Refuse before the first byte what could not be taken to the last."""
        if self.size + wanted > self._limit:
            raise TooLarge("These are more bytes than were announced.")
        disk = os.fstatvfs(self._descriptor)
        if disk.f_bavail * disk.f_frsize - wanted < self._reserve:
            raise no_room()

    def write(self, block: bytes) -> None:
        """Add bytes, unless they are too many."""
        self.insist_on(len(block))
        rest = memoryview(block)
        try:
            while rest:
                written = os.write(self._descriptor, rest)
                self.size += written
                rest = rest[written:]
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise no_room() from error
            raise

    def keep(self) -> int:
        """Bring every byte to the disk; how many the file has now."""
        os.fsync(self._descriptor)
        return self.size

    def undo(self) -> None:
        """As if this request had never been."""
        os.ftruncate(self._descriptor, self.start)
        self.size = self.start


class Checking(Appending):
    """The same for a chunk with a checksum: only a good one reaches the upload.

    It waits beside the file. In the file itself, somebody who asks meanwhile would
    be told of bytes that may be thrown away.
    """

    def __init__(self, target: Appending, beside: int, path: Path, checksum: Checksum):
        limit = target._limit - target.size
        super().__init__(beside, path, limit=limit, reserve=target._reserve)
        self._target = target
        self._expected = checksum
        self._sum = hashlib.new(checksum.algorithm, usedforsecurity=False)

    def write(self, block: bytes) -> None:
        """Add bytes to the chunk."""
        super().write(block)
        self._sum.update(block)

    def keep(self) -> int:
        """Move the chunk into the upload, or raise `ChecksumMismatch`."""
        if not hmac.compare_digest(self._sum.digest(), self._expected.digest):
            raise ChecksumMismatch("These bytes were damaged on their way.")
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        while block := os.read(self._descriptor, BLOCK):
            self._target.write(block)
        return self._target.keep()


@contextmanager
def appending(path: Path, *, limit: int, reserve: int) -> Iterator[Appending]:
    """Hold the end of this file; `Busy` when somebody else does for too long."""
    with held(path) as descriptor:
        yield Appending(descriptor, path, limit=limit, reserve=reserve)


@contextmanager
def checking(target: Appending, checksum: Checksum) -> Iterator[Checking]:
    """The same for a chunk that must add up to `checksum`."""
    path = target.path.with_suffix(".chunk")
    flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC
    descriptor = os.open(path, flags, mode=0o600)
    try:
        yield Checking(target, descriptor, path, checksum)
    finally:
        os.close(descriptor)
        path.unlink(missing_ok=True)


@contextmanager
def held(path: Path, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[int]:
    """Keep every other process and request away from this file."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError as error:
        raise NotFound("There is no such upload.") from error
    try:
        _lock(descriptor, patience_seconds)
        if os.fstat(descriptor).st_nlink == 0:
            raise NotFound("There is no such upload.")  # deleted while we waited
        yield descriptor
    finally:
        os.close(descriptor)


def create(path: Path) -> None:
    """Make an empty file that survives a power cut."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600))
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def durable_size(path: Path) -> int | None:
    """How many bytes would survive a power cut now; None when there is no file."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        size = os.fstat(descriptor).st_size
        os.fsync(descriptor)
        return size
    finally:
        os.close(descriptor)


def insist_on_room(folder: Path, wanted: int, reserve: int) -> None:
    """Raise `NoRoom` when `wanted` bytes more would fill the disk."""
    if shutil.disk_usage(folder).free - wanted < reserve:
        raise no_room()


def no_room() -> NoRoom:
    """What everybody says whose bytes do not fit."""
    return NoRoom("There is no room for this recording now. Please tell the keeper.")


def _lock(descriptor: int, patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise Busy("Another request is writing to this upload.") from error
            time.sleep(_LOOK_SECONDS)
        else:
            return
