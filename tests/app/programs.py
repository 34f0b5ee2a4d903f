"""The programs that work in a folder: found by their words, ended, and hung."""

import contextlib
import os
import signal
from pathlib import Path


def in_folder(folder: Path) -> list[int]:
    """Processes that were told to work in this folder."""
    processes = [int(process.name) for process in Path("/proc").glob("[0-9]*")]
    return [pid for pid in processes if str(folder).encode() in _words_of(pid)]


def at_work(folder: Path) -> list[int]:
    """All of them, once they have asked to die with their parents; none before."""
    programs = in_folder(folder)
    return programs if all(map(_is_at_work, programs)) else []


def kill(programs: list[int]) -> None:
    for pid in programs:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def freeze(programs: list[int]) -> bool:
    """They hang from now on; only SIGKILL ends them. False when there is none.

    Give it the programs that you looked at, and do not look again: the next one may
    have come meanwhile, and hang before it has asked for anything.
    """
    for pid in programs:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    return bool(programs)


def freeze_an_encoder(folder: Path) -> list[int]:
    """One that tells of its progress hangs from now on, with whatever wraps it."""
    frozen = [pid for pid in in_folder(folder) if b"-progress" in _words_of(pid)]
    for pid in frozen:
        for thread in Path(f"/proc/{pid}/task").glob("*"):
            with contextlib.suppress(OSError):
                frozen += map(int, (thread / "children").read_text().split())
        freeze([pid])
    return frozen


def _is_at_work(pid: int) -> bool:
    with contextlib.suppress(OSError):
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return name != "setpriv" and (name != "bwrap" or bool(children))
    return False


def _words_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
