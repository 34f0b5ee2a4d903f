"""What hostile files are made of, and what they are after."""

import ctypes
import os
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.media_pipeline import recordings

MARKER = "MARKER-7f3a"  # must never be seen in what we publish
_OPENED = 0x20  # IN_OPEN


@dataclass(frozen=True)
class Aids:
    """Harmless files, and the targets of the attacks."""

    canary: Path  # a recording of somebody else
    secret: Path  # a text that is nobody's business
    port: int  # where somebody listens who should hear nothing
    talk: Path  # a harmless recording, AAC in MP4
    film: Path

    @classmethod
    def make(cls, folder: Path, port: int) -> "Aids":
        """Record them."""
        folder.mkdir(parents=True, exist_ok=True)
        secret = folder / "secret.txt"
        secret.write_text(MARKER)
        ts = ("-c:a", "aac", "-metadata", f"title={MARKER}")
        return cls(
            canary=recordings.record(folder / "canary.ts", recordings.PINK, *ts),
            secret=secret,
            port=port,
            talk=recordings.record(folder / "talk.m4a", seconds=2),
            film=recordings.film(folder / "film.mp4", seconds=2),
        )


@contextmanager
def listening() -> Iterator[socket.socket]:
    """Somebody on this machine who waits for a connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def was_called(listener: socket.socket) -> bool:
    """Whether anybody has tried to connect."""
    return bool(select.select([listener], [], [], 0)[0])


class Watch:
    """Notices when anybody opens a file, by whatever name and from whatever world."""

    def __init__(self, *files: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._watcher = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for file in files:
            assert libc.inotify_add_watch(self._watcher, bytes(file), _OPENED) >= 0

    def was_opened(self) -> bool:
        """Whether anybody has done so since we last asked."""
        try:
            return bool(os.read(self._watcher, 65536))
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Look no longer."""
        os.close(self._watcher)
