"""The only place that starts a program.

Programs die with us. Linux can promise that (PR_SET_PDEATHSIG), but the promise is
tied to the thread that started the program, so all of them start on one thread that
lives as long as we do. `setpriv` makes the promise for us before it becomes the
program: nothing of ours runs between fork and exec.

They inherit from that thread that they are batch work (sched(7)): who wakes up there
does not push aside who is busy. The many threads of an ffmpeg, which hand each other
small things all the time, end a tenth earlier so.
"""

import contextlib
import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

from media_pipeline.errors import CouldNotStart

Started = Popen[bytes]

NOT_STARTED = "A media program could not be started on this machine."


def _become_batch_work() -> None:
    with contextlib.suppress(OSError):  # it is a wish, which a kernel may deny
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # this thread's


_LAUNCHER = ThreadPoolExecutor(
    1, thread_name_prefix="launcher", initializer=_become_batch_work
)
_SETPRIV = shutil.which("setpriv")


def start(args: list[str], cwd: Path | None = None) -> Started:
    """Start a program in a process group of its own, with nothing of our environment.

    Raises `CouldNotStart`: there is no such program, or the machine has no place left.
    """
    return _LAUNCHER.submit(_start, args, cwd).result()


def answer_of(args: list[str], *, seconds: float) -> bytes | None:
    """What a small program writes; None when it fails, or is not there."""
    try:
        started = start(args)
    except CouldNotStart:
        return None
    try:
        output, _ = started.communicate(timeout=seconds)
    except TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        output, _ = started.communicate()
    return output if started.returncode == 0 else None


def _start(args: list[str], cwd: Path | None) -> Started:
    dies_with_us = [_SETPRIV, "--pdeathsig", "KILL", "--"] if _SETPRIV else []
    try:
        return Popen(
            dies_with_us + args,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            cwd=cwd,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as error:
        raise CouldNotStart(NOT_STARTED, cause=str(error)) from error
