"""Whoever goes back to a recording keeps it, whatever else goes on meanwhile."""

import pytest

from app.actions import replacing, tidying
from app.database import now
from app.errors import Conflict
from app.models import Episode, ProcessingState
from app.platform import Platform
from tests.app import workers
from tests.app.actions.takes import heard, heard_episode, replace, revisions


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


@pytest.fixture
def episode_id(platform: Platform) -> str:
    """An episode whose second recording is heard, and the first is still there."""
    episode_id = heard_episode(platform)
    replace(platform, episode_id)
    return episode_id


def settle(platform: Platform, episode_id: str, state: ProcessingState) -> None:
    """The last step of the second recording, by somebody who came late."""
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.processings[1].state = state
        session.flush()
        replacing.settle(session, episode_id, 2)


@pytest.mark.parametrize("state", [ProcessingState.RUNNING, ProcessingState.READY])
def test_the_last_step_taken_again_leaves_it_to_whoever_went_back(
    platform: Platform,
    episode_id: str,
    state: ProcessingState,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replacing.go_back(platform, episode_id, 2)

    settle(platform, episode_id, state)
    assert heard(platform, episode_id) == 1

    workers.let_a_day_pass(monkeypatch)
    tidying.sweep_replaced(platform)
    assert revisions(platform) == {1}


def test_what_is_heard_is_never_removed_whatever_its_row_says(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform.database.session() as session:
        for recording in session.get_one(Episode, episode_id).recordings:
            recording.replaced_at = now()

    replacing.forget_previous(platform, episode_id, 2)
    workers.let_a_day_pass(monkeypatch)
    tidying.sweep_replaced(platform)

    assert revisions(platform) == {2}


def test_pressing_twice_is_pressing_once(platform: Platform, episode_id: str) -> None:
    replacing.go_back(platform, episode_id, 2)
    replacing.go_back(platform, episode_id, 2)

    assert heard(platform, episode_id) == 1


def test_who_saw_the_recordings_the_other_way_round_deletes_neither(
    platform: Platform, episode_id: str
) -> None:
    replacing.go_back(platform, episode_id, 2)

    with pytest.raises(Conflict, match="heard by now"):
        replacing.forget_previous(platform, episode_id, 2)

    assert revisions(platform) == {1, 2}


def test_keeping_the_old_one_a_moment_too_late_is_going_back_to_it(
    platform: Platform, episode_id: str
) -> None:
    settle(platform, episode_id, ProcessingState.RUNNING)

    replacing.go_back(platform, episode_id, 2)
    settle(platform, episode_id, ProcessingState.READY)

    assert heard(platform, episode_id) == 1
