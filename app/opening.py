"""The platform for one command: opened, ready, and closed again."""

from collections.abc import Iterator
from contextlib import contextmanager

from app import migration
from app.errors import NotReady
from app.platform import Platform
from app.settings import Settings


@contextmanager
def ready() -> Iterator[Platform]:
    """A platform whose database is up to date."""
    with opened(Settings.load()) as platform:
        if not migration.is_current(platform):
            raise NotReady("The database is not up to date. Run: commoncast migrate")
        yield platform


@contextmanager
def opened(settings: Settings) -> Iterator[Platform]:
    """A platform whose database may be of any age."""
    try:
        platform = Platform.open(settings)
    except OSError as error:
        raise NotReady(f"The data folder cannot be used: {error}.") from error
    try:
        yield platform
    finally:
        platform.close()
