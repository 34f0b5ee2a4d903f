"""How far a program may reach: the files that it reads, the folder that it fills."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
LOADER = ("/etc/ld.so.cache", "/etc/alternatives")  # how programs find their libraries
PREFIX = "file:"  # how ffmpeg is told that a path is nothing else

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a program was given to work with."""

    reads: tuple[Path, ...] = ()
    writes: Path | None = None

    @classmethod
    def of(cls, reads: tuple[Path, ...], writes: Path | None) -> "Reach":
        """With the whole path of everything."""
        whole = tuple(dict.fromkeys(path.absolute() for path in reads))
        return cls(whole, writes.absolute() if writes else None)

    def translated(
        self, args: list[str], shown_as: Callable[[Path], Path]
    ) -> list[str]:
        """The arguments with other names for the paths among them."""
        return [self._translated(arg, shown_as) for arg in args]

    def _translated(self, arg: str, shown_as: Callable[[Path], Path]) -> str:
        path = Path(arg.removeprefix(PREFIX))
        if not path.is_absolute() or not self._holds(path):
            return arg
        kept = PREFIX if arg.startswith(PREFIX) else ""
        return f"{kept}{shown_as(path)}"

    def _holds(self, path: Path) -> bool:
        return path in self.reads or bool(
            self.writes and path.is_relative_to(self.writes)
        )


def needed_by(program: str) -> list[Path]:
    """Where a program and its libraries lie, apart from the system's own places."""
    if program == sys.executable:
        places = list(_python())
    else:
        places = list(_program(Path(shutil.which(program) or program)))
    return [place for place in dict.fromkeys(places) if not _is_system(place)]


def system_places() -> list[Path]:
    """What every program needs of the system; nothing there belongs to anybody."""
    return [Path(place) for place in SYSTEM + LOADER if os.path.lexists(place)]


def _python() -> Iterator[Path]:
    # Piece by piece: a prefix may be a project's own folder, with its data in it.
    for prefix in (sys.prefix, sys.base_prefix):
        for name in ("bin", "lib", "lib64", "pyvenv.cfg"):
            place = Path(prefix, name)
            if place.exists():
                yield place
    yield _PACKAGE


def _program(path: Path) -> Iterator[Path]:
    yield path
    yield path.resolve()
    if path.parent.name == "bin":
        yield from (lib for lib in path.parent.parent.glob("lib*") if lib.is_dir())


def _is_system(place: Path) -> bool:
    return any(place.is_relative_to(system) for system in SYSTEM)
