"""How much of its work a machine can do at once, by its cores and its memory."""

import os
from pathlib import Path

CORES_OF_AN_ENCODER = 2  # it keeps them busy by itself
BYTES_OF_AN_ENCODER = 1.2 * 1024**3  # at 1080p, with what stands beside it

_CGROUP = Path("/sys/fs/cgroup")


def for_films(cores: float, memory: float, workers: int = 1) -> int:
    """How many encoders each of these workers may run beside each other.

    At least one, or nothing is done.
    """
    encoders = min(cores / CORES_OF_AN_ENCODER, memory / BYTES_OF_AN_ENCODER)
    return max(1, int(encoders / workers))


def cores(cgroup: Path = _CGROUP) -> float:
    """The cores that are ours: a container, or taskset, may leave us fewer."""
    allowed = float(len(os.sched_getaffinity(0)))
    quota, _, period = _words(cgroup / "cpu.max").partition(" ")
    return min(allowed, int(quota) / int(period)) if quota.isdigit() else allowed


def memory(cgroup: Path = _CGROUP) -> float:
    """The memory that is ours, in bytes."""
    whole = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    limit = _words(cgroup / "memory.max")
    return min(whole, int(limit)) if limit.isdigit() else whole


def _words(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
