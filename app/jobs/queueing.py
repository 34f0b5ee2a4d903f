"""What waits for a worker: put down under a name of its own, moved, and asked about."""

import time
from collections.abc import Iterable
from typing import Any

import structlog
from dbos import EnqueueOptions, WorkflowStatus
from sqlalchemy.exc import SQLAlchemyError

from app.jobs.door import client
from app.models import Processing, Transcription
from app.platform import Platform

# Fixed: DBOS would call every edit of the code a new version, and leave the jobs of
# the old one lying. A workflow that changes its steps gets a new name instead.
VERSION = "1"
MEDIA, QUICK = QUEUES = ("media", "quick")
# Everybody's first rung and sound come before anybody's second rung; between them,
# words that somebody has mended. Lower is sooner.
SOON, WORDS, LATER, LAST = 1, 3, 5, 9
PLACE_OF = {
    "process_episode": (MEDIA, SOON),
    "encode_chunk": (MEDIA, LATER),
    "finish_episode": (MEDIA, SOON),
    "retag_episode": (QUICK, SOON),
    "transcribe_episode": (MEDIA, LAST),
    "redo_rendition": (MEDIA, WORDS),
}

PAUSES = 0.1, 0.4  # seconds: a sweep is up to a minute away
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
ASIDE = "ASIDE"  # a word of our own: see `aside`

log = structlog.get_logger(__name__)


def enqueue_processing(platform: Platform, processing: Processing) -> None:
    """Ask for an episode to be made. Asking twice is asking once."""
    arguments = (processing.episode_id, processing.revision)
    _enqueue(
        platform,
        "process_episode",
        processing.workflow_id,
        *arguments,
        is_last=processing.again,
    )


def enqueue_chunk(
    platform: Platform, processing: Processing, number: int, queue: str = MEDIA
) -> None:
    """Ask for one chunk of its film."""
    work_id = processing.workflow_id
    arguments = (work_id, processing.episode_id, processing.revision, number)
    _enqueue(
        platform,
        "encode_chunk",
        chunk_id(work_id, number),
        *arguments,
        queue=queue,
        is_last=processing.again,
    )


def enqueue_finish(
    platform: Platform, processing: Processing, queue: str = MEDIA
) -> None:
    """Ask for the chunks to be joined. Whoever records the last one asks."""
    work_id = processing.workflow_id
    arguments = (work_id, processing.episode_id, processing.revision)
    _enqueue(
        platform,
        "finish_episode",
        finish_id(work_id),
        *arguments,
        queue=queue,
        is_last=processing.again,
    )


def enqueue_retagging(platform: Platform, episode_id: str, edition: str) -> None:
    """Ask for new tags. `edition` tells one set of words from another."""
    workflow_id = f"retag-{episode_id}-{edition}"
    _enqueue(platform, "retag_episode", workflow_id, episode_id)


def enqueue_redo(platform: Platform, episode_id: str, form: str, edition: str) -> None:
    """Ask for one form of an episode to be made anew, after everybody else's work.

    It has no row from which a sweep could ask again: so this raises if it cannot.
    """
    _enqueue(
        platform,
        "redo_rendition",
        redo_id(episode_id, form, edition),
        episode_id,
        form,
        is_last=True,
        insists=True,
    )


def enqueue_renewal(
    platform: Platform, episode_id: str, form: str, edition: str, queue: str = MEDIA
) -> None:
    """The same, soon: its words were mended, and nobody shall read the old ones.

    Where this is in vain, the next sweep asks again.
    """
    workflow_id = redo_id(episode_id, form, edition)
    _enqueue(platform, "redo_rendition", workflow_id, episode_id, form, queue=queue)


def redo_id(episode_id: str, form: str, edition: str) -> str:
    """The name of the workflow that makes a form anew. `edition` tells why."""
    return f"redo-{form}-{episode_id}-{edition}"


def enqueue_transcription(platform: Platform, row: Transcription) -> None:
    """Ask for the next part of a transcript."""
    arguments = (row.workflow_id, row.episode_id)
    _enqueue(platform, "transcribe_episode", row.workflow_id, *arguments)


def chunk_id(work_id: str, number: int) -> str:
    """The name of the workflow that makes a chunk."""
    return f"{work_id}-chunk-{number:04}"


def finish_id(work_id: str) -> str:
    """The name of the workflow that joins what was made."""
    return f"{work_id}-finish"


def cancel(platform: Platform, workflow_id: str) -> None:
    """Take no further step of it. The one that runs is left to its own end."""
    with client(platform) as door:
        door.cancel_workflow(workflow_id)


def resume(platform: Platform, workflow_id: str, queue: str = MEDIA) -> None:
    """Queue again what was laid aside; steps that were done stay done."""
    with client(platform) as door:
        door.resume_workflow(workflow_id, queue_name=queue)


def states(platform: Platform, workflow_ids: Iterable[str]) -> dict[str, str]:
    """What DBOS knows about these workflows; those it does not know are left out."""
    found = _known(platform, workflow_ids, load_output=False)
    return {workflow.workflow_id: _state(workflow) for workflow in found}


def outputs(platform: Platform, workflow_ids: Iterable[str]) -> dict[str, Any]:
    """What these workflows have come to, those that ended well."""
    found = _known(platform, workflow_ids, status="SUCCESS")
    return {workflow.workflow_id: workflow.output for workflow in found}


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
            queue, _ = PLACE_OF.get(workflow.name, (MEDIA, LATER))
            door.resume_workflow(workflow.workflow_id, queue_name=queue)
        if door.retrieve_queue(executor_id):
            door.delete_queue(executor_id)
    return len(left)


def executors(platform: Platform) -> set[str]:
    """Everybody who has begun something, or has a queue of their own."""
    with client(platform) as door:
        begun = door.list_workflows(status="PENDING", load_input=False)
        queues = {queue.name for queue in door.list_queues()}
    return {w.executor_id for w in begun if w.executor_id} | (queues - {*QUEUES})


def bring_here(platform: Platform, work_id: str, queue: str) -> None:
    """Move a piece of this work that nobody has begun to a queue of our own.

    One at a time, and only when nothing is in that queue: others may take the rest.
    """
    with client(platform) as door:
        unfinished: Any = {"status": ["ENQUEUED", "PENDING"], "load_input": False}
        if door.list_workflows(queue_name=queue, limit=1, **unfinished):
            return
        waiting = door.list_workflows(
            workflow_id_prefix=work_id,
            queue_name=MEDIA,
            status="ENQUEUED",
            load_input=False,
        )
        ours = [w.workflow_id for w in waiting if _belongs(w.workflow_id, work_id)]
        for workflow_id in ours[:1]:
            door.resume_workflow(workflow_id, queue_name=queue)


def forget_finished(platform: Platform, before: str) -> None:
    """Sweep workflows that were over before this moment (ISO 8601)."""
    with client(platform) as door:
        over = door.list_workflows(
            status=OVER, completed_before=before, load_input=False, load_output=False
        )
        names = [w.workflow_id for w in over if _state(w) != ASIDE]
        if names:
            door.delete_workflows(names)


def _known(
    platform: Platform, workflow_ids: Iterable[str], **which: Any
) -> list[WorkflowStatus]:
    wanted = list(workflow_ids)
    if not wanted:  # to DBOS, that would mean all there are
        return []
    with client(platform) as door:
        return door.list_workflows(workflow_ids=wanted, load_input=False, **which)


def _state(workflow: WorkflowStatus) -> str:
    is_aside = workflow.status == "CANCELLED" and workflow.attributes
    return ASIDE if is_aside else workflow.status


def _belongs(workflow_id: str, work_id: str) -> bool:
    # An id may be the beginning of another: "-r1" of "-r10", and of its next round.
    is_chunk = workflow_id.startswith(f"{work_id}-chunk-")
    return is_chunk or workflow_id in {work_id, finish_id(work_id)}


def _enqueue(
    platform: Platform,
    name: str,
    workflow_id: str,
    *arguments: object,
    queue: str = "",
    is_last: bool = False,
    insists: bool = False,
) -> None:
    usual, priority = PLACE_OF[name]
    options: EnqueueOptions = {
        "workflow_name": name,
        "queue_name": queue or usual,
        "workflow_id": workflow_id,
        "app_version": VERSION,
        "priority": LAST if is_last else priority,
    }
    for pause in (*PAUSES, None):
        try:
            with client(platform) as door:
                door.enqueue(options, *arguments)
            return
        except SQLAlchemyError as error:
            if insists and pause is None:
                raise
            # The row stands: in the end the sweep of a worker enqueues it.
            log.warning("not enqueued yet", workflow=workflow_id, cause=str(error))
        if pause:
            time.sleep(pause)
