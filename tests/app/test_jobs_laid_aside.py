"""What has no row of its own, and fails for a reason that passes by itself."""

import threading
from datetime import datetime, timedelta

import pytest

from app import jobs
from app.database import now
from app.jobs import aside
from app.platform import Platform
from tests.app.scripted import Script, wait_until_over, working

DAY = timedelta(days=1)
POSTER, CAPTIONS = (
    jobs.redo_id("e1", "poster", "a"),
    jobs.redo_id("e1", "captions", "a"),
)


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


def lay_aside(platform: Platform) -> bool:
    return jobs.lay_aside(platform, POSTER, lambda waited: timedelta(0), DAY)


def begin(platform: Platform) -> None:
    jobs.enqueue_redo(platform, "e1", "poster", "a")


def state(platform: Platform) -> str:
    return jobs.states(platform, [POSTER])[POSTER]


def test_it_holds_no_place_and_goes_on_when_it_is_due(
    platform: Platform, script: Script
) -> None:
    reached = threading.Event()

    def interrupt(step: str) -> None:
        if step == "redo poster" and not reached.is_set():
            lay_aside(platform)
            reached.set()
            raise jobs.Interrupted

    script.during = interrupt
    with working(platform, script):
        begin(platform)
        assert reached.wait(20)
        jobs.enqueue_redo(platform, "e1", "captions", "a")
        wait_until_over(platform, CAPTIONS)
        assert state(platform) == jobs.ASIDE
        jobs.resume_laid_aside(platform)
        assert wait_until_over(platform, POSTER) == "SUCCESS"

    assert script.done == ["redo captions", "redo poster"]


def test_before_it_is_due_it_is_left_where_it_is(platform: Platform) -> None:
    begin(platform)
    jobs.lay_aside(platform, POSTER, lambda waited: DAY, DAY)

    jobs.resume_laid_aside(platform)

    assert state(platform) == jobs.ASIDE


def test_asking_again_meanwhile_is_asking_once(platform: Platform) -> None:
    begin(platform)
    lay_aside(platform)

    begin(platform)

    assert state(platform) == jobs.ASIDE


def test_a_day_after_the_first_time_it_is_not_laid_aside_any_more(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(platform)
    assert lay_aside(platform)
    jobs.resume_laid_aside(platform)
    assert state(platform) == "ENQUEUED"

    let_time_pass(monkeypatch, DAY + timedelta(minutes=1))

    assert not lay_aside(platform)


def let_time_pass(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    def later() -> datetime:
        return now() + time

    monkeypatch.setattr(aside, "now", later)


def test_it_is_not_forgotten_with_what_is_over(platform: Platform) -> None:
    begin(platform)
    lay_aside(platform)

    jobs.forget_finished(platform, (now() + DAY).isoformat())

    assert state(platform) == jobs.ASIDE
