import dataclasses
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import jobs
from app.actions import details, listening, publication, transcribing
from app.database import now
from app.errors import Conflict, NotReady
from app.models import EarlierTranscript, Episode, Transcript, Transcription
from app.platform import Platform
from media_pipeline.hearing.transcription import Part, transcribe_part
from tests.app.actions.transcripts.hearing import (
    OURS,
    hand_in,
    listen,
    row_of,
    transcript_of,
)
from tests.factories import make_episode


def test_a_host_who_is_faster_than_the_machine_keeps_their_words(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcribing.begin(platform, episode_id)
    heard = transcribe_part

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


@pytest.fixture
def resumed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is queued again; everything is laid aside."""
    resumed: list[str] = []
    monkeypatch.setattr(
        jobs, "states", lambda _, names: dict.fromkeys(names, "PENDING")
    )
    monkeypatch.setattr(jobs, "resume", lambda _, name: resumed.append(name))
    return resumed


def lay_aside(platform: Platform, episode_id: str, until: datetime) -> str:
    transcribing.begin(platform, episode_id)
    with platform.database.session() as session:
        row = session.get_one(Transcription, episode_id)
        row.resume_at = until
        return row.workflow_id


def test_what_was_laid_aside_is_queued_again_when_it_is_due(
    platform: Platform, episode_id: str, resumed: list[str]
) -> None:
    name = lay_aside(platform, episode_id, now())

    transcribing.resume_due(platform)
    transcribing.resume_due(platform)

    assert resumed == [name]


def test_of_many_that_are_due_one_at_once_is_queued_again(
    platform: Platform, episode_id: str, resumed: list[str]
) -> None:
    with platform.database.session() as session:
        show = session.get_one(Episode, episode_id).show
        other = make_episode(session, show, "Another").id
    first = lay_aside(platform, other, now() - timedelta(minutes=1))
    second = lay_aside(platform, episode_id, now())

    transcribing.resume_due(platform)
    assert resumed == [first]

    transcribing.resume_due(platform)
    assert resumed == [first, second]


def test_work_whose_workflow_is_over_is_left_to_a_person(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    jobs.cancel(platform, row_of(platform, episode_id).workflow_id)

    transcribing.sweep(platform)

    row = row_of(platform, episode_id)
    assert (row.state, row.sentence) == ("failed", transcribing.STOPPED)


def test_a_withdrawn_episode_keeps_no_word_of_what_was_heard(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    listen(platform, episode_id)
    hand_in(platform, episode_id)

    publication.withdraw(platform, episode_id, None)

    with platform.database.reading() as session:
        for table in (Transcript, EarlierTranscript, Transcription):
            assert session.scalars(select(table)).all() == []
    with pytest.raises(NotReady, match="nothing to listen to"):
        transcribing.begin(platform, episode_id)


def test_a_recording_that_was_replaced_is_not_listened_to_any_more(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    with platform.database.session() as session:
        session.get_one(Episode, episode_id).settled_revision = 2

    listen(platform, episode_id)

    assert row_of(platform, episode_id).is_over
    assert transcript_of(platform, episode_id) is None
