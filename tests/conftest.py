"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.database import Base
from app.platform import Platform
from app.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=tmp_path / "data",
        public_url="https://cast.example",
    )


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    platform = Platform.open(settings)
    Base.metadata.create_all(platform.database.engine)
    yield platform
    platform.close()
