"""Runs a program to its end: behind the wall, with limits and a watchdog."""

import contextlib
import math
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from media_pipeline.errors import CouldNotStart, ProgramStalled
from media_pipeline.programs import sandbox
from media_pipeline.programs.endings import failure_of
from media_pipeline.programs.launcher import NOT_STARTED, Started, start
from media_pipeline.programs.reach import Reach
from media_pipeline.programs.resources import ENCODING_MEMORY, Resources

STALL_SECONDS = 30.0
HOUR_SECONDS = 3600.0
KEPT_LOG_CHARACTERS = 1_000_000
KEPT_OUTPUT_BYTES = 64_000_000

_LONGEST_LINE = 1000  # bytes, of what is told about progress
_LOOK_MILLISECONDS = 200  # how often we look whether to give up
_WRITTEN_PER_SECOND = 4_000_000  # bytes: far more than any encoder of ours writes
_MOVED_PER_SECOND = 10_000_000  # bytes: by a slow disk that others use too
_HOME = Path(__file__).parents[2]  # where Python finds our modules

Progress = Callable[[float], None]  # seconds of the recording that are done

_STOP: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


@dataclass(frozen=True, slots=True)
class Limits:
    """When to give up on a program."""

    total_seconds: float = 2 * HOUR_SECONDS
    stall_seconds: float = STALL_SECONDS
    memory_bytes: int = ENCODING_MEMORY
    cpu_seconds: float | None = None  # None: as many as all cores have in that time

    @classmethod
    def for_duration(
        cls, seconds: float, memory_bytes: int = ENCODING_MEMORY
    ) -> "Limits":
        """A minute, and four times as long as the recording plays; a day at most."""
        total = min(60 + 4 * seconds, 24 * HOUR_SECONDS)
        return cls(total_seconds=total, memory_bytes=memory_bytes)

    def with_a_rewrite(self, size: int) -> "Limits":
        """With time in which so many bytes are moved and nothing is told.

        `+faststart` does that: the finished file is shifted, to put its index first.
        """
        moved = size / _MOVED_PER_SECOND
        return replace(self, stall_seconds=self.stall_seconds + moved)

    @property
    def resources(self) -> Resources:
        """What the kernel shall hold the program to."""
        cores = os.cpu_count() or 1
        return Resources(
            memory_bytes=self.memory_bytes,
            cpu_seconds=math.ceil(self.cpu_seconds or cores * self.total_seconds),
            file_bytes=math.ceil(_WRITTEN_PER_SECOND * self.total_seconds),
        )


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

    `reads` are the files and folders that it may read, `writes` is the one folder where
    it may write, and where it begins if `cwd` does not say. A program with neither is
    trusted: it is shown no bytes from outside, and no wall is built around it.
    With `on_progress`, the program tells how far it is, as ffmpeg does that was told
    `-progress pipe:1`; it is ended when `out_time` stands still for
    `limits.stall_seconds`.
    Raises `ProgramFailed` or `ProgramStalled`, or `MachineFailed` where no program
    and no recording is to blame.
    """
    limits = limits or Limits()
    reach = Reach.of(tuple(reads), writes)
    command = args
    if reads or writes:
        command = sandbox.confined(args, reach, limits.resources)
    started = start(command, cwd or reach.writes)
    child = _Child(args[0], started, limits, on_progress, stop or _STOP.get())
    return child.run_to_end()


def run_child(
    words: Sequence[str],
    *,
    limits: Limits,
    reads: Sequence[Path],
    writes: Path | None = None,
    on_progress: Progress | None = None,
) -> Finished:
    """Run a module of ours in a process of its own, which may be killed.

    `words` are what Python is told: `-m`, the module, and what the module is told.
    """
    return run(
        [sys.executable, *words],
        limits=limits,
        on_progress=on_progress,
        cwd=_HOME,
        reads=reads,
        writes=writes,
    )


def nobody(done: float) -> None:
    """For `on_progress`: nobody waits for it, but the watchdog looks on."""


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
        name: str,
        process: Started,
        limits: Limits,
        on_progress: Progress | None,
        stop: threading.Event | None,
    ) -> None:
        self._name = name
        self._process = process
        self._limits = limits
        self._on_progress = on_progress
        self._stop = stop
        self._moved_at = time.monotonic()
        self._log = bytearray()
        self._output = bytearray()

    def run_to_end(self) -> Finished:
        with self._readers():
            self._wait()
        log = self._log.decode(errors="replace")
        if status := self._process.returncode:
            raise failure_of(self._name, status, log, bytes(self._output))
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
        try:
            _begin(threads)
            yield
        finally:
            self._end()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
            stdout.close()
            stderr.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + self._limits.total_seconds
        with _watched(self._process.pid) as ended:
            # Looked at first: even a quick program is not begun once we must stop.
            self._give_up_after(deadline)
            while not ended.poll(_LOOK_MILLISECONDS):
                self._give_up_after(deadline)

    def _give_up_after(self, deadline: float) -> None:
        now = time.monotonic()
        if self._stop is not None and self._stop.is_set():
            raise ProgramStalled("The work was stopped.")
        if now > deadline:
            raise ProgramStalled("A media program took too long.")
        stalled = now - self._moved_at > self._limits.stall_seconds
        if self._on_progress and stalled:
            raise ProgramStalled("A media program stopped making progress.")

    def _end(self) -> None:
        # Until we have waited for it, its number is its own: this ends what it left
        # behind too, and nobody else.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _read_log(self, stream: IO[bytes]) -> None:
        while block := os.read(stream.fileno(), 65536):
            self._log += block
            del self._log[:-KEPT_LOG_CHARACTERS]

    def _read_output(self, stream: IO[bytes]) -> None:
        while block := os.read(stream.fileno(), 65536):
            room = KEPT_OUTPUT_BYTES - len(self._output)
            self._output += block[:room]

    def _read_progress(self, stream: IO[bytes]) -> None:
        furthest = -1
        while line := stream.readline(_LONGEST_LINE):
            name, _, value = line.partition(b"=")
            if name != b"out_time_us" or not value.strip().lstrip(b"-").isdigit():
                continue
            microseconds = int(value)
            if microseconds > furthest:
                furthest, self._moved_at = microseconds, time.monotonic()
                if self._on_progress:
                    self._on_progress(max(0.0, microseconds / 1e6))


def _begin(threads: list[threading.Thread]) -> None:
    try:
        for thread in threads:
            thread.start()
    except RuntimeError as error:  # to the kernel, a thread is one more process
        raise CouldNotStart(NOT_STARTED, cause=str(error)) from error


@contextlib.contextmanager
def _watched(pid: int) -> Iterator[select.poll]:
    watcher = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(watcher, select.POLLIN)
        yield poll
    finally:
        os.close(watcher)
