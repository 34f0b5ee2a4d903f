"""Whether every machine here shuts media programs off from the rest."""

from sqlalchemy import select

from app.models import Lease
from app.platform import Platform
from media_pipeline.programs import sandbox
from media_pipeline.programs.sandbox import Sandbox


def standing(platform: Platform) -> set[str]:
    """The walls of this process, which opens pictures, and of all workers."""
    with platform.database.reading() as session:
        told = session.scalars(select(Lease.sandbox).where(Lease.sandbox != ""))
        return {sandbox.kind(), *told}


def is_one_missing(platform: Platform) -> bool:
    """Whether somewhere foreign bytes are opened without a wall, or not at all."""
    return Sandbox.NONE in standing(platform)
