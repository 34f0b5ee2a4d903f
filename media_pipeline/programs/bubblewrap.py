"""The best wall: a program alone in a world of its own, made by bubblewrap.

It sees the system's programs, what it may read as /in/0, /in/1 ..., the folder that it
fills as /out, and nothing else: no network, no other process, nothing of our
environment. There is no /proc either, so this also works where containers forbid to
mount one.
"""

import os
import shutil
import sys
from pathlib import Path

from media_pipeline.programs.reach import Reach, needed_by, system_places

NOBODY = "65534"
_INPUTS, _OUTPUT = Path("/in"), Path("/out")
_DEVICES = ("/dev/null", "/dev/urandom")
_PACKAGE = Path(__file__).parents[1]


def find() -> str | None:
    """Where bubblewrap is, if it is."""
    return shutil.which("bwrap")


def confined(args: list[str], reach: Reach) -> list[str]:
    """The command line that runs another with nothing but its reach in sight."""
    return [
        find() or "bwrap",
        *("--unshare-user", "--unshare-all", "--die-with-parent"),
        *("--cap-drop", "ALL", "--uid", NOBODY, "--gid", NOBODY),
        *_system(),
        *(word for place in needed_by(args[0]) for word in _shown(place, place)),
        *_reach(reach),
        *("--remount-ro", "/", "--chdir", _home(args, reach), "--"),
        *reach.translated(args, lambda path: _inside(path, reach)),
    ]


def _system() -> list[str]:
    words = []
    for place in system_places():
        if place.is_symlink():
            words += ["--symlink", os.readlink(place), str(place)]
        else:
            words += _shown(place, place)
    for device in _DEVICES:
        words += ["--dev-bind", device, device]
    return words


def _reach(reach: Reach) -> list[str]:
    words = []
    for number, path in enumerate(reach.reads):
        words += _shown(path, _INPUTS / str(number))
    if reach.writes:
        words += ["--bind", str(reach.writes), str(_OUTPUT)]
    return words


def _shown(place: Path, name: Path) -> list[str]:
    return ["--ro-bind", str(place), str(name)]


def _home(args: list[str], reach: Reach) -> str:
    if args[0] == sys.executable:  # so that it finds our modules
        return str(_PACKAGE.parent)
    return str(_OUTPUT) if reach.writes else "/"


def _inside(path: Path, reach: Reach) -> Path:
    if path in reach.reads:
        return _INPUTS / str(reach.reads.index(path))
    assert reach.writes is not None  # noqa: S101 (or it would not be in reach)
    return _OUTPUT / path.relative_to(reach.writes)
