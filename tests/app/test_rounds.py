"""What a worker looks after beside its work: nothing urgent waits for what is slow."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest

from app import worker
from app.actions import (
    announcing,
    arriving,
    feed_objects,
    feed_review,
    leases,
    moving_on,
    tagging,
    tidying,
)
from app.platform import Platform
from tests.app.workers import PATIENCE_SECONDS, until

SLOW = [
    (moving_on, "carry_on"),
    (feed_objects, "carry"),
    (announcing, "announce_due"),
    (arriving, "sweep"),
    (tagging, "renew_all_tags"),
    (tidying, "sweep_replaced"),
    (tidying, "sweep_storage"),
    (feed_review, "review_due"),
]


@contextmanager
def rounds(platform: Platform, stopping: threading.Event) -> Iterator[None]:
    names = (platform, "worker-here-0", stopping)
    walker = threading.Thread(target=worker._look_after, args=names)
    walker.start()
    try:
        yield
    finally:
        stopping.set()
        walker.join()


@pytest.mark.parametrize(("module", "duty"), SLOW)
def test_the_dead_are_taken_over_however_slow_another_duty_is(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, module: ModuleType, duty: str
) -> None:
    has_begun, stopping = threading.Event(), threading.Event()

    def take_long(*_: object) -> None:
        has_begun.set()
        stopping.wait(PATIENCE_SECONDS)

    monkeypatch.setattr(module, duty, take_long)
    for pause in ("BEAT_SECONDS", "MINUTE"):
        monkeypatch.setattr(worker, pause, 0.05)

    with rounds(platform, stopping):
        assert has_begun.wait(PATIENCE_SECONDS)
        leases.miss(platform, ["worker-far-0"])
        until(lambda: not leases.of_the_dead(platform, "me"), "somebody who looks")
