"""What nobody needs any more is removed: the net below everything else."""

from datetime import timedelta

import structlog

from app import jobs
from app.actions import leftovers, replacing, shelf
from app.actions.workspace import clear_forgotten
from app.database import now
from app.platform import Platform

FORGOTTEN = timedelta(days=1)

log = structlog.get_logger(__name__)


def sweep_scratch(platform: Platform) -> None:
    """Remove the folders of work that is over or was never taken up again."""
    scratch = platform.settings.scratch_dir
    names = [folder.name for folder in scratch.iterdir()]
    known = jobs.states(platform, names)
    unfinished = {name for name, state in known.items() if state not in jobs.OVER}
    clear_forgotten(scratch, in_use=unfinished | shelf.in_use(platform))


def sweep_replaced(platform: Platform) -> None:
    """Remove what was replaced, once those who were still reading it are done."""
    replacing.sweep(platform)
    count = leftovers.sweep(platform)
    if count:
        log.info("old files removed", count=count)


def sweep_storage(platform: Platform) -> None:
    """Remove stored files that no row has named for a day.

    Whoever stores a file announces it first. This is for those who forgot to, and
    for what came by other ways: a recording of somebody's voice must not stay.
    """
    before = now() - FORGOTTEN
    old = [
        stored.key
        for place in ("public/", "private/")
        for stored in platform.storage.objects(place)
        if stored.modified_at < before
    ]
    # Only now: what was stored before we looked has a row by now, or is announced.
    starts = range(0, len(old), leftovers.AT_ONCE)
    batches = (old[start : start + leftovers.AT_ONCE] for start in starts)
    count = sum(leftovers.drop(platform, batch) for batch in batches)
    if count:
        log.info("forgotten files removed", count=count)
