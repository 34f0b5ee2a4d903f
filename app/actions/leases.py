"""Who works, and who has stopped without saying so."""

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from app.database import UtcDateTime
from app.errors import NotReady
from app.models import Lease
from app.platform import Platform
from media_pipeline.programs import sandbox

BEAT_SECONDS = 15.0
LEASE = timedelta(seconds=60)
MOST_WORKERS = 64  # on one machine


@contextmanager
def worker_identity(platform: Platform) -> Iterator[str]:
    """The first free place on this machine: the same after every restart."""
    for place in range(MOST_WORKERS):
        name = f"worker-{_machine(platform)}-{place}"
        held = _lock(platform, name)
        if held is not None:
            with _held(platform, name, held):
                yield name
            return
    raise NotReady("There are too many workers on this machine.")


@contextmanager
def foreground_identity(platform: Platform) -> Iterator[str]:
    """A worker for one job, at the command line."""
    # No process number: containers that share a data folder count from one, each.
    name = f"cli-{_machine(platform)}-{secrets.token_hex(6)}"
    held = _lock(platform, name)
    if held is None:
        raise NotReady("This process already works.")
    with _held(platform, name, held):
        yield name
    _lock_file(platform, name).unlink(missing_ok=True)


def beat(platform: Platform, executor_id: str) -> None:
    """Say that we are alive, by the clock of the database."""
    with platform.database.session() as session:
        seen, wall = _clock(session), sandbox.kind()
        session.merge(Lease(executor_id=executor_id, seen_at=seen, sandbox=wall))


def of_the_dead(platform: Platform, executor_id: str) -> list[Lease]:
    """What workers that live no more have left, but for this one's own."""
    with platform.database.reading() as session:
        others = select(Lease).where(Lease.executor_id != executor_id)
        limit = _clock(session) - LEASE
        return [
            lease
            for lease in session.scalars(others)
            if lease.seen_at < limit or _has_left_this_machine(platform, lease)
        ]


@contextmanager
def claim(platform: Platform, dead: Lease) -> Iterator[bool]:
    """Whether we, of all who ask, are the one who may take over from a dead worker.

    Its lease goes when that is done. Until then it is renewed for us: if we come to
    nothing, it runs out once more, and others try.
    """
    held = _lock_of(platform, dead)
    try:
        claimed_at = _renewed_for_us(platform, dead, is_gone=held is not None)
        yield claimed_at is not None
        if claimed_at is not None:
            _end(platform, dead.executor_id, claimed_at)
    finally:
        if held is not None:
            os.close(held)


def miss(platform: Platform, executor_ids: Iterable[str]) -> None:
    """Let the leases of those who have none run out, so that others take over."""
    with platform.database.session() as session:
        known = {*session.scalars(select(Lease.executor_id))}
        long_ago = _clock(session) - 2 * LEASE
        for executor_id in {*executor_ids} - known:
            session.add(Lease(executor_id=executor_id, seen_at=long_ago))


def leave(platform: Platform, executor_id: str) -> None:
    """Say that we stop, so that nobody waits for us."""
    with platform.database.session() as session:
        session.execute(delete(Lease).where(Lease.executor_id == executor_id))


def is_anybody_working(platform: Platform, but: str = "") -> bool:
    """Whether a worker, but for this one, has said lately that it is alive."""
    with platform.database.session() as session:
        alive = select(Lease).where(
            Lease.seen_at >= _clock(session) - LEASE, Lease.executor_id != but
        )
        return session.scalars(alive.limit(1)).first() is not None


def _clock(session: Session) -> datetime:
    clock: Select[datetime]
    clock = select(func.current_timestamp(type_=UtcDateTime()))
    return session.execute(clock).scalar_one()


def _has_left_this_machine(platform: Platform, lease: Lease) -> bool:
    # The lock of a worker ends with it, so here nobody needs to wait for the lease.
    held = _lock_of(platform, lease)
    if held is not None:
        os.close(held)
    return held is not None


def _lock_of(platform: Platform, lease: Lease) -> int | None:
    is_ours = lease.executor_id.split("-")[1:-1] == [_machine(platform)]
    return _lock(platform, lease.executor_id) if is_ours else None


def _renewed_for_us(
    platform: Platform, dead: Lease, *, is_gone: bool
) -> datetime | None:
    # Of all who have seen the same lease, the database lets one change it.
    with platform.database.session() as session:
        moment = _clock(session)
        if not is_gone and dead.seen_at >= moment - LEASE:
            return None  # it was gone when we looked, and somebody has its lock now
        unchanged = Lease.executor_id == dead.executor_id, Lease.seen_at == dead.seen_at
        ours = update(Lease).where(*unchanged).values(seen_at=moment)
        return session.scalar(ours.returning(Lease.seen_at))


def _end(platform: Platform, executor_id: str, seen_at: datetime) -> None:
    # Unless it was alive after all, and has said so meanwhile.
    with platform.database.session() as session:
        ours = Lease.executor_id == executor_id, Lease.seen_at == seen_at
        session.execute(delete(Lease).where(*ours))


@contextmanager
def _held(platform: Platform, name: str, held: int) -> Iterator[None]:
    beat(platform, name)
    try:
        yield
    finally:
        os.close(held)


def _lock(platform: Platform, name: str) -> int | None:
    file = _lock_file(platform, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    held = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    return held


def _lock_file(platform: Platform, name: str) -> Path:
    return _run_dir(platform) / f"{name}.lock"


def _machine(platform: Platform) -> str:
    # Host names are given twice, and a container gets another one each time: so the
    # data folder has a name of its own. Whoever links it first wins, all read the same.
    file = _run_dir(platform) / "machine"
    if not file.exists():
        name = secrets.token_hex(6)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"machine.{name}.tmp")
        fresh.write_text(name)
        with suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    return file.read_text()


def _run_dir(platform: Platform) -> Path:
    return platform.settings.data_dir / "run"
