import threading
import time

import pytest

from app import jobs
from app.models import Processing
from app.platform import Platform
from tests.app.scripted import Script, wait_until_over, working
from tests.factories import make_episode, make_show


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


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


def test_mended_words_come_before_chunks_and_what_a_keeper_wants_anew_after_them(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    jobs.enqueue_redo(platform, "e1", "poster", "v2")
    jobs.enqueue_chunk(platform, waiting, 0)
    jobs.enqueue_renewal(platform, "e1", "film-tags", "a")

    with working(platform, script):
        wait_until_over(platform, jobs.redo_id("e1", "poster", "v2"))

    assert script.done == ["redo film-tags", "chunk 0", "redo poster"]


def test_the_end_of_what_is_made_again_comes_after_the_chunks_of_others(
    platform: Platform, script: Script, waiting: Processing
) -> None:
    again = Processing(episode_id="e1", revision=2, round=1, again=True)

    jobs.enqueue_finish(platform, again)
    jobs.enqueue_chunk(platform, waiting, 0)
    with working(platform, script):
        wait_until_over(platform, jobs.finish_id(again.workflow_id))

    assert script.done == ["chunk 0", "film"]


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
