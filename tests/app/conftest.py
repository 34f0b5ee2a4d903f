"""A film is slow to make: once is enough."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.platform import Platform
from tests.app import made_film


@pytest.fixture(scope="session")
def film_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_film.make(tmp_path_factory.mktemp("film"))


@pytest.fixture
def film_platform(film_data: Path, tmp_path: Path) -> Iterator[Platform]:
    """A platform with one published film."""
    platform = made_film.copied(film_data, tmp_path / "film-data")
    yield platform
    platform.close()
