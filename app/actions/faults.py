"""Faults of ours that pass by themselves: the work waits, and nobody need press."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from app.actions.room import NoRoom
from app.jobs import Interrupted, TryAgain
from media_pipeline.errors import CouldNotStart, StorageFailed

DATABASE_AWAY = (OperationalError, InterfaceError)
DATABASE_PATIENCE_SECONDS = 600.0
LOOK_AGAIN_SECONDS = 2.0

T = TypeVar("T")

log = structlog.get_logger(__name__)


def will_pass(error: Exception) -> bool:
    """Whether the same step may well succeed later, without anybody's help."""
    return isinstance(error, (NoRoom, StorageFailed, CouldNotStart))


def while_the_database_is_away(stop: threading.Event, attempt: Callable[[], T]) -> T:
    """Make this attempt again and again until the database answers.

    Here the place is held: without the database nobody could take it anyway.
    """
    deadline = time.monotonic() + DATABASE_PATIENCE_SECONDS
    while True:
        try:
            return attempt()
        except DATABASE_AWAY as error:
            log.warning("the database is away", cause=str(error.orig))
            if time.monotonic() > deadline:
                raise TryAgain(str(error.orig)) from None
            if stop.wait(LOOK_AGAIN_SECONDS):
                raise Interrupted from error
