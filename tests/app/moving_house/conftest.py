"""A community that moves house, on each database and each storage."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.database import Base
from app.models import Show
from app.platform import Platform
from app.settings import Settings
from tests.app.moving_house import community


@pytest.fixture
def home(settings: Settings) -> Iterator[Platform]:
    """Where the community lives: SQLite, and a folder."""
    platform = Platform.open(settings)
    Base.metadata.create_all(platform.database.engine)
    community.found(platform)
    yield platform
    platform.close()


@pytest.fixture
def away(settings: Settings, tmp_path: Path) -> Iterator[Platform]:
    """A new installation elsewhere."""
    platform = community.elsewhere(settings, tmp_path / "away")
    yield platform
    platform.close()


@pytest.fixture
def show_id(home: Platform) -> str:
    with home.database.reading() as session:
        return session.scalars(select(Show.id).where(Show.slug == "demo")).one()
