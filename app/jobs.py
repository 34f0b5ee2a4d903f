"""The door to DBOS: durable work, each piece under one name. Nobody else opens it.

Anybody may enqueue; only a worker launches DBOS and does the work. What the work is
lies above us, in `actions`, so the worker hands it in.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions
from dbos import error as dbos_error
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.database import now
from app.errors import Conflict, NotFound
from app.models import Episode, Processing, ProcessingState
from app.platform import Platform

# Fixed: DBOS would call every edit of the code a new version, and leave the jobs of
# the old one lying. A workflow that changes its steps gets a new name instead.
VERSION = "1"
APPLICATION = "commoncast"
MEDIA, QUICK = QUEUES = ("media", "quick")
QUEUE_OF = {"process_episode": MEDIA, "retag_episode": QUICK}
POLL_SECONDS = 0.25

TRIES = 3

OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

log = structlog.get_logger(__name__)


class Interrupted(BaseException):
    """The worker stops in the middle of a step: it was neither done nor did it fail."""


class TryAgain(Exception):
    """A step has failed, and may do better after a pause."""


class Work(Protocol):
    """What a worker can do."""

    @property
    def steps(self) -> Sequence[str]:
        """Their names, in their order."""

    def make(self, step: str, workflow_id: str, episode_id: str, revision: int) -> bool:
        """Take one step of making an episode; False when there is nothing more."""

    def give_up(self, workflow_id: str, episode_id: str, revision: int) -> None:
        """Leave the episode to a person, after the last try."""

    def retag(self, episode_id: str) -> None:
        """Write the words of an episode into its sound."""


def enqueue_processing(platform: Platform, processing: Processing) -> None:
    """Ask for an episode to be made. Asking twice is asking once."""
    arguments = (processing.episode_id, processing.revision)
    _enqueue(platform, "process_episode", processing.workflow_id, *arguments)


def enqueue_retagging(platform: Platform, episode_id: str, edition: str) -> None:
    """Ask for new tags. `edition` tells one set of words from another."""
    workflow_id = f"retag-{episode_id}-{edition}"
    _enqueue(platform, "retag_episode", workflow_id, episode_id)


def cancel(platform: Platform, workflow_id: str) -> None:
    """Take no further step of it. The one that runs is left to its own end."""
    with client(platform) as door:
        door.cancel_workflow(workflow_id)


def retry(platform: Platform, episode_id: str) -> Processing:
    """A person's button: try once more what has failed."""
    with platform.database.session() as session:
        episode = session.get(Episode, episode_id)
        processing = episode.processing if episode else None
        if processing is None:
            raise NotFound("This episode does not exist.")
        if processing.state != ProcessingState.FAILED:
            raise Conflict("Only what has failed can be tried again.")
        processing.round += 1
        processing.state, processing.starts = ProcessingState.QUEUED, 0
        processing.sentence, processing.cause = "", ""
        processing.changed_at, processing.finished_at = now(), None
    enqueue_processing(platform, processing)
    return processing


def states(platform: Platform, workflow_ids: Iterable[str]) -> dict[str, str]:
    """What DBOS knows about these workflows; those it does not know are left out."""
    wanted = list(workflow_ids)
    if not wanted:
        return {}
    with client(platform) as door:
        found = door.list_workflows(
            workflow_ids=wanted, load_input=False, load_output=False
        )
    return {workflow.workflow_id: workflow.status for workflow in found}


def take_over(platform: Platform, executor_id: str) -> int:
    """Queue again what a dead worker has left; how many workflows that were."""
    with client(platform) as door:
        left = door.list_workflows(
            executor_id=executor_id, status="PENDING", load_input=False
        )
        # A foreground worker has a queue of its own, which dies with it.
        left += door.list_workflows(
            queue_name=executor_id, status="ENQUEUED", load_input=False
        )
        for workflow in left:
            queue = QUEUE_OF.get(workflow.name, MEDIA)
            door.resume_workflow(workflow.workflow_id, queue_name=queue)
        if door.retrieve_queue(executor_id):
            door.delete_queue(executor_id)
    return len(left)


def bring_here(platform: Platform, workflow_id: str, queue: str) -> None:
    """Move a workflow that nobody has begun to a queue of our own."""
    with client(platform) as door:
        waiting = door.list_workflows(workflow_ids=[workflow_id], status="ENQUEUED")
        if waiting:
            door.resume_workflow(workflow_id, queue_name=queue)


def forget_finished(platform: Platform, before: str) -> None:
    """Sweep workflows that were over before this moment (ISO 8601)."""
    with client(platform) as door:
        over = door.list_workflows(
            status=OVER, completed_before=before, load_input=False, load_output=False
        )
        if over:
            door.delete_workflows([workflow.workflow_id for workflow in over])


def prepare(platform: Platform) -> None:
    """Make the tables of DBOS, or bring them up to date."""
    address = make_url(_address(platform))
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(address.database)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    DBOS.migrate(_address(platform))
    _prepared.add(_address(platform))


@contextmanager
def working(
    platform: Platform, work: Work, executor_id: str, queues: dict[str, int]
) -> Iterator[None]:
    """Run DBOS in this process: `queues` says how many jobs of each at once."""
    global _work
    prepare(platform)
    _register(platform, queues)
    _work = work
    DBOS(config=_config(platform, executor_id))
    DBOS.listen_queues(list(queues))
    DBOS.launch()
    try:
        yield
    finally:
        DBOS.destroy()
        _work = None


@contextmanager
def client(platform: Platform) -> Iterator[DBOSClient]:
    """A door for those who only ask."""
    if _address(platform) not in _prepared:
        prepare(platform)
    door = DBOSClient(
        system_database_url=_address(platform),
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
    )
    try:
        yield door
    finally:
        door.destroy()


_work: Work | None = None
_prepared: set[str] = set()  # addresses whose tables are there


@DBOS.workflow(name="process_episode")
def _process_episode(episode_id: str, revision: int) -> None:
    work, workflow_id = _at_work(), DBOS.workflow_id or ""
    arguments = (workflow_id, episode_id, revision)
    try:
        for step in work.steps:
            if not DBOS.run_step(_patiently(step), work.make, step, *arguments):
                return
    except dbos_error.DBOSMaxStepRetriesExceeded:
        DBOS.run_step({"name": "give_up"}, work.give_up, *arguments)


@DBOS.workflow(name="retag_episode")
def _retag_episode(episode_id: str) -> None:
    DBOS.run_step(_patiently("retag"), _at_work().retag, episode_id)


def _at_work() -> Work:
    if _work is None:
        raise RuntimeError("workflows run inside `working` only")
    return _work


def _patiently(step: str) -> Any:
    return {
        "name": step,
        "retries_allowed": True,
        "max_attempts": TRIES,
        "interval_seconds": 0.0,  # the step itself pauses: DBOS could not be stopped
    }


def _enqueue(
    platform: Platform, name: str, workflow_id: str, *arguments: object
) -> None:
    options: EnqueueOptions = {
        "workflow_name": name,
        "queue_name": QUEUE_OF[name],
        "workflow_id": workflow_id,
        "app_version": VERSION,
    }
    try:
        with client(platform) as door:
            door.enqueue(options, *arguments)
    except SQLAlchemyError as error:
        # The row stands: the sweep of a worker enqueues it.
        log.warning("not enqueued yet", workflow=workflow_id, cause=str(error))


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


def _config(platform: Platform, executor_id: str) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_url": _address(platform),
        "executor_id": executor_id,
        "application_version": VERSION,
        "log_level": "ERROR",
        "enable_otlp": False,
        "notification_listener_polling_interval_sec": 0.1,  # how long its end takes
    }


def _address(platform: Platform) -> str:
    return platform.settings.jobs_database
