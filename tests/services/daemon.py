"""A program that outlives us: started once, found again, ended only if it is ours."""

import contextlib
import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".services"


class Unavailable(Exception):
    """A service cannot be had on this machine, and why."""


@dataclass(frozen=True)
class Daemon:
    """One background program, known by a file with its process id."""

    name: str
    folder: Path

    def start(self, command: list[str], env: dict[str, str] | None = None) -> None:
        """Start it in a session of its own, so that it stays when we go."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                env=os.environ | (env or {}),
            )
        self._facts.write_text(json.dumps([process.pid, _born(process.pid)]))
        # It is no child that anybody waits for: Python need not warn about that.
        process.returncode = 0

    def is_running(self) -> bool:
        """Whether it lives, and is the one that was started here."""
        return self._pid() is not None

    def stop(self, seconds: float = 20) -> None:
        """End it: politely, then not."""
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            if (pid := self._pid()) is None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal_number)
            with contextlib.suppress(Unavailable):
                wait_until(lambda: not self.is_running(), seconds, f"{self.name} ends")
        self._facts.unlink(missing_ok=True)

    @property
    def log(self) -> Path:
        """Everything it says."""
        return self.folder / f"{self.name}.log"

    @property
    def _facts(self) -> Path:
        return self.folder / f"{self.name}.pid"

    def _pid(self) -> int | None:
        # A number alone could by now be somebody else's.
        try:
            pid, born = json.loads(self._facts.read_text())
        except (OSError, ValueError):
            return None
        return pid if _born(pid) == born else None


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Only one process at a time starts or stops this service."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def wait_until(is_so: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait, or raise `Unavailable`."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise Unavailable(f"waited {seconds:.0f} s for: {what}")
        time.sleep(0.1)


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody uses."""
    for _ in range(100):
        # Below the range from which the system takes ports for clients.
        first = random.randrange(20000, 29000)  # noqa: S311
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise Unavailable("no free ports")


def run(command: list[str], env: dict[str, str] | None = None) -> str:
    """Run a program to its end, and give back what it printed."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | (env or {}),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(str(error)) from error
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines() or [
            "no reason given"
        ]
        raise Unavailable(f"{Path(command[0]).name}: {reason[-1]}")
    return done.stdout


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _born(pid: int) -> str | None:
    # Field 22 counts clock ticks since boot; the name before it may hold blanks.
    try:
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if facts[0] == "Z" else facts[19]
