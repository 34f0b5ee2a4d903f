from dataclasses import replace
from pathlib import Path

import pytest

from app import jobs
from app.actions import listening, transcribing
from app.models import Episode, Transcription
from app.platform import Platform
from media_pipeline.rendition import Kind
from tests.app.actions.transcripts.hearing import (
    SECONDS,
    listen,
    row_of,
    transcript_of,
)
from tests.media_pipeline.little_model import SAYS
from tests.media_pipeline.recordings import SILENCE, record


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


def test_a_machine_without_a_model_leaves_the_work_to_one_that_has_one(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    off = platform.settings.model_copy(update={"transcribe_model": ""})

    with pytest.raises(jobs.Interrupted):
        listen(replace(platform, settings=off), episode_id)

    waiting = row_of(platform, episode_id)
    assert (waiting.state, waiting.starts) == ("queued", 0)
    assert waiting.resume_at is not None
    assert waiting.sentence == listening.NO_MODEL
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


def test_one_machine_listens_to_one_recording_at_once(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)

    with listening._one_at_once, pytest.raises(jobs.Interrupted):
        listen(platform, episode_id)

    row = row_of(platform, episode_id)
    assert (row.state, row.starts, row.parts) == ("queued", 0, 0)
    assert row.resume_at is not None


def test_a_recording_that_kills_the_worker_again_and_again_is_let_go(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    with platform.database.session() as session:
        row = session.get_one(Transcription, episode_id)
        row.starts = listening.MOST_STARTS

    listen(platform, episode_id)

    assert row_of(platform, episode_id).state == "failed"
    assert "every time" in row_of(platform, episode_id).sentence
