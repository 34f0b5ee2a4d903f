"""The work itself, as DBOS calls it by name; and how to let go of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog

from app import jobs
from app.actions import (
    faults,
    leases,
    listening,
    processing,
    redoing,
    room,
    tagging,
    transcribing,
)
from app.actions.headway import PATIENCE, pause_after
from app.platform import Platform
from media_pipeline.pipeline import Step
from media_pipeline.recipes import Form

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Hands:
    """The work itself, of which DBOS only knows the names; and how to let go of it."""

    check_steps = processing.CHECK_STEPS
    first_steps, last_steps = processing.FIRST_STEPS, processing.LAST_STEPS

    def __init__(self, platform: Platform, me: str, queue: str) -> None:
        self._platform = platform
        self._me, self._queue = me, queue
        self._stopping = False
        self._busy: set[threading.Event] = set()
        self._changed = threading.Condition()

    def make(self, step: str, work_id: str, episode_id: str, revision: int) -> bool:
        """Take one step of making an episode."""
        names = (step, work_id, episode_id, revision)
        with self._stoppable() as stop:
            return processing.make(self._platform, *names, stop)

    def queue_chunks(self, work_id: str, episode_id: str, revision: int) -> bool:
        """Ask for the chunks, of others too if there are any."""
        others = leases.is_anybody_working(self._platform, but=self._me)
        queue = jobs.MEDIA if others else self._queue
        return self._patiently(
            processing.queue_chunks, work_id, episode_id, revision, queue
        )

    def encode(self, work_id: str, episode_id: str, revision: int, number: int) -> bool:
        """Make a chunk."""
        names = (Step.CHUNK, work_id, episode_id, revision)
        with self._stoppable() as stop:
            return processing.make(self._platform, *names, stop, number)

    def queue_finish(self, work_id: str, episode_id: str, revision: int) -> None:
        """Ask for the end of the work, if nothing else is missing."""
        names = (work_id, episode_id, revision)
        self._patiently(processing.queue_finish, *names, self._queue)

    def give_up(self, work_id: str, episode_id: str, revision: int) -> None:
        """Leave the episode to a person."""
        self._patiently(processing.give_up, work_id, episode_id, revision)

    def retag(self, work_id: str, episode_id: str) -> None:
        """Write the words of an episode into its sound."""
        self._try_again(work_id, tagging.retag, episode_id)

    def redo(self, work_id: str, episode_id: str, form: str) -> bool:
        """Make one form of an episode anew; False when nobody needs it, or can."""
        return self._try_again(work_id, redoing.redo, episode_id, Form(form))

    def transcribe(self, step: str, work_id: str, episode_id: str) -> None:
        """Let a machine write down what is said, part by part."""
        if step == jobs.LISTEN:
            with self._stoppable() as stop:
                listening.listen(self._platform, work_id, episode_id, stop)
        elif step == jobs.GO_ON:
            self._patiently(listening.go_on, episode_id)
        else:
            self._patiently(transcribing.give_up, work_id, episode_id)

    def let_go(self) -> None:
        """End every program that runs, and begin no other."""
        with self._changed:
            self._stopping = True
            for stop in self._busy:
                stop.set()
            self._changed.wait_for(lambda: not self._busy)

    def _try_again(self, work_id: str, duty: Callable[..., T], *names: object) -> T:
        with self._stoppable() as stop:
            try:
                return faults.while_the_database_is_away(
                    stop, lambda: duty(self._platform, *names, stop)
                )
            except Exception as error:
                if stop.is_set():
                    raise jobs.Interrupted from error
                log.error("a piece of work failed", work=names, exc_info=error)
                if self._lays_aside(work_id, error):
                    raise jobs.Interrupted from error
                raise jobs.TryAgain(repr(error)) from None

    def _lays_aside(self, work_id: str, error: Exception) -> bool:
        scratch = self._platform.settings.scratch_dir
        if not (faults.will_pass(error) or room.was_wanting(error, scratch)):
            return False
        return jobs.lay_aside(self._platform, work_id, pause_after, PATIENCE)

    def _patiently(self, duty: Callable[..., T], *names: object) -> T:
        with self._stoppable() as stop:
            return faults.while_the_database_is_away(
                stop, lambda: duty(self._platform, *names)
            )

    @contextmanager
    def _stoppable(self) -> Iterator[threading.Event]:
        stop = threading.Event()
        with self._changed:
            if self._stopping:
                raise jobs.Interrupted
            self._busy.add(stop)
        try:
            yield stop
        finally:
            with self._changed:
                self._busy.discard(stop)
                self._changed.notify_all()
