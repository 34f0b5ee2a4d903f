import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest

from app import jobs
from app.actions import details, listening, transcribing
from app.errors import Conflict, NotReady
from app.models import Episode, Transcript, Transcription
from app.platform import Platform
from app.settings import Settings
from media_pipeline.rendition import Kind
from media_pipeline.transcription import Part
from tests.factories import make_episode, make_show
from tests.media_pipeline.little_model import SAYS, make_model
from tests.media_pipeline.recordings import SILENCE, record
from tests.media_pipeline.speech import speak

SECONDS = 8.0
OURS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nOur own words.\n"


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


def row_of(platform: Platform, episode_id: str) -> Transcription:
    with platform.database.reading() as session:
        return session.get_one(Transcription, episode_id)


def transcript_of(platform: Platform, episode_id: str) -> Transcript | None:
    with platform.database.reading() as session:
        return session.get_one(Episode, episode_id).transcript


def hand_in(platform: Platform, episode_id: str) -> None:
    """A host brings a transcript."""
    with platform.database.session() as session:
        details.set_transcript(session.get_one(Episode, episode_id), OURS, "ours.vtt")


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


def test_a_host_who_is_faster_than_the_machine_keeps_their_words(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcribing.begin(platform, episode_id)
    heard = listening.transcribe_part

    def hand_in_meanwhile(*args: Any, **more: Any) -> Part:
        part = heard(*args, **more)
        hand_in(platform, episode_id)
        return part

    monkeypatch.setattr(listening, "transcribe_part", hand_in_meanwhile)
    listen(platform, episode_id)

    words = transcript_of(platform, episode_id)
    assert words is not None
    assert words.cues[0]["text"] == "Our own words."
    assert not words.is_unread
    assert row_of(platform, episode_id).is_over


def test_a_host_who_reads_no_transcript_yet_replaces_the_one_just_made(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    with platform.database.reading() as session:
        before = session.get_one(Episode, episode_id)
        assert before.transcript is None
    listen(platform, episode_id)

    hand_in(platform, episode_id)

    words = transcript_of(platform, episode_id)
    assert words is not None
    assert (words.cues[0]["text"], words.is_unread) == ("Our own words.", False)


def test_a_host_and_the_machine_at_the_same_moment_end_with_the_words_of_the_host(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    begun, written = threading.Event(), threading.Event()

    def write_meanwhile() -> None:
        begun.wait()
        listen(platform, episode_id)
        written.set()

    machine = threading.Thread(target=write_meanwhile)
    machine.start()
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        assert episode.transcript is None
        if session.get_bind().dialect.name == "postgresql":
            begun.set()  # SQLite lets one write after the other
            written.wait()
        details.set_transcript(episode, OURS, "ours.vtt")
    begun.set()
    machine.join()

    words = transcript_of(platform, episode_id)
    assert words is not None
    assert (words.cues[0]["text"], words.is_unread) == ("Our own words.", False)


def test_nothing_is_asked_for_twice_nor_where_there_are_words(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    name = row_of(platform, episode_id).workflow_id
    transcribing.begin(platform, episode_id)
    assert row_of(platform, episode_id).workflow_id == name

    hand_in(platform, episode_id)
    with pytest.raises(Conflict, match="Remove it first"):
        transcribing.begin(platform, episode_id)


def test_a_new_recording_is_listened_to_once_by_itself(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin_if_wanted(platform, episode_id)
    listen(platform, episode_id)
    with platform.database.session() as session:
        details.set_transcript(session.get_one(Episode, episode_id), b"", "")

    transcribing.begin_if_wanted(platform, episode_id)

    assert row_of(platform, episode_id).is_over
    assert transcript_of(platform, episode_id) is None


def test_a_long_recording_is_written_down_part_by_part(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PART_SECONDS", 5.0)
    transcribing.begin(platform, episode_id)

    listen(platform, episode_id)
    halfway = row_of(platform, episode_id)
    while not row_of(platform, episode_id).is_over:
        listen(platform, episode_id)

    assert not halfway.is_over
    assert 2.5 <= halfway.heard_seconds < 5
    words = transcript_of(platform, episode_id)
    assert words is not None
    assert {cue["text"] for cue in words.cues} == {*SAYS}
    starts = [cue["start_ms"] for cue in words.cues]
    assert starts == sorted(starts)
    assert starts[2] >= 1000 * halfway.heard_seconds
    assert words.cues[-1]["end_ms"] <= 1000 * SECONDS + 100
    assert not list(platform.settings.scratch_dir.iterdir())


def test_a_model_that_is_not_there_lets_the_work_wait_and_says_why(
    platform: Platform, episode_id: str, model: Path
) -> None:
    transcribing.begin(platform, episode_id)
    elsewhere = model.rename(model.with_name("elsewhere"))

    with pytest.raises(jobs.Interrupted):
        listen(platform, episode_id)

    waiting = row_of(platform, episode_id)
    assert not waiting.is_over
    assert waiting.resume_at is not None
    assert "is not there" in waiting.sentence
    elsewhere.rename(model)
    listen(platform, episode_id)
    assert transcript_of(platform, episode_id) is not None


def test_silence_ends_in_a_sentence_and_no_transcript(
    platform: Platform, episode_id: str, tmp_path: Path
) -> None:
    silence = record(tmp_path / "silence.mp3", SILENCE)
    with platform.database.reading() as session:
        sound = session.get_one(Episode, episode_id).rendition(Kind.SOUND)
        assert sound is not None
    platform.storage.put_file(silence, sound.key, "audio/mpeg")
    transcribing.begin(platform, episode_id)

    listen(platform, episode_id)

    assert transcript_of(platform, episode_id) is None
    assert "no words" in row_of(platform, episode_id).sentence


def test_what_fails_again_and_again_is_left_to_a_person(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(listening, "transcribe_part", lambda *_, **__: 1 / 0)
    transcribing.begin(platform, episode_id)
    name = row_of(platform, episode_id).workflow_id

    with pytest.raises(jobs.TryAgain):
        listen(platform, episode_id)
    transcribing.give_up(platform, name, episode_id)

    row = row_of(platform, episode_id)
    assert (row.state, row.sentence) == ("failed", listening.OUR_FAULT)
    assert "ZeroDivisionError" in row.cause
    transcribing.begin(platform, episode_id)
    assert row_of(platform, episode_id).workflow_id != name


def test_without_a_model_nothing_is_made(platform: Platform, episode_id: str) -> None:
    off = dataclasses.replace(
        platform,
        settings=platform.settings.model_copy(update={"transcribe_model": ""}),
    )

    transcribing.begin_if_wanted(off, episode_id)

    with pytest.raises(NotReady, match="no model"):
        transcribing.begin(off, episode_id)
    with platform.database.reading() as session:
        assert session.get(Transcription, episode_id) is None
