"""An episode that can be heard, and a machine that can listen."""

from pathlib import Path

import pytest

from app import jobs
from app.platform import Platform
from app.settings import Settings
from tests.app.actions.transcripts.hearing import SECONDS
from tests.factories import make_episode, make_show
from tests.media_pipeline.little_model import make_model
from tests.media_pipeline.speech import speak


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "little")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return speak(tmp_path_factory.mktemp("talks") / "talk.mp3", seconds=SECONDS)


@pytest.fixture
def settings(settings: Settings, model: Path) -> Settings:
    return settings.model_copy(update={"transcribe_model": str(model)})


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    jobs.prepare(any_platform)
    return any_platform


@pytest.fixture
def episode_id(platform: Platform, talk: Path) -> str:
    """An episode that can be heard, and has no transcript."""
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        (row,) = episode.renditions
        row.size, row.duration_seconds = talk.stat().st_size, SECONDS
        platform.storage.put_file(talk, row.key, "audio/mpeg")
        return episode.id
