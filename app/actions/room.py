"""Whether the disk has room for a step, before the step takes it from others."""

import errno
import shutil
from pathlib import Path

from media_pipeline.entrance.admission import Admission
from media_pipeline.errors import CouldNotStart, DiskFull, Failed
from media_pipeline.film.plan import FilmPlan
from media_pipeline.pipeline import Step

SOUND_BYTES = 64_000  # each second: the MP3, the AAC, the Opus, and a margin
NEARLY_FULL = 16 * 1024**2  # bytes: whatever failed here failed for want of room
_FULL = {errno.ENOSPC, errno.EDQUOT}


class NoRoom(Failed):
    """The disk is too full. Nobody but the keeper can change that."""


def insist(folder: Path, needed: float) -> None:
    """Raise `NoRoom` unless this many bytes fit; the reserve is kept for just that."""
    free = shutil.disk_usage(folder).free
    if free < needed + NEARLY_FULL:
        raise NoRoom(
            f"There is too little room on the disk: this needs {_size(needed)}. "
            "It goes on by itself as soon as there is.",
            cause=f"{free} bytes free at {folder}, {needed:.0f} needed",
        )


def found_full(error: BaseException) -> NoRoom:
    """The same for a step that has found out by itself."""
    return NoRoom(
        "There is no room left on the disk. It goes on by itself as soon as there is.",
        cause=str(error),
    )


def needed(step: Step, admission: Admission, plan: FilmPlan | None = None) -> float:
    """About how many bytes a step writes to its folder, rather too many."""
    seconds = admission.duration_seconds
    if step == Step.SOUND:
        return seconds * SOUND_BYTES
    if plan is None:
        return 0.0
    first, rest = (
        sum(rung.most_bits for rung in rungs) / 8 * seconds
        for rungs in (plan.first, plan.rest)
    )
    return {
        Step.FIRST: (2 if plan.first_chunks else 1) * first + seconds * SOUND_BYTES,
        Step.CHUNK: 2 * rest / max(1, len(plan.chunks)),
        # The chunks themselves, what becomes of them, and the film to download.
        Step.FILM: 2 * (first + rest),
    }.get(step, 0.0)


def was_wanting(error: BaseException, folder: Path) -> bool:
    """Whether a full disk is behind this failure, whatever it says."""
    if isinstance(error, (NoRoom, DiskFull)):
        return True
    if isinstance(error, CouldNotStart):  # some say so where the kernel has no places
        return False
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return "No space left" in str(error) or _is_nearly_full(folder)


def _is_nearly_full(folder: Path) -> bool:
    return folder.exists() and shutil.disk_usage(folder).free < NEARLY_FULL


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count > 1e9 else f"{count / 1e6:.0f} MB"
