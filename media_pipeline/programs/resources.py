"""What a program may use up, set by `prlimit` before the program begins."""

import os
import shutil
from dataclasses import dataclass

MEBIBYTE, GIBIBYTE = 1024**2, 1024**3
# Four rungs from 1080p take 1.3 GB with two cores; each core holds more pictures.
ENCODING_MEMORY = 4 * GIBIBYTE + (os.cpu_count() or 1) * 256 * MEBIBYTE
EXAMINING_MEMORY = GIBIBYTE
# Each core listens on threads of its own, whose stacks count.
LISTENING_MEMORY = GIBIBYTE + (os.cpu_count() or 1) * 32 * MEBIBYTE

_MAPPED_BESIDES = 16 * GIBIBYTE  # of the address space: files, and room never used
_LAST_SECONDS = 5  # of CPU, between the warning and the end
_OPEN_FILES = 256


@dataclass(frozen=True, slots=True)
class Resources:
    """The limits of one program."""

    memory_bytes: int = ENCODING_MEMORY
    cpu_seconds: int = 3600
    file_bytes: int = GIBIBYTE


def limited(args: list[str], resources: Resources) -> list[str]:
    """The command line that runs another within limits."""
    memory, seconds = resources.memory_bytes, resources.cpu_seconds
    return [
        shutil.which("prlimit") or "prlimit",
        f"--data={memory}",
        f"--as={memory + _MAPPED_BESIDES}",
        f"--cpu={seconds}:{seconds + _LAST_SECONDS}",
        f"--fsize={resources.file_bytes}",
        f"--nofile={_OPEN_FILES}",
        "--core=0",
        "--",
        *args,
    ]
