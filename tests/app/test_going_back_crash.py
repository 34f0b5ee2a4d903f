"""A worker dies in the last step, a host goes back, and the step is taken again."""

from pathlib import Path

import pytest

from app.actions import intake, replacing, tidying
from app.models import Processing
from app.platform import Platform
from tests.app import workers
from tests.app.actions.takes import AGREED, heard, heard_episode, revisions
from tests.app.workers import Worker, until


@pytest.fixture
def replacing_work(any_platform: Platform, tmp_path: Path) -> Processing:
    """A new recording of an episode that people hear already."""
    episode_id = heard_episode(any_platform, artwork_key=None)
    talk = workers.record_talk(tmp_path / "talk.wav")
    return intake.receive(any_platform, episode_id, talk, "talk.wav", agreed=AGREED)


@pytest.mark.parametrize("point", ["settled", "ready noted"])
def test_who_goes_back_after_a_worker_died_keeps_the_recording(
    any_platform: Platform,
    replacing_work: Processing,
    point: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    episode_id = replacing_work.episode_id
    with Worker(any_platform, crash_at=point) as worker:
        assert worker.wait_for_its_death() == -9
    replacing.go_back(any_platform, episode_id, 2)

    with Worker(any_platform) as worker:
        until(lambda: workers.is_over(any_platform, replacing_work), "its end")
        assert worker.stop() == 0
    assert heard(any_platform, episode_id) == 1

    workers.let_a_day_pass(monkeypatch)
    tidying.sweep_replaced(any_platform)
    assert revisions(any_platform) == {1}
