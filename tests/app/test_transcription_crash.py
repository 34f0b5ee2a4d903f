"""Transcripts by real workers, which are killed, stopped and asked again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutagen.id3
import pytest

from app import jobs
from app.actions import details, transcribing
from app.models import Episode, Transcript, Transcription
from app.platform import Platform
from app.settings import Settings
from media_pipeline.rendition import Kind
from tests.app import programs
from tests.app.workers import Worker, hand_in, until
from tests.factories import make_episode, make_show
from tests.media_pipeline.little_model import SAYS, make_model
from tests.media_pipeline.speech import speak

SECONDS = 8.0
PARTS: dict[str, Any] = {"app.actions.listening.PART_SECONDS": 5.0}
POINTS = ["part begun", "part heard", "part recorded", "part heard#2"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "little")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return speak(tmp_path_factory.mktemp("talks") / "talk.mp3", seconds=SECONDS)


@pytest.fixture
def settings(
    settings: Settings, model: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.setenv("COMMONCAST_TRANSCRIBE_MODEL", str(model))
    return settings.model_copy(update={"transcribe_model": str(model)})


@pytest.fixture
def platform(any_platform: Platform) -> Iterator[Platform]:
    """Each of these holds on both databases, and leaves nothing running."""
    yield any_platform
    assert listeners(any_platform) == []


@pytest.fixture
def episode_id(platform: Platform, talk: Path) -> str:
    """A transcript is asked for."""
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        (row,) = episode.renditions
        row.size, row.duration_seconds = talk.stat().st_size, SECONDS
        platform.storage.put_file(talk, row.key, "audio/mpeg")
    transcribing.begin(platform, episode.id)
    return episode.id


def listeners(platform: Platform) -> list[int]:
    return programs.in_folder(platform.settings.scratch_dir)


def freeze_a_listener(platform: Platform) -> None:
    folder = platform.settings.scratch_dir
    until(lambda: programs.freeze(programs.at_work(folder)), "a listener that hangs")


def row_of(platform: Platform, episode_id: str) -> Transcription:
    with platform.database.reading() as session:
        return session.get_one(Transcription, episode_id)


def transcript_of(platform: Platform, episode_id: str) -> Transcript | None:
    with platform.database.reading() as session:
        return session.get_one(Episode, episode_id).transcript


def finish(platform: Platform, episode_id: str) -> None:
    def is_over() -> bool:
        row = row_of(platform, episode_id)
        with jobs.client(platform) as door:
            pieces = door.list_workflows(workflow_id_prefix="transcribe-")
        return row.is_over and all(piece.status in jobs.OVER for piece in pieces)

    with Worker(platform, constants=PARTS) as worker:
        until(is_over, "the end of the transcript")
        assert worker.stop() == 0


def assert_written_once(platform: Platform, episode_id: str) -> None:
    words = transcript_of(platform, episode_id)
    assert words is not None
    starts = [cue["start_ms"] for cue in words.cues]
    assert starts == sorted(set(starts))
    assert {cue["text"] for cue in words.cues} == {*SAYS}
    assert not list(platform.settings.scratch_dir.iterdir())


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_loses_one_part_at_most(
    platform: Platform, episode_id: str, point: str
) -> None:
    with Worker(platform, crash_at=point, constants=PARTS) as worker:
        assert worker.wait_for_its_death() == -9
    parts = row_of(platform, episode_id).parts
    finish(platform, episode_id)

    assert parts == {"part recorded": 1, "part heard#2": 1}.get(point, 0)
    assert_written_once(platform, episode_id)


def test_a_killed_worker_takes_its_listener_along(
    platform: Platform, episode_id: str
) -> None:
    with Worker(platform, constants=PARTS) as worker:
        freeze_a_listener(platform)  # else it could be done before
        worker.kill()
    until(lambda: listeners(platform) == [], "the end of the listener")

    finish(platform, episode_id)

    assert_written_once(platform, episode_id)


def test_a_worker_that_is_asked_to_stop_leaves_the_rest_to_the_next(
    platform: Platform, episode_id: str
) -> None:
    with Worker(platform, constants=PARTS) as worker:
        freeze_a_listener(platform)
        assert worker.stop() == 0
    stopped = row_of(platform, episode_id)
    finish(platform, episode_id)

    assert (stopped.is_over, stopped.starts) == (False, 0)
    assert_written_once(platform, episode_id)


def test_a_row_that_was_never_queued_is_found_by_the_sweep(
    platform: Platform, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.enqueue_transcription", lambda *_: None)
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        platform.storage.put_file(talk, episode.renditions[0].key, "audio/mpeg")
    transcribing.begin(platform, episode.id)

    finish(platform, episode.id)

    assert_written_once(platform, episode.id)


def test_a_host_who_hands_in_words_meanwhile_ends_the_work(
    platform: Platform, episode_id: str
) -> None:
    with Worker(platform, crash_at="part recorded", constants=PARTS) as worker:
        assert worker.wait_for_its_death() == -9
    with platform.database.session() as session:
        found = session.get_one(Episode, episode_id)
        details.set_transcript(found, b"Our own words.", "words.txt")

    finish(platform, episode_id)

    words = transcript_of(platform, episode_id)
    assert words is not None
    assert [cue["text"] for cue in words.cues] == ["Our own words."]


def test_a_new_recording_gets_a_transcript_and_its_sound_the_words(
    platform: Platform, talk: Path
) -> None:
    processing = hand_in(platform, talk)
    name = processing.episode_id

    def words_in_sound() -> str:
        with platform.database.reading() as session:
            sound = session.get_one(Episode, name).rendition(Kind.SOUND)
        if sound is None:
            return ""
        file = platform.settings.data_dir / "heard.mp3"
        platform.storage.fetch(sound.key, file)
        return "".join(str(tag.text) for tag in mutagen.id3.ID3(file).getall("USLT"))

    with Worker(platform) as worker:
        until(lambda: SAYS[0] in words_in_sound(), "the words in the sound")
        assert worker.stop() == 0

    words = transcript_of(platform, name)
    assert words is not None
    assert words.is_unread
