"""What work has come to, for those who asked for it."""

from collections.abc import Iterable
from typing import Any

from app.jobs.queueing import client
from app.platform import Platform


def outputs(platform: Platform, workflow_ids: Iterable[str]) -> dict[str, Any]:
    """What these workflows have come to, those that ended well."""
    wanted = list(workflow_ids)
    if not wanted:
        return {}
    with client(platform) as door:
        found = door.list_workflows(
            workflow_ids=wanted, status="SUCCESS", load_input=False
        )
    return {workflow.workflow_id: workflow.output for workflow in found}
