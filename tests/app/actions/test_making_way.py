"""A newer recording comes: what becomes of those before it."""

from typing import Any

import pytest

from app.actions import again, intake, leftovers, replacing
from app.errors import BadRequest
from app.models import Consent, Episode, Processing, ProcessingState
from app.platform import Platform
from tests.app import workers
from tests.app.actions.takes import AGREED, heard, replace, revisions, store, take
from tests.factories import make_episode, make_rendition, make_show, publish


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


@pytest.fixture
def episode_id(platform: Platform) -> str:
    """A draft that can be heard, and of which the film is still being made."""
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        episode.processings[0].state = ProcessingState.RUNNING
        episode.consents.append(Consent(statement="All have agreed."))
        store(platform, *(row.key for row in episode.renditions + episode.recordings))
        return episode.id


@pytest.fixture
def public_id(platform: Platform, episode_id: str) -> str:
    """The same, but published."""
    open_to_all(platform, episode_id)
    return episode_id


@pytest.fixture
def whole_id(platform: Platform, episode_id: str) -> str:
    """An episode of which everything was made."""
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.processings[0].state = ProcessingState.READY
        episode.renditions.append(make_rendition(episode_id, "film"))
        replacing.settle(session, episode_id, 1)
    return episode_id


def open_to_all(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        publish(session.get_one(Episode, episode_id))


def receive(platform: Platform, episode_id: str, number: int = 2) -> Processing:
    file = take(platform, number)
    return intake.receive(platform, episode_id, file, "take.wav", agreed=AGREED)


def half_make(platform: Platform, episode_id: str, number: int, state: str) -> None:
    """Its sound is there, but nobody has heard it."""
    key = f"public/{episode_id}/{number}/sound.mp3"
    store(platform, key)
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        sound = make_rendition(episode_id, "sound", key=key)
        sound.revision = number
        episode.renditions.append(sound)
        episode.processings[-1].state = state


def work(platform: Platform, episode_id: str) -> dict[int, str]:
    with platform.database.reading() as session:
        episode = session.get_one(Episode, episode_id)
        return {row.revision: row.state for row in episode.processings}


@pytest.mark.parametrize("state", [ProcessingState.RUNNING, ProcessingState.FAILED])
def test_a_recording_that_nobody_has_heard_is_gone_once_a_newer_one_comes(
    platform: Platform, whole_id: str, state: ProcessingState
) -> None:
    receive(platform, whole_id)
    half_make(platform, whole_id, 2, state)

    receive(platform, whole_id, 3)
    leftovers.sweep(platform)

    assert revisions(platform) == {1, 3}
    assert work(platform, whole_id) == {1: "ready", 3: "queued"}


def test_one_goes_back_to_what_was_heard_and_not_to_what_never_was(
    platform: Platform, whole_id: str
) -> None:
    receive(platform, whole_id)
    half_make(platform, whole_id, 2, ProcessingState.FAILED)
    assert replace(platform, whole_id) == 3

    replacing.go_back(platform, whole_id, 3)

    assert heard(platform, whole_id) == 1


def test_nothing_is_left_of_two_that_were_given_up_one_after_the_other(
    platform: Platform, whole_id: str
) -> None:
    receive(platform, whole_id)
    half_make(platform, whole_id, 2, ProcessingState.RUNNING)
    receive(platform, whole_id, 3)

    replacing.keep_old(platform, whole_id)

    assert revisions(platform) == {1}
    assert sorted(workers.named_keys(platform))[0].startswith("private")


def test_a_film_that_was_to_be_made_again_makes_way_but_its_recording_stays(
    platform: Platform, whole_id: str
) -> None:
    again.make_again(platform, whole_id)
    half_make(platform, whole_id, 2, ProcessingState.RUNNING)

    receive(platform, whole_id, 3)
    leftovers.sweep(platform)

    assert heard(platform, whole_id) == 1
    assert f"private/{whole_id}/1/recording" in workers.stored_keys(platform)
    assert revisions(platform) == {1, 3}


def test_what_is_public_is_not_replaced_without_agreement_though_it_is_half_made(
    platform: Platform, public_id: str
) -> None:
    with pytest.raises(BadRequest, match="has agreed"):
        intake.receive(platform, public_id, take(platform), "take.wav")

    assert work(platform, public_id) == {1: "running"}


def test_what_is_public_is_heard_until_the_new_one_is_whole(
    platform: Platform, public_id: str
) -> None:
    receive(platform, public_id)
    half_make(platform, public_id, 2, ProcessingState.RUNNING)

    assert heard(platform, public_id) == 1


def test_what_is_public_is_made_to_its_end_though_the_new_one_is_refused(
    platform: Platform, public_id: str
) -> None:
    receive(platform, public_id)
    half_make(platform, public_id, 2, ProcessingState.REFUSED)

    replacing.go_back(platform, public_id, 2)

    assert work(platform, public_id) == {1: "running"}
    with platform.database.session() as session:
        replacing.settle(session, public_id, 1)
    assert heard(platform, public_id) == 1


def test_a_half_made_draft_is_gone_once_a_newer_recording_comes(
    platform: Platform, episode_id: str
) -> None:
    intake.receive(platform, episode_id, take(platform), "take.wav")
    leftovers.sweep(platform)

    assert revisions(platform) == {2}
    assert work(platform, episode_id) == {2: "queued"}


def test_what_is_published_while_the_new_file_comes_in_needs_its_agreement(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_file = type(platform.storage).put_file

    def publish_meanwhile(*args: Any, **more: Any) -> None:
        open_to_all(platform, episode_id)
        put_file(*args, **more)

    monkeypatch.setattr(type(platform.storage), "put_file", publish_meanwhile)
    with pytest.raises(BadRequest, match="has agreed"):
        intake.receive(platform, episode_id, take(platform), "take.wav")

    assert revisions(platform) == {1}
