import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from subprocess import PIPE, Popen

import pytest

from app.actions import leases
from app.actions.leases import beat, claim_the_dead, is_anybody_working, leave
from app.database import now
from app.models import Lease
from app.platform import Platform

LONG_AGO = timedelta(seconds=90)


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


def seen(platform: Platform, executor_id: str, ago: timedelta) -> None:
    with platform.database.session() as session:
        session.add(Lease(executor_id=executor_id, seen_at=now() - ago))


def test_whoever_beats_is_alive(platform: Platform) -> None:
    beat(platform, "worker-far-0")

    assert is_anybody_working(platform)
    assert claim_the_dead(platform, "me") == []


def test_who_has_not_been_seen_for_a_minute_is_claimed_once(
    platform: Platform,
) -> None:
    seen(platform, "worker-far-0", LONG_AGO)

    assert claim_the_dead(platform, "me") == ["worker-far-0"]
    assert claim_the_dead(platform, "me") == []


def test_nobody_claims_themselves(platform: Platform) -> None:
    seen(platform, "me", LONG_AGO)

    assert claim_the_dead(platform, "me") == []


def test_who_leaves_is_not_waited_for(platform: Platform) -> None:
    beat(platform, "worker-far-0")

    leave(platform, "worker-far-0")

    assert not is_anybody_working(platform)


def test_every_worker_of_a_machine_has_a_place_of_its_own(platform: Platform) -> None:
    with (
        leases.worker_identity(platform) as first,
        leases.worker_identity(platform) as second,
    ):
        assert first.endswith("-0")
        assert second.endswith("-1")


def test_a_place_is_free_again_after_its_worker_has_gone(platform: Platform) -> None:
    with leases.worker_identity(platform) as first:
        pass

    with leases.worker_identity(platform) as again:
        assert again == first


def test_a_foreground_worker_leaves_no_file_behind(platform: Platform) -> None:
    with leases.foreground_identity(platform):
        pass

    assert list((platform.settings.data_dir / "run").iterdir()) == []


_SLEEPER = """
import sys, time
from pathlib import Path
from app.actions import leases
from app.platform import Platform
from app.settings import Settings
settings = Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])
platform = Platform.open(settings)
with leases.worker_identity(platform) as me:
    print(me, flush=True)
    time.sleep(60)
"""


@contextmanager
def sleeper(platform: Platform) -> Iterator[tuple[Popen[bytes], str]]:
    settings = platform.settings
    arguments = [str(settings.data_dir), settings.database_url]
    with Popen([sys.executable, "-c", _SLEEPER, *arguments], stdout=PIPE) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().decode().strip()
        process.kill()


def test_a_worker_killed_on_this_machine_is_noticed_at_once(
    platform: Platform,
) -> None:
    with sleeper(platform) as (process, name):
        assert claim_the_dead(platform, "me") == []
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

        assert claim_the_dead(platform, "me") == [name]


def test_the_clock_is_that_of_the_database(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)

    beat(platform, "worker-far-0")

    with platform.database.reading() as session:
        lease = session.get_one(Lease, "worker-far-0")
    assert abs(now() - lease.seen_at) < timedelta(seconds=5)
