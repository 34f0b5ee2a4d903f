"""What a machine wrote down goes with the recording that it listened to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app import jobs
from app.actions import details, replacing, tagging, transcribing
from app.actions.captions import captions_file
from app.actions.rewording import keep_earlier
from app.actions.wording import digest_of
from app.database import now
from app.models import Episode, Recording
from app.platform import Platform
from media_pipeline.rendition import Kind, Rendition, finished
from media_pipeline.sound.tags import Words
from tests.app.actions.transcripts.hearing import (
    hand_in,
    listen,
    row_of,
    transcript_of,
)
from tests.factories import SHA256, make_rendition

OTHER = "0f" * 32


@pytest.fixture
def heard_id(platform: Platform, episode_id: str) -> str:
    """An episode that was listened to."""
    transcribing.begin_if_wanted(platform, episode_id)
    listen(platform, episode_id)
    return episode_id


def bring(platform: Platform, episode_id: str, sha256: str) -> None:
    """A second recording, or the same one once more; the first is still heard."""
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.settled_revision, episode.revision = 1, 2
        first, sound = episode.recordings[0], make_rendition(episode_id, "sound")
        sound.revision, sound.key = 2, episode.renditions[0].key
        episode.renditions.append(sound)
        episode.recordings.append(
            Recording(
                revision=2, key=f"{first.key}-2", filename="", size=1, sha256=sha256
            )
        )


def settle(platform: Platform, episode_id: str, sha256: str) -> None:
    """It is heard from now on."""
    bring(platform, episode_id, sha256)
    with platform.database.session() as session:
        replacing.settle(session, episode_id, 2)


def test_what_nobody_has_read_goes_with_the_old_recording_and_the_new_one_is_heard(
    platform: Platform, heard_id: str
) -> None:
    settle(platform, heard_id, OTHER)
    assert transcript_of(platform, heard_id) is None

    transcribing.begin_if_wanted(platform, heard_id)

    assert row_of(platform, heard_id).revision == 2
    assert not row_of(platform, heard_id).is_over


def test_who_goes_back_hears_no_words_of_the_other(
    platform: Platform, heard_id: str
) -> None:
    settle(platform, heard_id, OTHER)
    transcribing.begin_if_wanted(platform, heard_id)
    listen(platform, heard_id)

    replacing.go_back(platform, heard_id, 2)

    assert transcript_of(platform, heard_id) is None
    assert row_of(platform, heard_id).revision == 1
    assert not row_of(platform, heard_id).is_over


def read(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        words = session.get_one(Episode, episode_id).transcript
        assert words is not None
        words.reviewed_at = now()


def mend(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        assert episode.transcript is not None
        keep_earlier(episode, episode.transcript)


@pytest.mark.parametrize("touch", [read, mend, hand_in])
def test_what_a_person_has_read_or_changed_or_given_stays(
    platform: Platform, heard_id: str, touch: Callable[[Platform, str], None]
) -> None:
    touch(platform, heard_id)

    settle(platform, heard_id, OTHER)

    assert transcript_of(platform, heard_id) is not None


def test_the_same_recording_made_again_keeps_what_was_written_down(
    platform: Platform, heard_id: str
) -> None:
    settle(platform, heard_id, SHA256)

    words = transcript_of(platform, heard_id)
    assert words is not None
    assert words.is_unread


@pytest.mark.parametrize("sha256", [SHA256, OTHER], ids=["same", "other"])
def test_what_nobody_has_read_is_not_written_into_files_of_another_recording(
    platform: Platform, heard_id: str, tmp_path: Path, sha256: str
) -> None:
    bring(platform, heard_id, sha256)
    is_same = sha256 == SHA256

    assert captions_file(platform, heard_id, tmp_path, 1)
    assert bool(captions_file(platform, heard_id, tmp_path, 2)) == is_same

    with platform.database.reading() as session:
        episode = session.get_one(Episode, heard_id)
        old, new = (digest_of(platform, episode, Kind.SOUND, n) for n in (1, 2))
        assert (old == new) == is_same


def without_artwork(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        session.get_one(Episode, episode_id).show.artwork_key = None


@pytest.mark.parametrize("sha256", [SHA256, OTHER], ids=["same", "other"])
def test_nor_is_it_written_into_the_film_of_another_recording(
    platform: Platform,
    heard_id: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sha256: str,
) -> None:
    bring(platform, heard_id, sha256)
    without_artwork(platform, heard_id)
    said: list[str] = []

    def tag_film(film: Rendition, words: Words, folder: Path) -> Rendition:
        said.append(words.transcript)
        return film

    monkeypatch.setattr(tagging, "tag_film", tag_film)
    film = finished(Kind.FILM, Path(__file__), "video/mp4")
    for revision in (1, 2):
        tagging.tag_downloaded_film(platform, heard_id, revision, film, tmp_path)

    assert [bool(words) for words in said] == [True, sha256 == SHA256]


def test_what_a_host_removed_is_not_asked_for_again_when_the_film_is_made_again(
    platform: Platform, heard_id: str
) -> None:
    with platform.database.session() as session:
        details.set_transcript(session.get_one(Episode, heard_id), b"", "")

    settle(platform, heard_id, SHA256)
    transcribing.begin_if_wanted(platform, heard_id)

    assert row_of(platform, heard_id).is_over


def test_the_machine_goes_on_where_it_was_when_the_film_is_made_again(
    platform: Platform, episode_id: str
) -> None:
    transcribing.begin(platform, episode_id)
    with platform.database.session() as session:
        row = session.get_one(Episode, episode_id).transcription
        assert row is not None
        row.parts, row.heard_seconds = 1, 4.0
    settle(platform, episode_id, SHA256)

    transcribing.sweep(platform)  # it queues the rest under its new name
    name = row_of(platform, episode_id).workflow_id
    assert jobs.states(platform, [name]) == {name: "ENQUEUED"}
    listen(platform, episode_id)

    words = transcript_of(platform, episode_id)
    assert words is not None
    assert words.cues[0]["start_ms"] >= 4000
