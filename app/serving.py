"""One machine, one command: the web, and worker processes that are kept alive.

The web is the process itself; each worker is a child of it. So a worker that dies
cannot take the web along, and a web that dies is noticed by its workers, which then
stop by themselves.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# Spawned, not forked: the child shares neither threads nor database connections. And
# not started as a program either: only the pipeline may do that.
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType

import structlog
import uvicorn

from app.errors import BadSetting
from app.logs import write_logs
from app.platform import Platform
from app.settings import Settings
from app.worker import run_worker
from media_pipeline.errors import MediaError

GRACE_SECONDS = 8.0  # to stop by itself, before it is made to; docker waits 10
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0  # a worker that lived that long starts afresh

log = structlog.get_logger(__name__)


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or Ctrl-C; then stop the workers as well."""
    with _listening(host, port) as listener:
        crew = Crew([Slot(settings, number) for number in range(workers)])
        web = _Web(_web_config(), crew)
        log.info("serving", address=settings.public_url)
        with crew, _quiet_signals():
            web.run(sockets=[listener])


@dataclass(slots=True)
class Slot:
    """The place of one worker process. Never held by two at a time."""

    settings: Settings
    number: int
    process: SpawnProcess | None = None
    started_at: float = 0.0  # monotonic seconds
    next_start_at: float = 0.0
    pause_seconds: float = FIRST_PAUSE_SECONDS

    def tend(self) -> None:
        """Start the worker when there is none; note when it has died."""
        if self.process is None:
            if time.monotonic() >= self.next_start_at:
                self._start()
        elif not self.process.is_alive():
            self._bury(self.process)

    def stop(self) -> None:
        """Ask the worker to stop; it finishes by itself within the grace."""
        if self.process is not None and self.process.is_alive():
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Wait for the end of the worker, and bring it about at `until`."""
        if self.process is None:
            return
        self.process.join(max(0.0, until - time.monotonic()))
        if self.process.is_alive():
            self.process.kill()
            self.process.join()

    def _start(self) -> None:
        self.process = get_context("spawn").Process(
            target=_work,
            args=(self.settings,),
            name=f"worker-{self.number}",
        )
        self.process.start()
        self.started_at = time.monotonic()
        log.info("worker process started", slot=self.number, pid=self.process.pid)

    def _bury(self, process: SpawnProcess) -> None:
        lived = time.monotonic() - self.started_at
        if lived > HEALTHY_AFTER_SECONDS:
            self.pause_seconds = FIRST_PAUSE_SECONDS
        log.warning(
            "worker process ended",
            slot=self.number,
            exit_code=process.exitcode,
            again_in_seconds=self.pause_seconds,
        )
        process.close()
        self.process = None
        self.next_start_at = time.monotonic() + self.pause_seconds
        self.pause_seconds = min(2 * self.pause_seconds, LONGEST_PAUSE_SECONDS)


@dataclass(slots=True)
class Crew:
    """Looks after the slots from a thread of its own."""

    slots: list[Slot]
    _ending: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Crew":
        self._thread = threading.Thread(target=self._tend, name="crew")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()
        if self._thread is not None:
            self._thread.join()

    def dismiss(self) -> None:
        """Let the workers stop. Returns at once."""
        self._ending.set()

    def _tend(self) -> None:
        while not self._ending.wait(0.2):
            for slot in self.slots:
                slot.tend()
        for slot in self.slots:
            slot.stop()
        until = time.monotonic() + GRACE_SECONDS
        for slot in self.slots:
            slot.wait(until)


class _Web(uvicorn.Server):
    """Stops its workers at the same moment as itself, not one after the other."""

    def __init__(self, config: uvicorn.Config, crew: Crew) -> None:
        super().__init__(config)
        self._crew = crew

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._crew.dismiss()
        super().handle_exit(sig, frame)


def _web_config() -> uvicorn.Config:
    return uvicorn.Config(
        "app.main:create_app",
        factory=True,
        # Who watches what is nobody's business: there is no access log.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=round(GRACE_SECONDS),
    )


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise BadSetting(
            f"Nothing can be served at {host}, port {port}: {error}. "
            "Is something running there already? Try another --port.",
        ) from error
    with listener:
        yield listener


@contextmanager
def _quiet_signals() -> Iterator[None]:
    # uvicorn sends itself the signal that stopped it once more, which would end us
    # before the workers have stopped.
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: None) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _work(settings: Settings) -> None:
    threading.Thread(target=_follow_parent, daemon=True).start()
    write_logs()
    platform = Platform.open(settings)
    try:
        run_worker(platform, sharing=settings.workers)
    except MediaError as error:
        # A machine that lacks something lacks it at each start: no trace is needed.
        log.error("no worker here", cause=error.sentence)
        raise SystemExit(1) from error
    finally:
        platform.close()


def _follow_parent() -> None:
    parent = parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
