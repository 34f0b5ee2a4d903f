"""Makes episodes: runs the durable workflows, and stops without losing anything."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import NamedTuple, TypeVar

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
from media_pipeline.programs import sandbox
from media_pipeline.programs.ffmpeg_program import use_ffmpeg

LOOK_SECONDS = 0.25  # how often somebody who waits at the terminal hears from us
SETTLE_SECONDS = 5.0
LET_GO_SECONDS = 2.0
FINISHED_KEPT = timedelta(days=7)
MINUTE, DAY = 60.0, 86400.0  # seconds

T = TypeVar("T")

log = structlog.get_logger(__name__)


def run_worker(
    platform: Platform, queues: Sequence[str] | None = None, *, sharing: int = 1
) -> None:
    """Work until SIGTERM or Ctrl-C. What is unfinished then, others may finish.

    `sharing`: how many workers there are for what this machine has, with this one.
    """
    use_ffmpeg(platform.settings.ffmpeg)
    sandbox.required()
    stopping = _stop_signal()
    with (
        leases.worker_identity(platform) as me,
        _at_work(platform, me, jobs.MEDIA, _places(queues or jobs.QUEUES, sharing)),
    ):
        log.info("worker started", executor=me)
        if sentence := transcribing.obstacle(platform):
            log.warning("no transcripts", cause=sentence)
        _look_after(platform, me, stopping)
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


def _look_after(platform: Platform, me: str, stopping: threading.Event) -> None:
    with _beside(platform):
        _make_rounds(platform, me, stopping)


@contextmanager
def _beside(platform: Platform) -> Iterator[None]:
    """What takes its time, each in a thread of its own: the rounds do not wait."""
    still = threading.Event()
    walkers = [
        threading.Thread(target=_walk, args=(still, duty), daemon=True)
        for duty in _slow_duties(platform, still.is_set)
    ]
    for walker in walkers:
        walker.start()
    try:
        yield
    finally:
        still.set()
        deadline = time.monotonic() + LET_GO_SECONDS
        for walker in walkers:  # what it was doing, another one does again
            walker.join(max(0.0, deadline - time.monotonic()))


class _Duty(NamedTuple):
    first_after: float  # seconds
    every: float  # seconds
    do: Callable[..., object]
    arguments: tuple[object, ...]


def _slow_duties(platform: Platform, ends: Callable[[], bool]) -> list[_Duty]:
    beat = BEAT_SECONDS
    return [
        _Duty(beat, beat, moving_on.carry_on, (platform, ends)),
        _Duty(beat, beat, feed_objects.carry, (platform, ends)),
        _Duty(beat, beat, announcing.announce_due, (platform, ends)),
        _Duty(0, MINUTE, arriving.sweep, (platform,)),
        _Duty(0, MINUTE, _sweep, (platform,)),
        _Duty(0, MINUTE, _tidy, (platform,)),
        # Not at once: a worker that starts has better things to do.
        _Duty(MINUTE, DAY, tidying.sweep_storage, (platform,)),
        _Duty(MINUTE, DAY, feed_review.review_due, (platform,)),
    ]


def _walk(still: threading.Event, duty: _Duty) -> None:
    pause = duty.first_after
    while not still.wait(pause):
        _try(duty.do, *duty.arguments)
        pause = duty.every


def _make_rounds(platform: Platform, me: str, stopping: threading.Event) -> None:
    # Somebody waits for each of these: nothing slow may be among them.
    while True:
        _try(_take_over_the_dead, platform, me)
        _try(publication.publish_due, platform)
        _try(resuming.resume_due, platform)
        _try(transcribing.resume_due, platform)
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
    _try(tagging.renew_all_tags, platform)
    _try(renewing.sweep, platform)
    _try(live.sweep, platform)


def _tidy(platform: Platform) -> None:
    _try(leaving.sweep, platform)
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


def _places(queues: Sequence[str], sharing: int) -> dict[str, int]:
    films = places.for_films(places.cores(), places.memory(), sharing)
    return {queue: films if queue == jobs.MEDIA else 1 for queue in queues}


def _stop_signal() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
