"""What nobody needs any more is removed: the net below everything else."""

from collections.abc import Iterator
from datetime import timedelta

import structlog
from sqlalchemy import select

from app import jobs
from app.actions.workspace import clear_forgotten
from app.database import now
from app.models import Recording, Rendition, Show
from app.platform import Platform

FORGOTTEN = timedelta(days=1)
AT_ONCE = 500  # objects

log = structlog.get_logger(__name__)


def sweep_scratch(platform: Platform) -> None:
    """Remove the folders of work that is over or was never taken up again."""
    scratch = platform.settings.scratch_dir
    names = [folder.name for folder in scratch.iterdir()]
    known = jobs.states(platform, names)
    unfinished = {name for name, state in known.items() if state not in jobs.OVER}
    clear_forgotten(scratch, in_use=unfinished)


def sweep_storage(platform: Platform) -> None:
    """Remove stored files that no row has named for a day.

    They are left when we die between a file and its row, or between a row and its
    file: both are moments, but a recording of somebody's voice must not stay.
    """
    named = _named(platform)
    before = now() - FORGOTTEN
    forgotten = [
        stored.key
        for place in ("public/", "private/")
        for stored in platform.storage.objects(place)
        if stored.key not in named and stored.modified_at < before
    ]
    for start in range(0, len(forgotten), AT_ONCE):
        platform.storage.delete_many(forgotten[start : start + AT_ONCE])
    if forgotten:
        log.info("forgotten files removed", count=len(forgotten))


def _named(platform: Platform) -> set[str]:
    def keys() -> Iterator[str]:
        with platform.database.reading() as session:
            for column in (Rendition.key, Recording.key, Show.artwork_key):
                yield from (key for key in session.scalars(select(column)) if key)

    return set(keys())
