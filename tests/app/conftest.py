"""What tests of the app share: work that is only written down, and a film made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models import Processing, ProcessingState
from app.platform import Platform
from tests.app import made_film
from tests.app.scripted import Script
from tests.factories import make_episode, make_show


@pytest.fixture
def script(platform: Platform) -> Script:
    return Script(platform)


@pytest.fixture
def waiting(platform: Platform) -> Processing:
    """Work on an episode that nobody has begun."""
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        episode.processings[0].state = ProcessingState.QUEUED
        return episode.processings[0]


@pytest.fixture(scope="session")
def film_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_film.make(tmp_path_factory.mktemp("film"))


@pytest.fixture
def film_platform(film_data: Path, tmp_path: Path) -> Iterator[Platform]:
    """A platform with one published film."""
    platform = made_film.copied(film_data, tmp_path / "film-data")
    yield platform
    platform.close()
