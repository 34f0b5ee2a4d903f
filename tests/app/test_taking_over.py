"""What a dead worker has left is never lost, whoever dies while taking it over."""

import threading
from datetime import timedelta

import pytest

from app import jobs, worker
from app.actions import leases, resuming
from app.database import now
from app.models import Lease, Processing, ProcessingState
from app.platform import Platform
from tests.app.scripted import Script
from tests.app.workers import PATIENCE_SECONDS
from tests.factories import make_episode, make_show

DEAD = "worker-far-0"


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


@pytest.fixture
def begun(platform: Platform) -> Processing:
    """What the worker had begun that is dead now."""
    script, has_begun = Script(platform), threading.Event()

    def die(step: str) -> None:
        has_begun.set()
        raise jobs.Interrupted

    script.during = die
    with platform.database.session() as session:
        work = make_episode(session, make_show(session)).processings[0]
        work.state = ProcessingState.RUNNING
    with jobs.working(platform, script, DEAD, {jobs.MEDIA: 1}):
        jobs.enqueue_processing(platform, work)
        assert has_begun.wait(PATIENCE_SECONDS)
    return work


@pytest.fixture
def dead(platform: Platform, begun: Processing) -> Processing:
    """The same, and it was seen a while ago."""
    with platform.database.session() as session:
        long_ago = now() - timedelta(minutes=2)
        session.add(Lease(executor_id=DEAD, seen_at=long_ago))
    return begun


def state_of(platform: Platform, work: Processing) -> str:
    return jobs.states(platform, [work.workflow_id])[work.workflow_id]


def look_for_the_dead(platform: Platform) -> None:
    worker._take_over_the_dead(platform, "worker-here-0")


def test_what_a_dead_worker_had_begun_is_queued_again(
    platform: Platform, dead: Processing
) -> None:
    look_for_the_dead(platform)

    assert state_of(platform, dead) == "ENQUEUED"
    assert not leases.of_the_dead(platform, "me")


def test_a_database_that_is_away_while_taking_over_is_asked_again(
    platform: Platform, dead: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(jobs, "take_over", fail)
        look_for_the_dead(platform)
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=-5))  # a minute later

    look_for_the_dead(platform)

    assert state_of(platform, dead) == "ENQUEUED"


def fail(*_: object) -> int:
    raise OSError("the database of jobs is locked")


def test_one_who_cannot_be_taken_over_does_not_stand_before_the_others(
    platform: Platform, dead: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases.miss(platform, ["worker-bad-0"])
    take_over = jobs.take_over
    monkeypatch.setattr(
        jobs,
        "take_over",
        lambda platform, name: (fail if "bad" in name else take_over)(platform, name),
    )

    look_for_the_dead(platform)

    assert state_of(platform, dead) == "ENQUEUED"


def test_whoever_died_without_a_lease_is_missed(
    platform: Platform, begun: Processing
) -> None:
    resuming.miss_the_lost(platform)
    look_for_the_dead(platform)

    assert state_of(platform, begun) == "ENQUEUED"


def test_whoever_is_at_work_is_not_missed(
    platform: Platform, begun: Processing
) -> None:
    leases.beat(platform, DEAD)

    resuming.miss_the_lost(platform)
    look_for_the_dead(platform)

    assert state_of(platform, begun) == "PENDING"
