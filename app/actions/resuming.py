"""The net below the work: whatever fell out of the queue is put back into it."""

from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from app import jobs
from app.actions import chunking, crash, leases, processing
from app.database import now
from app.models import Chunk, Processing, ProcessingState
from app.platform import Platform

AGAIN = timedelta(minutes=1)  # whoever takes what is due has this long to queue it

_UNFINISHED = {ProcessingState.QUEUED, ProcessingState.RUNNING}


def sweep(platform: Platform) -> None:
    """Find rows that wait for a workflow which was never queued, or is over."""
    with platform.database.reading() as session:
        of_them = select(Processing).where(Processing.state.in_(_UNFINISHED))
        waiting = list(session.scalars(of_them))
    for row in waiting:
        _look_after(platform, row)


def miss_the_lost(platform: Platform) -> None:
    """Find workflows whose worker is gone, with no lease that could run out."""
    # Whoever works has one from before it begins until all it had is given back.
    leases.miss(platform, jobs.executors(platform))


def resume_due(platform: Platform) -> None:
    """Queue what was laid aside until now."""
    due = [*_claim_episodes(platform), *_claim_chunks(platform)]
    if due:
        crash.point("due claimed")
    for workflow_id, state in jobs.states(platform, due).items():
        if state == "PENDING":
            jobs.resume(platform, workflow_id)
    jobs.resume_laid_aside(platform)


def _claim_episodes(platform: Platform) -> list[str]:
    with platform.database.session() as session:
        due = update(Processing).where(*_due(Processing))
        rows = session.scalars(
            due.values(resume_at=now() + AGAIN).returning(Processing)
        )
        work_ids = [row.workflow_id for row in rows]
    return [name for id in work_ids for name in (id, jobs.finish_id(id))]


def _claim_chunks(platform: Platform) -> list[str]:
    with platform.database.session() as session:
        due = update(Chunk).where(*_due(Chunk)).values(resume_at=now() + AGAIN)
        chunks = session.scalars(due.returning(Chunk)).all()
        works = {c: session.get_one(Processing, c.processing_id) for c in chunks}
        return [
            jobs.chunk_id(work.workflow_id, chunk.number)
            for chunk, work in works.items()
        ]


def _due(table: type[Processing | Chunk]) -> list[ColumnElement[bool]]:
    return [table.resume_at.is_not(None), table.resume_at <= now()]


def _look_after(platform: Platform, row: Processing) -> None:
    work_id = row.workflow_id
    # First what DBOS knows, then what is missing: whoever ends has recorded before.
    known = jobs.states(platform, [work_id, jobs.finish_id(work_id)])
    if work_id not in known:
        jobs.enqueue_processing(platform, row)
    elif known[work_id] != "SUCCESS":
        _insist(platform, row, known[work_id])
    elif jobs.finish_id(work_id) in known:
        _insist(platform, row, known[jobs.finish_id(work_id)])
    else:
        _look_after_chunks(platform, row)


def _look_after_chunks(platform: Platform, row: Processing) -> None:
    names = (row.workflow_id, row.episode_id, row.revision)
    with platform.database.reading() as session:
        plan = chunking.plan_of(session, row.episode_id, row.revision)
    numbers = range(len(plan.chunks) if plan else 0)
    ids = {number: jobs.chunk_id(row.workflow_id, number) for number in numbers}
    known = jobs.states(platform, ids.values())
    with platform.database.reading() as session:
        missing = chunking.missing(session, row.episode_id, row.revision)
    for number in missing:
        if ids[number] not in known:
            jobs.enqueue_chunk(platform, row, number)
        else:
            _insist(platform, row, known[ids[number]])
    if not missing:
        processing.queue_finish(platform, *names, jobs.MEDIA)


def _insist(platform: Platform, row: Processing, state: str) -> None:
    if state in jobs.OVER:
        names = (row.workflow_id, row.episode_id, row.revision)
        processing.give_up(platform, *names)
