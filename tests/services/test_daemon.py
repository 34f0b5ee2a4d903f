import json
import os
from pathlib import Path

import pytest

from tests.services.daemon import Daemon, Unavailable, free_ports, run, wait_until


def test_a_daemon_is_found_again_and_ended(tmp_path: Path) -> None:
    Daemon("sleeper", tmp_path).start(["sleep", "60"])

    found = Daemon("sleeper", tmp_path)

    assert found.is_running()
    found.stop()
    assert not found.is_running()


def test_one_that_does_not_listen_is_ended_too(tmp_path: Path) -> None:
    stubborn = Daemon("stubborn", tmp_path)
    stubborn.start(["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"])
    wait_until(lambda: stubborn.log.read_text() == "deaf\n", 10, "a deaf program")

    stubborn.stop(seconds=0.3)

    assert not stubborn.is_running()


def test_a_number_that_is_now_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other.pid").write_text(json.dumps([os.getpid(), "long ago"]))

    Daemon("other", tmp_path).stop()  # we are still here

    assert not Daemon("other", tmp_path).is_running()


def test_waiting_has_an_end() -> None:
    with pytest.raises(Unavailable, match="for: Godot"):
        wait_until(lambda: False, 0.1, "Godot")


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(Unavailable, match="sh: no luck"):
        run(["sh", "-c", "echo no luck >&2; exit 3"])


def test_a_program_that_is_missing_says_so() -> None:
    with pytest.raises(Unavailable, match="no-such-program"):
        run(["no-such-program"])


def test_ports_are_free_and_in_a_row() -> None:
    assert 20000 <= free_ports(10) < 29000
