"""Work that is only written down: what a worker was asked to do, and in which order."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app import jobs
from app.models import Processing
from app.platform import Platform

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

    def retag(self, work_id: str, episode_id: str) -> None:
        self.done.append(f"retag {episode_id}")

    def transcribe(self, step: str, work_id: str, episode_id: str) -> None:
        self._do(f"{step} {episode_id}")

    def redo(self, work_id: str, episode_id: str, form: str) -> bool:
        return self._do(f"redo {form}")


@contextmanager
def working(platform: Platform, script: Script, name: str = "one") -> Iterator[None]:
    with jobs.working(platform, script, name, EVERYTHING):
        yield


def wait_until_over(platform: Platform, workflow_id: str) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        state = jobs.states(platform, [workflow_id]).get(workflow_id, "")
        if state in jobs.OVER:
            return state
        time.sleep(0.05)
    raise AssertionError(f"{workflow_id} is still {state}")
