"""Durable work: its workflows, and the worker in which they run."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from dbos import DBOS, DBOSConfig
from dbos import error as dbos_error

from app.jobs.door import APPLICATION, address_of, client, prepare
from app.jobs.queueing import QUICK, VERSION, take_over
from app.platform import Platform

POLL_SECONDS = 0.25
TRIES = 3
LISTEN, GO_ON, GIVE_UP = "listen", "go on", "give up"


class Interrupted(BaseException):
    """The worker stops in the middle of a step: it was neither done nor did it fail."""


class TryAgain(Exception):
    """A step has failed, and may do better after a pause."""


class Work(Protocol):
    """What a worker can do."""

    @property
    def check_steps(self) -> Sequence[str]:
        """Until it is known what there is to do."""

    @property
    def first_steps(self) -> Sequence[str]:
        """Until an episode can be heard and seen, in their order."""

    @property
    def last_steps(self) -> Sequence[str]:
        """When all of its chunks are there."""

    def make(self, step: str, work_id: str, episode_id: str, revision: int) -> bool:
        """Take one step of making an episode; False when there is nothing more."""

    def queue_chunks(self, work_id: str, episode_id: str, revision: int) -> bool:
        """Ask for every chunk that is missing; False when none is."""

    def encode(self, work_id: str, episode_id: str, revision: int, number: int) -> bool:
        """Make a chunk; False when nobody waits for it any more."""

    def queue_finish(self, work_id: str, episode_id: str, revision: int) -> None:
        """Ask for the end of the work if nothing else is missing."""

    def give_up(self, work_id: str, episode_id: str, revision: int) -> None:
        """Leave the episode to a person, after the last try."""

    def retag(self, work_id: str, episode_id: str) -> None:
        """Write the words of an episode into its sound."""

    def transcribe(self, step: str, work_id: str, episode_id: str) -> None:
        """Listen to a part and write it down; go on after it; or give up."""

    def redo(self, work_id: str, episode_id: str, form: str) -> bool:
        """Make one form of an episode anew; False when nobody needs it, or can."""


@contextmanager
def working(
    platform: Platform, work: Work, executor_id: str, queues: dict[str, int]
) -> Iterator[None]:
    """Run DBOS in this process: `queues` says how many jobs of each at once."""
    global _work
    prepare(platform)
    # What we left when we died comes first: DBOS might begin something else before.
    take_over(platform, executor_id)
    _register(platform, queues)
    _work = work
    here = DBOS(config=_config(platform, executor_id))
    DBOS.listen_queues(list(queues))
    DBOS.launch()
    _keep_to(here, queues)
    try:
        yield
    finally:
        DBOS.destroy()
        _work = None


_work: Work | None = None


@DBOS.workflow(name="process_episode")
def _process_episode(episode_id: str, revision: int) -> None:
    work, names = _at_work(), (DBOS.workflow_id or "", episode_id, revision)
    with _giving_up(*names):
        if not _took(work.check_steps, *names):
            return
        # Before the sound: whoever has nothing to do may begin with them.
        in_chunks = DBOS.run_step(_patiently("queue chunks"), work.queue_chunks, *names)
        if not _took(work.first_steps, *names):
            return
        if in_chunks:
            DBOS.run_step(_patiently("queue finish"), work.queue_finish, *names)
        else:
            _took(work.last_steps, *names)


@DBOS.workflow(name="encode_chunk")
def _encode_chunk(work_id: str, episode_id: str, revision: int, number: int) -> None:
    work, names = _at_work(), (work_id, episode_id, revision)
    with _giving_up(*names):
        if DBOS.run_step(_patiently("chunk"), work.encode, *names, number):
            DBOS.run_step(_patiently("queue finish"), work.queue_finish, *names)


@DBOS.workflow(name="finish_episode")
def _finish_episode(work_id: str, episode_id: str, revision: int) -> None:
    names = (work_id, episode_id, revision)
    with _giving_up(*names):
        _took(_at_work().last_steps, *names)


@DBOS.workflow(name="retag_episode")
def _retag_episode(episode_id: str) -> None:
    names = (DBOS.workflow_id or "", episode_id)
    DBOS.run_step(_patiently("retag"), _at_work().retag, *names)


@DBOS.workflow(name="redo_rendition")
def _redo_rendition(episode_id: str, form: str) -> bool:
    names = (DBOS.workflow_id or "", episode_id, form)
    return DBOS.run_step(_patiently("redo"), _at_work().redo, *names)


@DBOS.workflow(name="transcribe_episode")
def _transcribe_episode(work_id: str, episode_id: str) -> None:
    transcribe = _at_work().transcribe
    try:
        for step in (LISTEN, GO_ON):
            DBOS.run_step(_patiently(step), transcribe, step, work_id, episode_id)
    except dbos_error.DBOSMaxStepRetriesExceeded:
        DBOS.run_step({"name": GIVE_UP}, transcribe, GIVE_UP, work_id, episode_id)


def _at_work() -> Work:
    if _work is None:
        raise RuntimeError("workflows run inside `working` only")
    return _work


def _took(steps: Sequence[str], work_id: str, episode_id: str, revision: int) -> bool:
    make, names = _at_work().make, (work_id, episode_id, revision)
    return all(DBOS.run_step(_patiently(step), make, step, *names) for step in steps)


@contextmanager
def _giving_up(work_id: str, episode_id: str, revision: int) -> Iterator[None]:
    try:
        yield
    except dbos_error.DBOSMaxStepRetriesExceeded:
        give_up = _at_work().give_up
        DBOS.run_step({"name": "give_up"}, give_up, work_id, episode_id, revision)


def _patiently(step: str) -> Any:
    return {
        "name": step,
        "retries_allowed": True,
        "max_attempts": TRIES,
        "interval_seconds": 0.0,  # the step itself pauses: DBOS could not be stopped
    }


def _register(platform: Platform, queues: dict[str, int]) -> None:
    # Before the launch: DBOS looks for new queues no more than once a second.
    with client(platform) as door:
        for name, at_once in queues.items():
            door.register_queue(
                name,
                worker_concurrency=at_once,
                global_concurrency=1 if name == QUICK else None,
                polling_interval_sec=POLL_SECONDS,
                on_conflict="always_update",
            )


def _keep_to(here: DBOS, places: dict[str, int]) -> None:
    # A queue is a row that all workers share, so the places in it are those of
    # whoever came last. A small machine beside a large one must keep to its own.
    known: Any = here._sys_db
    look_up = known.get_queue

    def our_own(name: str, **options: Any) -> Any:
        queue = look_up(name, **options)
        if queue and name in places:
            queue._worker_concurrency = places[name]
        return queue

    known.get_queue = our_own


def _config(platform: Platform, executor_id: str) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": address_of(platform),
        "executor_id": executor_id,
        "application_version": VERSION,
        "log_level": "ERROR",
        "enable_otlp": False,
        "notification_listener_polling_interval_sec": 0.1,  # how long its end takes
    }
