"""Makes episodes: runs the durable workflows, and stops without losing anything."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TypeVar

import structlog

from app import jobs, places
from app.actions import (
    announcing,
    arriving,
    crash,
    faults,
    feed_objects,
    feed_review,
    leases,
    leaving,
    live,
    moving_on,
    publication,
    renewing,
    resuming,
    tagging,
    tidying,
    transcribing,
)
from app.actions.leases import BEAT_SECONDS
from app.database import now
from app.hands import Hands
from app.models import Lease, Processing
from app.platform import Platform
from media_pipeline import sandbox
from media_pipeline.ffmpeg_program import use_ffmpeg

LOOK_SECONDS = 0.25  # how often somebody who waits at the terminal hears from us
SETTLE_SECONDS = 5.0
LET_GO_SECONDS = 2.0
FINISHED_KEPT = timedelta(days=7)
ROUNDS_A_MINUTE = round(60 / BEAT_SECONDS)
ROUNDS_A_DAY = 24 * 60 * ROUNDS_A_MINUTE

T = TypeVar("T")

log = structlog.get_logger(__name__)


def run_worker(platform: Platform, queues: Sequence[str] | None = None) -> None:
    """Work until SIGTERM or Ctrl-C. What is unfinished then, others may finish."""
    use_ffmpeg(platform.settings.ffmpeg)
    sandbox.required()
    stopping = _stop_signal()
    with (
        leases.worker_identity(platform) as me,
        _at_work(platform, me, jobs.MEDIA, _places(queues or jobs.QUEUES)),
        _beside("mover", lambda ends: moving_on.carry_on(platform, ends)),
        _beside("carrier", lambda ends: feed_objects.carry(platform, ends)),
        _beside("announcer", lambda ends: announcing.announce_due(platform, ends)),
    ):
        log.info("worker started", executor=me)
        if sentence := transcribing.obstacle(platform):
            log.warning("no transcripts", cause=sentence)
        _make_rounds(platform, me, stopping)
    log.info("worker stopped", executor=me)


def run_here(
    platform: Platform, waiting: Processing, on_change: Callable[[Processing], None]
) -> Processing:
    """Make one episode in this process, and wait until it is made.

    If a worker has begun it already, only wait.
    """
    use_ffmpeg(platform.settings.ffmpeg)
    sandbox.required()
    with (
        leases.foreground_identity(platform) as me,
        _at_work(platform, me, me, {me: 1}),
    ):
        return _watch(platform, me, waiting, on_change)


@contextmanager
def _at_work(
    platform: Platform, me: str, queue: str, places: dict[str, int]
) -> Iterator[None]:
    hands = Hands(platform, me, queue)
    with _heart(platform, me):
        with jobs.working(platform, hands, me, places):
            try:
                yield
            finally:
                hands.let_go()
        jobs.take_over(platform, me)
    leases.leave(platform, me)


@contextmanager
def _heart(platform: Platform, me: str) -> Iterator[None]:
    still = threading.Event()

    def keep_beating() -> None:
        while not still.wait(BEAT_SECONDS):
            _try(leases.beat, platform, me)

    heart = threading.Thread(target=keep_beating, name="heart", daemon=True)
    heart.start()
    try:
        yield
    finally:
        still.set()
        heart.join()


@contextmanager
def _beside(name: str, duty: Callable[[Callable[[], bool]], object]) -> Iterator[None]:
    """What others answer to is slow: the rounds do not wait for it."""
    still = threading.Event()

    def go_round() -> None:
        while not still.wait(BEAT_SECONDS):
            _try(duty, still.is_set)

    walker = threading.Thread(target=go_round, name=name, daemon=True)
    walker.start()
    try:
        yield
    finally:
        still.set()
        walker.join(LET_GO_SECONDS)  # what it was doing, another one does again


def _make_rounds(platform: Platform, me: str, stopping: threading.Event) -> None:
    rounds = 0
    while True:
        _try(_take_over_the_dead, platform, me)
        _try(publication.publish_due, platform)
        _try(resuming.resume_due, platform)
        _try(transcribing.resume_due, platform)
        if rounds % ROUNDS_A_MINUTE == 0:
            _sweep(platform)
        if rounds % ROUNDS_A_DAY == ROUNDS_A_MINUTE:  # not at once: start quickly
            _try(tidying.sweep_storage, platform)
            _try(feed_review.review_due, platform)
        rounds += 1
        if stopping.wait(BEAT_SECONDS):
            return


def _take_over_the_dead(platform: Platform, me: str) -> None:
    for lease in leases.of_the_dead(platform, me):
        _try(_take_over, platform, lease)


def _take_over(platform: Platform, dead: Lease) -> None:
    with leases.claim(platform, dead) as is_ours:
        if is_ours:
            crash.point("claimed")
            count = jobs.take_over(platform, dead.executor_id)
            crash.point("taken over")
            log.info("took over from", executor=dead.executor_id, jobs=count)


def _sweep(platform: Platform) -> None:
    _try(resuming.miss_the_lost, platform)
    _try(resuming.sweep, platform)
    _try(transcribing.sweep, platform)
    _try(arriving.sweep, platform)
    _try(tagging.renew_all_tags, platform)
    _try(renewing.sweep, platform)
    _try(leaving.sweep, platform)
    _try(live.sweep, platform)
    _try(tidying.sweep_replaced, platform)
    _try(tidying.sweep_scratch, platform)
    _try(jobs.forget_finished, platform, (now() - FINISHED_KEPT).isoformat())


def _try(duty: Callable[..., object], *arguments: object) -> None:
    # The database may be busy, the storage away: the next round tries again.
    try:
        duty(*arguments)
    except Exception as error:
        name = f"{duty.__module__}.{duty.__name__}"
        log.error("a duty failed", duty=name, exc_info=error)


def _watch(
    platform: Platform,
    me: str,
    waiting: Processing,
    on_change: Callable[[Processing], None],
) -> Processing:
    look_again_at = 0.0
    current = waiting
    while not current.is_over:
        if time.monotonic() > look_again_at:
            _try(_take_over_the_dead, platform, me)
            _try(resuming.resume_due, platform)
            look_again_at = time.monotonic() + BEAT_SECONDS
        _try(jobs.bring_here, platform, waiting.workflow_id, me)
        time.sleep(LOOK_SECONDS)
        with suppress(*faults.DATABASE_AWAY):
            current = _look(platform, waiting)
        on_change(current)
    _let_it_settle(platform, current.workflow_id)
    return current


def _look(platform: Platform, waiting: Processing) -> Processing:
    with platform.database.reading() as session:
        return session.get_one(Processing, waiting.id)


def _let_it_settle(platform: Platform, workflow_id: str) -> None:
    # The row is told a moment before DBOS writes down that the last step is done.
    deadline = time.monotonic() + SETTLE_SECONDS
    ids = [workflow_id, jobs.finish_id(workflow_id)]
    while time.monotonic() < deadline:
        if all(state in jobs.OVER for state in jobs.states(platform, ids).values()):
            return
        time.sleep(LOOK_SECONDS / 5)


def _places(queues: Sequence[str]) -> dict[str, int]:
    films = places.for_films(places.cores(), places.memory())
    return {queue: films if queue == jobs.MEDIA else 1 for queue in queues}


def _stop_signal() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
