import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app import jobs
from app.database import now
from app.errors import Conflict
from app.models import Processing, ProcessingState
from app.platform import Platform
from tests.factories import make_episode, make_show

EVERYTHING = {jobs.MEDIA: 1, jobs.QUICK: 1}


class Script:
    """Work that writes down what it was asked to do."""

    check_steps, first_steps, last_steps = ("check",), ("sound",), ("film",)

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.done: list[str] = []
        self.chunks = 0
        self.queue = jobs.MEDIA
        self.failing: dict[str, int] = {}
        self.last = ""
        self.during: Callable[[str], None] = lambda step: None

    def make(self, step: str, work_id: str, episode_id: str, revision: int) -> bool:
        return self._do(step)

    def queue_chunks(self, work_id: str, episode_id: str, revision: int) -> bool:
        for number in range(self.chunks):
            row = Processing(episode_id=episode_id, revision=revision, round=1)
            jobs.enqueue_chunk(self.platform, row, number, self.queue)
        return self.chunks > 0

    def encode(self, work_id: str, episode_id: str, revision: int, number: int) -> bool:
        return self._do(f"chunk {number}")

    def queue_finish(self, work_id: str, episode_id: str, revision: int) -> None:
        made = {step for step in self.done if step.startswith("chunk")}
        is_begun = "check" not in self.done or "sound" in self.done
        if len(made) == self.chunks and is_begun:
            row = Processing(episode_id=episode_id, revision=revision, round=1)
            jobs.enqueue_finish(self.platform, row, self.queue)

    def _do(self, step: str) -> bool:
        self.during(step)
        self.done.append(step)
        if self.failing.get(step, 0) > 0:
            self.failing[step] -= 1
            raise jobs.TryAgain("not yet")
        return step != self.last

    def give_up(self, work_id: str, episode_id: str, revision: int) -> None:
        self.done.append("give up")

    def retag(self, episode_id: str) -> None:
        self.done.append(f"retag {episode_id}")

    def transcribe(self, step: str, work_id: str, episode_id: str) -> None:
        self._do(f"{step} {episode_id}")

    def redo(self, episode_id: str, form: str) -> None:
        self.done.append(f"redo {form}")


@contextmanager
def working(platform: Platform, script: Script, name: str = "one") -> Iterator[None]:
    with jobs.working(platform, script, name, EVERYTHING):
        yield


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


@pytest.fixture
def script(platform: Platform) -> Script:
    return Script(platform)


@pytest.fixture
def waiting(platform: Platform) -> Processing:
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        episode.processings[0].state = ProcessingState.QUEUED
        return episode.processings[0]


def wait_until_over(platform: Platform, workflow_id: str) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        state = jobs.states(platform, [workflow_id]).get(workflow_id, "")
        if state in jobs.OVER:
            return state
        time.sleep(0.05)
    raise AssertionError(f"{workflow_id} is still {state}")


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


def test_chunks_are_work_of_their_own_and_the_last_of_them_asks_for_the_rest(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    script.chunks = 3

    with working(platform, script):
        jobs.enqueue_processing(platform, waiting)
        wait_until_over(platform, jobs.finish_id(waiting.workflow_id))

    assert script.done[:2] == ["check", "sound"]
    assert sorted(script.done[2:5]) == ["chunk 0", "chunk 1", "chunk 2"]
    assert script.done[5:] == ["film"]


def test_the_chunks_of_one_come_after_the_first_steps_of_another(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    with platform.database.session() as session:
        show = make_show(session, "other")
        other = make_episode(session, show, "Another").processings[0]
    script.chunks = 2

    # Both wait before anybody works, the chunk first.
    jobs.enqueue_chunk(platform, waiting, 0)
    jobs.enqueue_processing(platform, other)
    with working(platform, script):
        wait_until_over(platform, jobs.chunk_id(waiting.workflow_id, 0))

    assert script.done == ["check", "sound", "chunk 0"]


def test_a_chunk_that_fails_to_the_end_is_left_to_a_person(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    script.failing = {"chunk 0": 99}

    with working(platform, script):
        jobs.enqueue_chunk(platform, waiting, 0)
        wait_until_over(platform, jobs.chunk_id(waiting.workflow_id, 0))

    assert script.done == ["chunk 0", "chunk 0", "chunk 0", "give up"]


def test_what_was_laid_aside_holds_no_place_and_goes_on_when_it_is_resumed(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    aside = threading.Event()

    def lay_aside(step: str) -> None:
        if step == "chunk 0" and not aside.is_set():
            aside.set()
            raise jobs.Interrupted

    script.during = lay_aside
    script.chunks = 2
    with working(platform, script):
        jobs.enqueue_chunk(platform, waiting, 0)
        jobs.enqueue_chunk(platform, waiting, 1)
        wait_until_over(platform, jobs.chunk_id(waiting.workflow_id, 1))
        jobs.resume(platform, jobs.chunk_id(waiting.workflow_id, 0))
        wait_until_over(platform, jobs.finish_id(waiting.workflow_id))

    assert script.done == ["chunk 1", "chunk 0", "film"]


def test_a_worker_keeps_to_its_own_places_whatever_the_last_one_had(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    at_once, most = [0], [0]
    changing = threading.Lock()

    def count(step: str) -> None:
        with changing:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        time.sleep(0.3)
        with changing:
            at_once[0] -= 1

    script.during, script.chunks = count, 4
    with working(platform, script):
        with jobs.client(platform) as door:
            door.register_queue(
                jobs.MEDIA, worker_concurrency=4, on_conflict="always_update"
            )
        for number in range(4):
            jobs.enqueue_chunk(platform, waiting, number)
        wait_until_over(platform, jobs.finish_id(waiting.workflow_id))

    assert most == [1]


def test_only_one_piece_at_a_time_is_brought_here(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    jobs.enqueue_chunk(platform, waiting, 0)
    jobs.enqueue_chunk(platform, waiting, 1)

    jobs.bring_here(platform, waiting.workflow_id, "mine")
    jobs.bring_here(platform, waiting.workflow_id, "mine")

    with jobs.client(platform) as door:
        mine = door.list_workflows(queue_name="mine", load_input=False)
    assert len(mine) == 1


def test_what_belongs_to_another_revision_is_not_brought_here(
    platform: Platform, waiting: Processing
) -> None:
    tenth = Processing(episode_id=waiting.episode_id, revision=10, round=1)
    jobs.enqueue_chunk(platform, tenth, 0)

    jobs.bring_here(platform, waiting.workflow_id, "mine")

    with jobs.client(platform) as door:
        assert door.list_workflows(queue_name="mine", load_input=False) == []


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
