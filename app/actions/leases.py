"""Who works, and who has stopped without saying so."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from app.database import UtcDateTime
from app.errors import NotReady
from app.models import Lease
from app.platform import Platform
from media_pipeline import sandbox

BEAT_SECONDS = 15.0
LEASE = timedelta(seconds=60)
MOST_WORKERS = 64  # on one machine


@contextmanager
def worker_identity(platform: Platform) -> Iterator[str]:
    """The first free place on this machine: the same after every restart."""
    for place in range(MOST_WORKERS):
        name = f"worker-{socket.gethostname()}-{place}"
        held = _lock(platform, name)
        if held is not None:
            with _held(platform, name, held):
                yield name
            return
    raise NotReady("There are too many workers on this machine.")


@contextmanager
def foreground_identity(platform: Platform) -> Iterator[str]:
    """A worker for one job, at the command line."""
    name = f"cli-{socket.gethostname()}-{os.getpid()}"
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


def claim_the_dead(platform: Platform, executor_id: str) -> list[str]:
    """Workers that live no more. Of all who ask, only one is told of each."""
    with platform.database.session() as session:
        others = select(Lease).where(Lease.executor_id != executor_id)
        limit = _clock(session) - LEASE
        dead = [
            lease.executor_id
            for lease in session.scalars(others)
            if lease.seen_at < limit or _has_left_this_machine(platform, lease)
        ]
        claim = delete(Lease).where(Lease.executor_id.in_(dead))
        return list(session.scalars(claim.returning(Lease.executor_id)))


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
    if f"-{socket.gethostname()}-" not in lease.executor_id:
        return False
    held = _lock(platform, lease.executor_id)
    if held is not None:
        os.close(held)
    return held is not None


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
    return platform.settings.data_dir / "run" / f"{name}.lock"
