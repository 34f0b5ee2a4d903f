"""The only place that starts a program: with limits, a watchdog, and an end.

Programs die with us. Linux can promise that (PR_SET_PDEATHSIG), but the promise is
tied to the thread that started the program, so all of them start on one thread that
lives as long as we do. `setpriv` makes the promise for us before it becomes the
program: nothing of ours runs between fork and exec.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from media_pipeline.errors import ProgramFailed, ProgramKilled, ProgramStalled

STALL_SECONDS = 30.0
HOUR_SECONDS = 3600.0
KEPT_LOG_CHARACTERS = 1_000_000

# 255 is how ffmpeg answers a polite signal.
_KILLED = {-signal.SIGKILL, -signal.SIGTERM, 255}
_LAUNCHER = ThreadPoolExecutor(1, thread_name_prefix="launcher")
_SETPRIV = shutil.which("setpriv")

Progress = Callable[[float], None]  # seconds of the recording that are done

_STOP: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


@dataclass(frozen=True, slots=True)
class Limits:
    """When to give up on a program."""

    total_seconds: float = 2 * HOUR_SECONDS
    stall_seconds: float = STALL_SECONDS

    @classmethod
    def for_duration(cls, seconds: float) -> "Limits":
        """A minute, and four times as long as the recording plays; a day at most."""
        return cls(total_seconds=min(60 + 4 * seconds, 24 * HOUR_SECONDS))


@dataclass(frozen=True, slots=True)
class Finished:
    """What a program left behind."""

    log: str  # stderr
    output: bytes  # stdout, unless it told progress there


def run(
    args: list[str],
    *,
    limits: Limits | None = None,
    on_progress: Progress | None = None,
    cwd: Path | None = None,
    stop: threading.Event | None = None,
    reads: Sequence[Path] = (),
    writes: Path | None = None,
) -> Finished:
    """Run a program to its end.

    With `on_progress`, the program is an ffmpeg that was told `-progress pipe:1`; it
    is ended when `out_time` stands still for `limits.stall_seconds`. `reads` are the
    files that it may read, `writes` is the one folder where it may write.
    Raises `ProgramFailed` or `ProgramStalled`.
    """
    child = _Child(args, limits or Limits(), on_progress, cwd, stop or _STOP.get())
    return child.run_to_end()


@contextlib.contextmanager
def stoppable(stop: threading.Event) -> Iterator[None]:
    """Inside, every program that this thread runs ends as soon as `stop` is set."""
    token = _STOP.set(stop)
    try:
        yield
    finally:
        _STOP.reset(token)


class _Child:
    def __init__(
        self,
        args: list[str],
        limits: Limits,
        on_progress: Progress | None,
        cwd: Path | None,
        stop: threading.Event | None,
    ) -> None:
        self._args = args
        self._limits = limits
        self._on_progress = on_progress
        self._stop = stop
        self._moved_at = time.monotonic()
        self._log = bytearray()
        self._output = bytearray()
        self._process = _LAUNCHER.submit(_start, args, cwd).result()

    def run_to_end(self) -> Finished:
        with self._readers():
            self._wait()
        log = self._log.decode(errors="replace")
        if status := self._process.returncode:
            failure = ProgramKilled if status in _KILLED else ProgramFailed
            raise failure(
                "A media program stopped with an error.",
                cause=f"{self._args[0]} ended with {status}: "
                + " / ".join(log.strip().splitlines()[-3:]),
            )
        return Finished(log=log, output=bytes(self._output))

    @contextlib.contextmanager
    def _readers(self) -> Iterator[None]:
        stdout, stderr = self._process.stdout, self._process.stderr
        assert stdout is not None  # noqa: S101 (we asked for pipes)
        assert stderr is not None  # noqa: S101
        reading = self._read_progress if self._on_progress else self._read_output
        threads = [
            threading.Thread(target=reading, args=(stdout,)),
            threading.Thread(target=self._read_log, args=(stderr,)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._end()
            for thread in threads:
                thread.join()
            stdout.close()
            stderr.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + self._limits.total_seconds
        while True:
            now = time.monotonic()
            if self._stop is not None and self._stop.is_set():
                raise ProgramStalled("The work was stopped.")
            if now > deadline:
                raise ProgramStalled("A media program took too long.")
            stalled = now - self._moved_at > self._limits.stall_seconds
            if self._on_progress and stalled:
                raise ProgramStalled("A media program stopped making progress.")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=0.2)
                return

    def _end(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _read_log(self, stream: IO[bytes]) -> None:
        while block := os.read(stream.fileno(), 65536):
            self._log += block
            del self._log[:-KEPT_LOG_CHARACTERS]

    def _read_output(self, stream: IO[bytes]) -> None:
        while block := os.read(stream.fileno(), 65536):
            self._output += block

    def _read_progress(self, stream: IO[bytes]) -> None:
        furthest = -1
        for line in stream:
            name, _, value = line.partition(b"=")
            if name != b"out_time_us" or not value.strip().lstrip(b"-").isdigit():
                continue
            microseconds = int(value)
            if microseconds > furthest:
                furthest, self._moved_at = microseconds, time.monotonic()
                if self._on_progress:
                    self._on_progress(max(0.0, microseconds / 1e6))


def _start(args: list[str], cwd: Path | None) -> subprocess.Popen[bytes]:
    dies_with_us = [_SETPRIV, "--pdeathsig", "KILL", "--"] if _SETPRIV else []
    try:
        return subprocess.Popen(
            dies_with_us + args,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as error:
        raise ProgramFailed("A media program is missing.", cause=str(error)) from error
