import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from app.actions import leases
from app.actions.leases import beat, claim, is_anybody_working, leave, of_the_dead
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


def dead_to(platform: Platform, me: str) -> list[str]:
    return [lease.executor_id for lease in of_the_dead(platform, me)]


def is_taken_over(platform: Platform, dead: Lease) -> bool:
    with claim(platform, dead) as is_ours:
        return is_ours


def move_to(platform: Platform, tmp_path: Path) -> Platform:
    """The same database, seen from a machine with a data folder of its own."""
    elsewhere = platform.settings.model_copy(update={"data_dir": tmp_path / "there"})
    return replace(platform, settings=elsewhere)


def test_whoever_beats_is_alive(platform: Platform) -> None:
    beat(platform, "worker-far-0")

    assert is_anybody_working(platform)
    assert dead_to(platform, "me") == []


def test_who_has_not_been_seen_for_a_minute_is_taken_over_once(
    platform: Platform,
) -> None:
    seen(platform, "worker-far-0", LONG_AGO)

    (dead,) = of_the_dead(platform, "me")

    assert is_taken_over(platform, dead)
    assert not is_taken_over(platform, dead)
    assert dead_to(platform, "me") == []


def test_of_two_who_ask_at_once_one_takes_over(platform: Platform) -> None:
    seen(platform, "worker-far-0", LONG_AGO)
    told, also_told = (of_the_dead(platform, who)[0] for who in ("me", "you"))

    with claim(platform, told) as is_mine:
        assert is_mine
        assert not is_taken_over(platform, also_told)
        assert dead_to(platform, "you") == []


def test_who_comes_to_nothing_while_taking_over_leaves_it_to_others(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(platform, "worker-far-0", LONG_AGO)
    (dead,) = of_the_dead(platform, "me")

    with pytest.raises(OSError, match="away"), claim(platform, dead):
        raise OSError("the database of jobs is away")

    assert dead_to(platform, "you") == []
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=-5))  # a minute later
    assert dead_to(platform, "you") == ["worker-far-0"]


def test_who_was_alive_after_all_keeps_the_lease(platform: Platform) -> None:
    seen(platform, "worker-far-0", LONG_AGO)
    (dead,) = of_the_dead(platform, "me")
    beat(platform, "worker-far-0")

    assert not is_taken_over(platform, dead)
    assert is_anybody_working(platform)


def test_who_is_missed_counts_as_dead_unless_there_is_a_lease(
    platform: Platform,
) -> None:
    beat(platform, "worker-far-0")

    leases.miss(platform, ["worker-far-0", "worker-lost-0"])

    assert dead_to(platform, "me") == ["worker-lost-0"]


def test_nobody_takes_over_from_themselves(platform: Platform) -> None:
    seen(platform, "me", LONG_AGO)

    assert dead_to(platform, "me") == []


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


def test_machines_of_one_name_do_not_share_their_places(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "vm")

    with (
        leases.worker_identity(platform) as here,
        leases.worker_identity(move_to(platform, tmp_path)) as there,
    ):
        assert here != there
        assert dead_to(platform, here) == []


def test_a_data_folder_keeps_its_places_when_its_host_has_another_name(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for host in ("one", "another"):
        monkeypatch.setattr(socket, "gethostname", lambda host=host: host)
        with leases.worker_identity(platform) as name:
            names.append(name)

    assert names[0] == names[1]


def test_who_is_alive_elsewhere_is_no_concern_of_our_locks(platform: Platform) -> None:
    with leases.worker_identity(platform) as me:
        _, machine, _ = me.split("-")
        for name in (f"worker-{machine}-2-0", f"worker-far-{machine}-0", "worker"):
            beat(platform, name)

        assert dead_to(platform, me) == []


def test_a_foreground_worker_leaves_no_file_behind(platform: Platform) -> None:
    with leases.foreground_identity(platform):
        pass

    left = (platform.settings.data_dir / "run").iterdir()
    assert [file.name for file in left] == ["machine"]


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
        assert dead_to(platform, "me") == []
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

        assert dead_to(platform, "me") == [name]


def test_nobody_takes_the_place_of_a_dead_worker_while_it_is_taken_over(
    platform: Platform,
) -> None:
    with sleeper(platform) as (process, name):
        process.kill()
        process.wait()
    (dead,) = of_the_dead(platform, "me")

    with claim(platform, dead) as is_ours, leases.worker_identity(platform) as other:
        assert is_ours
        assert other != name
        assert not is_taken_over(platform, dead)


def test_the_clock_is_that_of_the_database(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)

    beat(platform, "worker-far-0")

    with platform.database.reading() as session:
        lease = session.get_one(Lease, "worker-far-0")
    assert abs(now() - lease.seen_at) < timedelta(seconds=5)
