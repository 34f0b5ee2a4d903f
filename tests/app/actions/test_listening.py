import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import jobs
from app.actions import details, listening, transcribing
from app.errors import Conflict, NotReady
from app.models import Episode, Transcript, Transcription
from app.platform import Platform
from app.settings import Settings
from media_pipeline.rendition import Kind
from tests.app import workers
from tests.factories import make_episode, make_rendition, make_show
from tests.media_pipeline.little_model import SAYS, make_model
from tests.media_pipeline.speech import speak

SECONDS = 8.0


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
def platform(any_platform: Platform) -> Iterator[Platform]:
    """Each of these holds on both databases."""
    jobs.prepare(any_platform)
    yield any_platform


@pytest.fixture
def episode_id(platform: Platform, talk: Path) -> str:
    """An episode that can be heard, and has no transcript."""
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        (row,) = episode.renditions
        row.size, row.duration_seconds = talk.stat().st_size, SECONDS
        platform.storage.put_file(talk, row.key, "audio/mpeg")
        return episode.id


def row_of(platform: Platform, episode_id: str) -> Transcription:
    with platform.database.reading() as session:
        return session.get_one(Transcription, episode_id)


def transcript_of(platform: Platform, episode_id: str) -> Transcript | None:
    with platform.database.reading() as session:
        return session.get_one(Episode, episode_id).transcript


def listen(platform: Platform, episode_id: str) -> None:
    """Take the part that is waited for, as a worker does."""
    name = row_of(platform, episode_id).workflow_id
    listening.listen(platform, name, episode_id, threading.Event())
    listening.go_on(platform, episode_id)


def test_a_machine_writes_a_transcript_and_says_so(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    listen(platform, episode_id)

    words = transcript_of(platform, episode_id)
    assert words is not None
    assert [cue["text"] for cue in words.cues] == list(SAYS)
    assert words.is_unread
    assert words.made_by.endswith(", little")
