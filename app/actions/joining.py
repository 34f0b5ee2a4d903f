"""One upload made of several that were sent side by side."""

import re
from contextlib import ExitStack

from app.actions import uploading
from app.actions.upload_file import BLOCK, appending, held
from app.actions.uploading import Plan
from app.errors import BadRequest
from app.models import Upload
from app.platform import Platform

MOST_PARTS = 32
FINAL = "final;"
_ID = re.compile(r"[0-9a-f]{32}")


def join(platform: Platform, plan: Plan) -> Upload:
    """Put whole parts together in the order that `plan.concat` names them."""
    parts = _parts(platform, plan)
    total = sum(part.length or 0 for part in parts)
    uploading.insist_on_size(platform, total)
    joined = uploading.begin(platform, plan)
    try:
        _fill(platform, joined, parts, total)
    except BaseException:
        uploading.end(platform, joined)
        raise
    uploading.settle(platform, joined.id)
    for part in parts:
        uploading.end(platform, part)
    return joined


def _parts(platform: Platform, plan: Plan) -> list[Upload]:
    names = [address.rpartition("/")[2] for address in _addresses(plan.concat)]
    if not names or len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise BadRequest(f"Between 1 and {MOST_PARTS} different parts can be joined.")
    with platform.database.reading() as session:
        parts = [uploading.find(session, plan.user_id, name) for name in names]
    for part in parts:
        if part.concat != uploading.PARTIAL or part.finished_at is None:
            raise BadRequest("Only whole partial uploads can be joined.")
    return parts


def _addresses(concat: str) -> list[str]:
    addresses = concat.removeprefix(FINAL).split()
    if not all(_ID.fullmatch(a.rpartition("/")[2]) for a in addresses):
        raise BadRequest("The parts to be joined cannot be found.")
    return addresses


def _fill(platform: Platform, joined: Upload, parts: list[Upload], total: int) -> None:
    target = uploading.path_of(platform, joined.id)
    reserve = platform.settings.free_disk_reserve_bytes
    with ExitStack() as stack:
        end = stack.enter_context(appending(target, limit=total, reserve=reserve))
        for part in parts:
            path = uploading.path_of(platform, part.id)
            stack.enter_context(held(path))
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    end.write(block)
        end.keep()
    with platform.database.session() as session:
        session.get_one(Upload, joined.id).length = total
