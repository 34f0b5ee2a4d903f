from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions import intake
from app.errors import BadRequest, Conflict, Gone, NotFound, TooLarge
from app.models import Episode, Processing, ProcessingState, Recording, Withdrawal
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_show


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


@pytest.fixture
def episode_id(platform: Platform) -> str:
    return begin(platform)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "talk.wav"
    file.write_bytes(b"RIFF and some sound")
    return file


def begin(platform: Platform, title: str = "First session") -> str:
    with platform.database.session() as session:
        show = make_show(session)
        return intake.new_episode(session, show, title=title).id


def test_a_new_episode_is_a_draft_with_a_readable_address(platform: Platform) -> None:
    episode_id = begin(platform, "  Grief,\u202e and what\nhelps ")

    with platform.database.reading() as session:
        episode = session.get_one(Episode, episode_id)
    assert episode.title == "Grief, and what helps"
    assert episode.slug == "grief-and-what-helps"
    assert episode.published_at is None


def test_episodes_with_one_title_get_addresses_of_their_own(
    platform: Platform,
) -> None:
    with platform.database.session() as session:
        show = make_show(session)
        slugs = [
            intake.new_episode(session, show, title="Grief").slug for _ in range(3)
        ]

    assert slugs == ["grief", "grief-2", "grief-3"]


def test_a_longer_address_does_not_count_as_the_same(platform: Platform) -> None:
    with platform.database.session() as session:
        show = make_show(session)
        intake.new_episode(session, show, title="Grief and joy")

        assert intake.new_episode(session, show, title="Grief").slug == "grief"


@pytest.mark.parametrize("title", ["", " \t\n", "\u200b\u202e", "x" * 201])
def test_a_title_must_say_something_and_not_too_much(
    platform: Platform, title: str
) -> None:
    with pytest.raises(BadRequest):
        begin(platform, title)


def test_a_received_recording_waits_to_be_processed(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    processing = intake.receive(platform, episode_id, recording, "talk.wav")

    with platform.database.reading() as session:
        row = session.scalars(select(Recording)).one()
        assert session.get_one(Episode, episode_id).revision == 1
    assert processing.state == ProcessingState.QUEUED
    stored = b"".join(platform.storage.open_range(row.key))
    assert stored == recording.read_bytes()


def test_a_recording_that_is_handed_over_needs_no_second_place(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    intake.receive(platform, episode_id, recording, "talk.wav", handed_over=True)

    assert recording.stat().st_nlink == 2


def test_a_recording_is_never_stored_in_public(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    intake.receive(platform, episode_id, recording, "talk.wav")

    assert list(platform.storage.objects("public/")) == []


def test_the_same_bytes_again_are_the_same_recording(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    first = intake.receive(platform, episode_id, recording, "talk.wav")

    again = intake.receive(platform, episode_id, recording, "talk (1).wav")

    assert again.id == first.id
    assert len(list(platform.storage.objects("private/"))) == 1


def test_the_same_bytes_again_after_a_failure_are_another_try(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    first = intake.receive(platform, episode_id, recording, "talk.wav")
    with platform.database.session() as session:
        session.get_one(Processing, first.id).state = ProcessingState.FAILED

    again = intake.receive(platform, episode_id, recording, "talk.wav")

    assert (again.id, again.state, again.round) == (first.id, "queued", 2)


def test_other_bytes_are_a_new_revision_and_nobody_waits_for_the_old(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    intake.receive(platform, episode_id, recording, "talk.wav")
    recording.write_bytes(b"a better take")

    processing = intake.receive(platform, episode_id, recording, "talk.wav")

    with platform.database.reading() as session:
        rows = session.scalars(select(Processing)).all()
    assert [row.id for row in rows] == [processing.id]
    assert processing.revision == 2


def test_the_callers_file_is_left_alone(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    intake.receive(platform, episode_id, recording, "talk.wav")
    recording.write_bytes(b"written over")

    key = next(iter(platform.storage.objects("private/"))).key
    stored = b"".join(platform.storage.open_range(key))
    assert stored == b"RIFF and some sound"


def test_an_empty_file_is_refused_in_words(
    platform: Platform, episode_id: str, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()

    with pytest.raises(BadRequest, match="empty"):
        intake.receive(platform, episode_id, empty, "empty.wav")


def test_a_file_that_is_not_there_is_refused_in_words(
    platform: Platform, episode_id: str, tmp_path: Path
) -> None:
    with pytest.raises(BadRequest, match="no file"):
        intake.receive(platform, episode_id, tmp_path / "gone.wav", "gone.wav")


def test_a_file_above_the_limit_is_refused_in_words(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    small = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=platform.settings.data_dir,
        max_upload_bytes=3,
    )
    limited = Platform(small, platform.database, platform.storage, b"")

    with pytest.raises(TooLarge):
        intake.receive(limited, episode_id, recording, "talk.wav")


def test_an_unknown_episode_takes_nothing_in(
    platform: Platform, recording: Path
) -> None:
    with pytest.raises(NotFound):
        intake.receive(platform, "0" * 32, recording, "talk.wav")

    assert list(platform.storage.objects("private/")) == []


def test_a_withdrawn_episode_takes_nothing_in(
    platform: Platform, episode_id: str, recording: Path
) -> None:
    with platform.database.session() as session:
        session.add(Withdrawal(episode_id=episode_id))

    with pytest.raises(Gone):
        intake.receive(platform, episode_id, recording, "talk.wav")


def test_of_two_recordings_at_once_one_wins_and_the_other_leaves_nothing(
    platform: Platform,
    episode_id: str,
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put = platform.storage.put_file

    def meanwhile(*arguments: object, **options: object) -> None:
        monkeypatch.undo()
        put(*arguments, **options)  # type: ignore[arg-type]
        faster(platform, episode_id, recording)

    monkeypatch.setattr(platform.storage, "put_file", meanwhile)

    with pytest.raises(Conflict):
        intake.receive(platform, episode_id, recording, "talk.wav")

    assert len(list(platform.storage.objects("private/"))) == 1


def faster(platform: Platform, episode_id: str, recording: Path) -> None:
    other = recording.with_name("other.wav")
    other.write_bytes(b"somebody was faster")
    intake.receive(platform, episode_id, other, "other.wav")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("talk.wav", "talk.wav"), ("\x00\u202e", "recording"), ("x" * 300, "x" * 200)],
)
def test_a_file_name_is_kept_as_a_harmless_line(given: str, kept: str) -> None:
    assert intake.clean_name(given) == kept
