import threading
import time

import pytest

from app import jobs
from app.database import now
from app.errors import Conflict
from app.models import Processing, ProcessingState
from app.platform import Platform
from tests.app.scripted import Script, wait_until_over, working


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


def test_the_steps_are_taken_in_order(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        wait_until_over(platform, waiting.workflow_id)

    assert script.done == ["check", "sound", "film"]


def test_asking_twice_is_asking_once(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        jobs.enqueue_processing(platform, waiting)
        wait_until_over(platform, waiting.workflow_id)
        jobs.enqueue_processing(platform, waiting)
        time.sleep(1)

    assert script.done == ["check", "sound", "film"]


def test_a_step_that_ends_the_work_is_the_last_one(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    script.last = "check"

    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        wait_until_over(platform, waiting.workflow_id)

    assert script.done == ["check"]


def test_a_failed_step_is_taken_again_and_what_was_done_is_not(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    script.failing = {"sound": 2}

    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        wait_until_over(platform, waiting.workflow_id)

    assert script.done == ["check", "sound", "sound", "sound", "film"]


def test_after_three_tries_it_is_left_to_a_person(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    script.failing = {"sound": 99}

    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        wait_until_over(platform, waiting.workflow_id)

    assert script.done == ["check", "sound", "sound", "sound", "give up"]


def test_work_can_be_asked_for_before_any_worker_ever_ran(
    platform: Platform, waiting: Processing
) -> None:
    jobs.enqueue_processing(platform, waiting)

    known = jobs.states(platform, [waiting.workflow_id])
    assert known == {waiting.workflow_id: "ENQUEUED"}


def test_an_interrupted_step_is_taken_by_whoever_takes_over(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    reached = threading.Event()

    def interrupt(step: str) -> None:
        if step == "sound":
            reached.set()
            raise jobs.Interrupted

    script.during = interrupt
    with working(platform, script, "first"):
        jobs.enqueue_processing(platform, waiting)
        assert reached.wait(20)
    script.during = lambda step: None
    assert jobs.take_over(platform, "first") == 1

    with working(platform, script, "second"):
        wait_until_over(platform, waiting.workflow_id)

    assert script.done == ["check", "sound", "film"]


def test_what_was_begun_comes_before_what_waits_behind_it(
    platform: Platform,
    script: Script,
    waiting: Processing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached = threading.Event()

    def interrupt(step: str) -> None:
        reached.set()
        raise jobs.Interrupted

    script.during = interrupt
    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        assert reached.wait(20)
    jobs.enqueue_redo(platform, "e1", "poster", "new")
    script.during = lambda step: None
    # On a busy machine, DBOS looks for it after it has begun something else.
    monkeypatch.setattr("dbos._dbos.startup_recovery_thread", lambda *_: None)

    with working(platform, script):
        wait_until_over(platform, jobs.redo_id("e1", "poster", "new"))

    assert script.done == ["check", "sound", "film", "redo poster"]


def test_nothing_is_taken_over_from_a_worker_that_left_nothing(
    platform: Platform, script: Script
) -> None:
    with working(platform, script):
        assert jobs.take_over(platform, "somebody else") == 0


def test_what_waits_can_be_brought_to_a_queue_of_ones_own(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    with jobs.working(platform, script, "mine", {"mine": 1}):
        jobs.enqueue_processing(platform, waiting)
        jobs.bring_here(platform, waiting.workflow_id, "mine")
        wait_until_over(platform, waiting.workflow_id)

    assert script.done == ["check", "sound", "film"]


def test_what_waits_for_a_dead_foreground_worker_is_taken_over(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    with jobs.working(platform, script, "other", {jobs.QUICK: 1}):
        jobs.enqueue_processing(platform, waiting)
        jobs.bring_here(platform, waiting.workflow_id, "cli-1")

        assert jobs.take_over(platform, "cli-1") == 1


def test_a_cancelled_job_takes_no_further_step(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    script.during = lambda step: jobs.cancel(platform, waiting.workflow_id)

    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        state = wait_until_over(platform, waiting.workflow_id)
        time.sleep(0.5)

    assert (state, script.done) == ("CANCELLED", ["check"])


def test_new_words_are_written_once_for_each_edition(
    platform: Platform, script: Script
) -> None:
    with working(platform, script):
        for edition in ("a", "a", "b"):
            jobs.enqueue_retagging(platform, "e1", edition)
        for edition in ("a", "b"):
            wait_until_over(platform, f"retag-e1-{edition}")

    assert script.done == ["retag e1", "retag e1"]


def test_the_button_starts_another_round_of_what_has_failed(
    platform: Platform, waiting: Processing
) -> None:
    first = waiting.workflow_id
    with platform.database.session() as session:
        row = session.get_one(Processing, waiting.id)
        row.state, row.sentence = ProcessingState.FAILED, "The disk was full."

    jobs.retry(platform, waiting.episode_id)

    with platform.database.reading() as session:
        row = session.get_one(Processing, waiting.id)
    assert (row.state, row.sentence) == (ProcessingState.QUEUED, "")
    assert row.workflow_id != first


def test_the_button_does_nothing_to_what_is_well(
    platform: Platform, waiting: Processing
) -> None:
    with pytest.raises(Conflict):
        jobs.retry(platform, waiting.episode_id)


def test_finished_work_is_forgotten_after_a_while(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        wait_until_over(platform, waiting.workflow_id)

        jobs.forget_finished(platform, before=now().isoformat())

    assert jobs.states(platform, [waiting.workflow_id]) == {}
