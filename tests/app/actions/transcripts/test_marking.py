"""What a machine wrote down says so in every file, until a person has read it."""

from pathlib import Path

import pytest

from app.actions.rewording import Editor, note_reading
from app.actions.scripts import UNREAD
from app.actions.wording import digest_of, words_now
from app.database import now
from app.models import Episode, Transcript
from app.platform import Platform
from media_pipeline.rendition import Kind
from tests.factories import make_user

CUE = {"start_ms": 0, "end_ms": 900, "speaker": "", "text": "Welcome."}


@pytest.fixture(autouse=True)
def _heard(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.show.artwork_key = None
        episode.transcript = Transcript(
            language="en", cues=[CUE], made_by="little", machine_made_at=now()
        )


def read(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        assert episode.transcript is not None
        reader = Editor(make_user(session), episode.transcript.version)
        note_reading(session, episode, reader)


@pytest.mark.parametrize("kind", [Kind.SOUND, Kind.FILM])
def test_the_words_inside_a_file_say_it(
    platform: Platform, episode_id: str, kind: Kind, tmp_path: Path
) -> None:
    unread, _ = words_now(platform, episode_id, kind, tmp_path)
    read(platform, episode_id)
    known, _ = words_now(platform, episode_id, kind, tmp_path)

    assert unread.transcript == f"({UNREAD})\nWelcome."
    assert known.transcript == "Welcome."


@pytest.mark.parametrize("kind", [Kind.SOUND, Kind.FILM, Kind.HLS_MASTER])
def test_a_file_that_says_it_is_made_anew_after_the_reading(
    platform: Platform, episode_id: str, kind: Kind
) -> None:
    def digest() -> str:
        with platform.database.reading() as session:
            return digest_of(platform, session.get_one(Episode, episode_id), kind)

    before = digest()
    read(platform, episode_id)

    assert digest() != before
