"""Which ffmpeg we use, and how it is asked to open a recording from outside."""

import functools
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg

from media_pipeline.errors import MediaError, NoFfmpeg
from media_pipeline.programs.hostile import HOSTILE_OPTIONS
from media_pipeline.programs.process import Limits, run

_NEEDED_ENCODERS = {"libx264", "libmp3lame", "aac", "libopus", "mjpeg"}
LOOPBACK_SINCE = (7, 1, 0)  # what was encoded can be decoded and heard beside
TELLING = ["-progress", "pipe:1", "-stats_period", "0.5"]  # to `process.run`
_QUICK = Limits(total_seconds=20)
_chosen_setting = ""


@dataclass(frozen=True, slots=True, order=True)
class Program:
    """An ffmpeg that can do what we need."""

    version: tuple[int, int, int]
    path: Path
    origin: str  # "setting", "PATH" or "imageio-ffmpeg"

    def command(
        self, graph: Any, *, told: str = "error", tells_progress: bool = True
    ) -> list[str]:
        """The whole command line for an ffmpeg-python graph.

        `told` is the log level; progress goes to stdout, for `process.run`.
        """
        asked = ["-hide_banner", "-nostdin", "-nostats", "-y", "-loglevel", told]
        telling = TELLING if tells_progress else []
        return [str(self.path), *asked, *telling, *ffmpeg.get_args(graph)]


def use_ffmpeg(setting: str) -> Program:
    """Choose the ffmpeg of this process: a path, or "" for the newest."""
    global _chosen_setting
    _chosen_setting = setting
    return find_ffmpeg()


def find_ffmpeg(setting: str = "") -> Program:
    """The ffmpeg that was set, or else the newest on this machine."""
    return _find(setting or _chosen_setting)


@functools.lru_cache
def knows_filter(program: Path, name: str) -> bool:
    """Whether an ffmpeg was built with a filter; not all are."""
    listed = run([str(program), "-hide_banner", "-filters"], limits=_QUICK)
    return f" {name} " in listed.output.decode(errors="replace")


def hostile_input(recording: Path, **options: str | float) -> Any:
    """An ffmpeg-python input for bytes from outside; `options` as ffmpeg's own.

    The prefix matters: a file can be called "concat:/etc/passwd".
    """
    return ffmpeg.input(f"file:{recording.absolute()}", **HOSTILE_OPTIONS, **options)


@functools.lru_cache(maxsize=8)
def _find(setting: str) -> Program:
    if setting:
        return _set_by_keeper(setting)
    candidates = [_usable(path, origin) for path, origin in _places()]
    found = [program for program in candidates if program]
    if not found:
        raise NoFfmpeg(
            "No ffmpeg was found. Install the imageio-ffmpeg package, or name "
            "a program in COMMONCAST_FFMPEG."
        )
    return max(found)


def _set_by_keeper(setting: str) -> Program:
    program = _usable(setting, "setting")
    if program is None:
        raise NoFfmpeg(
            f"COMMONCAST_FFMPEG names {setting}, which is no ffmpeg that can write "
            "H.264, AAC, MP3 and Opus. Leave it empty to use the newest here."
        )
    return program


def _places() -> Iterator[tuple[str, str]]:
    if on_path := shutil.which("ffmpeg"):
        yield on_path, "PATH"
    try:
        yield imageio_ffmpeg.get_ffmpeg_exe(), "imageio-ffmpeg"
    except RuntimeError:  # there is no wheel for this kind of machine
        return


def _usable(path: str, origin: str) -> Program | None:
    try:
        told = run([path, "-hide_banner", "-encoders"], limits=_QUICK)
        version = run([path, "-version"], limits=_QUICK)
    except MediaError:
        return None
    words = [line.split() for line in told.output.decode(errors="replace").splitlines()]
    encoders = {word[1] for word in words if len(word) > 1}
    if not encoders >= _NEEDED_ENCODERS:
        return None
    return Program(_version(version.output.decode()), Path(path), origin)


def _version(told: str) -> tuple[int, int, int]:
    found = re.match(r"ffmpeg version n?(\d+)\.(\d+)(?:\.(\d+))?", told)
    if not found:  # built from an unreleased state: nobody knows how old it is
        return (0, 0, 0)
    major, minor, patch = found.groups("0")
    return (int(major), int(minor), int(patch))
