"""Work without a row of its own, laid aside until a fault of ours may have passed.

To DBOS it is cancelled meanwhile: so it holds no place, outlives every worker, and can
be resumed. What it carries says since when it waits, and until when.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from app.database import now
from app.jobs.door import client
from app.jobs.queueing import MEDIA
from app.platform import Platform

QUEUE, SINCE, UNTIL = "queue", "since", "until"


def lay_aside(
    platform: Platform,
    workflow_id: str,
    pause_after: Callable[[timedelta], timedelta],
    patience: timedelta,
) -> bool:
    """Try it again later, without holding a place; False when we waited enough."""
    with client(platform) as door:
        found = door.list_workflows(workflow_ids=[workflow_id], load_input=False)[0]
        before: dict[str, Any] = found.attributes or {}
        since = datetime.fromisoformat(before.get(SINCE, now().isoformat()))
        waited = now() - since
        if waited > patience:
            return False
        until = now() + pause_after(waited)
        carried = {SINCE: since.isoformat(), UNTIL: until.isoformat()}
        carried[QUEUE] = found.queue_name or MEDIA
        door.update_workflow_attributes(workflow_id, carried)
        door.cancel_workflow(workflow_id)
    return True


def resume_laid_aside(platform: Platform) -> None:
    """Queue again what was laid aside until now.

    Two who look at once may both do so: then it is made twice, and counts once.
    """
    with client(platform) as door:
        cancelled = door.list_workflows(
            status="CANCELLED", load_input=False, load_output=False
        )
        for workflow in cancelled:
            carried: dict[str, Any] = workflow.attributes or {}
            if carried and datetime.fromisoformat(carried[UNTIL]) <= now():
                queue = carried[QUEUE]
                door.resume_workflow(workflow.workflow_id, queue_name=queue)
