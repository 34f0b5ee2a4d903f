"""The folder in which a piece of an episode is made, by one process at a time."""

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.jobs import Interrupted

LOOK_AGAIN_SECONDS = 0.5
FORGOTTEN_SECONDS = 24 * 3600.0


@contextmanager
def workspace(scratch: Path, name: str, stop: threading.Event) -> Iterator[Path]:
    """Have the folder to ourselves; wait while somebody else works in it.

    The lock is on the folder, and ends with the process however that ends.
    """
    folder = scratch / name
    held = _wait_for(folder, stop)
    try:
        yield folder
    finally:
        os.close(held)


def clear(folder: Path) -> None:
    """Leave nothing of it."""
    shutil.rmtree(folder, ignore_errors=True)


def clear_forgotten(scratch: Path, in_use: set[str]) -> None:
    """Sweep the folders of work that is over, and what else is a day old."""
    for folder in scratch.iterdir():
        if folder.name.startswith(("episode-", "shelf-")):
            forgotten = folder.name not in in_use and is_free(folder)
        else:
            forgotten = time.time() - folder.stat().st_mtime > FORGOTTEN_SECONDS
        if forgotten:
            clear(folder)


def is_free(folder: Path) -> bool:
    """Whether nobody works in it."""
    held = _lock(folder)
    if held is not None:
        os.close(held)
    return held is not None


def _wait_for(folder: Path, stop: threading.Event) -> int:
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        held = _lock(folder)
        if held is not None:
            return held
        if stop.wait(LOOK_AGAIN_SECONDS):
            raise Interrupted


def _lock(folder: Path) -> int | None:
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Who had it before may have removed it, and we hold what is no longer there.
        if os.path.samestat(os.fstat(held), folder.stat()):
            return held
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(held)
    return None
