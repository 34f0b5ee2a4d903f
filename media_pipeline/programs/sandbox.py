"""Foreign bytes are decoded behind a wall: the best that this machine can build.

    bubblewrap   a world of its own, where the kernel lets us make one
    landlock     the same world, with everything else locked away
    none         no wall: then no program may touch foreign bytes, unless the keeper of
                 this machine has said that it may

Each wall is tried once, by a real start of a small program that must read what it was
given and must fail to read something else. Whichever it is, memory, processor time,
file sizes and open files are limited.
"""

import functools
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path

from media_pipeline.errors import NoSandbox
from media_pipeline.programs import bubblewrap, landlock
from media_pipeline.programs.launcher import answer_of
from media_pipeline.programs.reach import Reach, needed_by, system_places
from media_pipeline.programs.resources import Resources, limited

_TRIAL = 'cat "$0" && ! cat /etc/passwd'
_TRIAL_SECONDS = 20


class Sandbox(StrEnum):
    """The walls, best first."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    NONE = "none"


_FORCED: ContextVar[Sandbox | None] = ContextVar("sandbox", default=None)
_unsandboxed_allowed = False


def kind() -> Sandbox:
    """The best wall that can be built here."""
    return _FORCED.get() or _best()


def permit(*, unsandboxed: bool) -> None:
    """Say whether this process may do without a wall."""
    global _unsandboxed_allowed
    _unsandboxed_allowed = unsandboxed


def required() -> Sandbox:
    """The wall that foreign bytes are decoded behind. Raises `NoSandbox`."""
    best = kind()
    if best is Sandbox.NONE and not _unsandboxed_allowed:
        raise NoSandbox(
            "This machine can shut media programs off neither with bubblewrap nor with "
            "Landlock, so no recording is opened here. See docs/operating.md."
        )
    return best


@contextmanager
def forced(wall: Sandbox) -> Iterator[None]:
    """Inside, this wall is the one that is built."""
    token = _FORCED.set(wall)
    try:
        yield
    finally:
        _FORCED.reset(token)


def works(wall: Sandbox) -> bool:
    """Whether this wall holds on this machine."""
    return wall is Sandbox.NONE or _holds(wall)


def confined(args: list[str], reach: Reach, resources: Resources) -> list[str]:
    """The command line that runs another behind the wall. Raises `NoSandbox`."""
    return limited(_WALLS[required()](args, reach), resources)


@functools.cache
def _best() -> Sandbox:
    return next(wall for wall in Sandbox if works(wall))


@functools.cache
def _holds(wall: Sandbox) -> bool:
    if wall is Sandbox.BUBBLEWRAP and not bubblewrap.find():
        return False
    if wall is Sandbox.LANDLOCK and not landlock.version():
        return False
    allowed = Path(__file__)
    reach = Reach.of((allowed,), None)
    trial = _WALLS[wall](["/bin/sh", "-c", _TRIAL, str(allowed)], reach)
    told = answer_of(limited(trial, Resources()), seconds=_TRIAL_SECONDS)
    return told == allowed.read_bytes()


def _in_bubblewrap(args: list[str], reach: Reach) -> list[str]:
    return bubblewrap.confined(args, reach)


def _in_landlock(args: list[str], reach: Reach) -> list[str]:
    named = [("-x", place) for place in (*system_places(), *needed_by(args[0]))]
    named += [("-r", path) for path in reach.reads]
    named += [("-d", Path("/dev/null")), ("-r", Path("/dev/urandom"))]
    if reach.writes:
        named.append(("-w", reach.writes))
    program = shutil.which(args[0]) or args[0]
    words = [word for option, path in named for word in (option, str(path))]
    return [
        sys.executable,
        "-I",
        "-S",
        landlock.__file__,
        *words,
        "--",
        program,
        *args[1:],
    ]


def _as_it_is(args: list[str], reach: Reach) -> list[str]:
    return args


_WALLS: dict[Sandbox, Callable[[list[str], Reach], list[str]]] = {
    Sandbox.BUBBLEWRAP: _in_bubblewrap,
    Sandbox.LANDLOCK: _in_landlock,
    Sandbox.NONE: _as_it_is,
}
