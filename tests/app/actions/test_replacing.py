"""One recording takes the place of another, as rows see it."""

import pytest

from app.actions import intake, publication, replacing, tidying
from app.errors import BadRequest, Conflict
from app.models import (
    Chapter,
    Consent,
    Episode,
    Processing,
    ProcessingState,
    Recording,
    Transcript,
)
from app.platform import Platform
from tests.app import workers
from tests.app.actions.takes import (
    AGREED,
    heard,
    heard_episode,
    replace,
    revisions,
    take,
)
from tests.factories import make_rendition


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


@pytest.fixture
def episode_id(platform: Platform) -> str:
    return heard_episode(platform)


def test_a_new_recording_is_not_heard_before_it_is_whole(
    platform: Platform, episode_id: str
) -> None:
    intake.receive(platform, episode_id, take(platform), "take.wav")
    with platform.database.session() as session:
        sound = make_rendition(episode_id, "sound", key=f"public/{episode_id}/2/a.mp3")
        sound.revision = 2
        episode = session.get_one(Episode, episode_id)
        episode.renditions.append(sound)

    assert heard(platform, episode_id) == 1


def test_once_it_is_whole_it_is_heard_and_the_old_one_is_still_there(
    platform: Platform, episode_id: str
) -> None:
    assert replace(platform, episode_id) == 2

    tidying.sweep_replaced(platform)

    assert heard(platform, episode_id) == 2
    assert revisions(platform) == {1, 2}


def test_a_day_later_nothing_of_the_old_one_is_left(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(platform, episode_id)
    workers.let_a_day_pass(monkeypatch)

    tidying.sweep_replaced(platform)

    assert revisions(platform) == {2}
    assert sorted(workers.named_keys(platform)) == sorted(workers.stored_keys(platform))


def test_one_can_go_back_and_forth(platform: Platform, episode_id: str) -> None:
    replace(platform, episode_id)

    replacing.go_back(platform, episode_id, 2)
    assert heard(platform, episode_id) == 1

    replacing.go_back(platform, episode_id, 1)
    assert heard(platform, episode_id) == 2


def test_a_recording_that_was_gone_back_to_is_not_swept(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(platform, episode_id)
    replacing.go_back(platform, episode_id, 2)
    workers.let_a_day_pass(monkeypatch)

    tidying.sweep_replaced(platform)

    assert revisions(platform) == {1}
    with platform.database.reading() as session:
        work = session.get_one(Episode, episode_id).processing
        assert work is not None
        assert work.revision == 1


def test_the_take_before_the_last_comes_back_first(
    platform: Platform, episode_id: str
) -> None:
    replace(platform, episode_id)
    replace(platform, episode_id)

    replacing.go_back(platform, episode_id, 3)

    assert heard(platform, episode_id) == 2


def test_where_nothing_was_replaced_there_is_no_way_back(
    platform: Platform, episode_id: str
) -> None:
    with pytest.raises(Conflict):
        replacing.go_back(platform, episode_id, 1)


@pytest.mark.parametrize("state", [s for s in ProcessingState if s != "ready"])
def test_a_recording_on_its_way_can_be_given_up(
    platform: Platform, episode_id: str, state: ProcessingState
) -> None:
    work = intake.receive(platform, episode_id, take(platform), "take.wav")
    with platform.database.session() as session:
        session.get_one(Processing, work.id).state = state
        assert replacing.is_replacing(session.get_one(Episode, episode_id))

    replacing.go_back(platform, episode_id, 2)

    assert heard(platform, episode_id) == 1
    assert revisions(platform) == {1}
    with platform.database.reading() as session:
        assert session.get(Processing, work.id) is None


def test_the_old_one_can_be_deleted_without_waiting(
    platform: Platform, episode_id: str
) -> None:
    replace(platform, episode_id)

    replacing.forget_previous(platform, episode_id, 2)

    assert revisions(platform) == {2}


def test_people_who_agreed_are_asked_again(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        publication.record_consent(session, episode, None, "All have agreed.")

    with pytest.raises(BadRequest, match="has agreed"):
        intake.receive(platform, episode_id, take(platform), "take.wav")

    intake.receive(platform, episode_id, take(platform), "take.wav", agreed=AGREED)
    with platform.database.reading() as session:
        said = session.query(Consent).order_by(Consent.at).all()
        assert [c.revision for c in said] == [None, 2]


def test_the_same_bytes_count_again_after_one_went_back(
    platform: Platform, episode_id: str
) -> None:
    number = replace(platform, episode_id)
    replacing.go_back(platform, episode_id, number)

    file = take(platform, number)
    again = intake.receive(platform, episode_id, file, "take.wav", agreed=AGREED)

    assert again.revision == number + 1


def test_words_beyond_the_end_of_the_new_recording_are_told(
    platform: Platform, episode_id: str
) -> None:
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.chapters = [Chapter(start_ms=0, title="A"), Chapter(start_ms=60_000)]
        episode.chapters[1].title = "B"
        cue = {"start_ms": 50_000, "end_ms": 51_000, "speaker": "", "text": "Bye"}
        episode.transcript = Transcript(language="en", timed=True, cues=[cue])
        assert replacing.misfits(episode) == []

    replace(platform, episode_id, seconds=30.0)

    with platform.database.reading() as session:
        episode = session.get_one(Episode, episode_id)
        chapters, transcript = replacing.misfits(episode)
        assert "end of the recording: 1." in chapters
        assert transcript.startswith("The transcript")
        assert episode.processing is not None
        assert "longer or shorter" in episode.processing.remarks[-1]


def test_a_sweep_that_died_between_rows_and_files_is_finished_by_the_next(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(platform, episode_id)
    workers.let_a_day_pass(monkeypatch)
    with monkeypatch.context() as dying:
        dying.setattr(type(platform.storage), "delete_many", _power_cut)
        with pytest.raises(OSError, match="power"):
            tidying.sweep_replaced(platform)
    with platform.database.reading() as session:
        assert [r.revision for r in session.query(Recording)] == [2]

    tidying.sweep_replaced(platform)

    assert revisions(platform) == {2}


def _power_cut(*_: object) -> None:
    raise OSError("no power")
