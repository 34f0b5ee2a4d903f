import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from media_pipeline.errors import CouldNotStart, ProgramFailed, ProgramStalled
from media_pipeline.programs.process import Limits, run

QUICK = Limits(total_seconds=1)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_alive(pid)


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def test_what_a_program_writes_comes_back() -> None:
    finished = run(shell("echo out; echo log >&2"))

    assert (finished.output, finished.log) == (b"out\n", "log\n")


def test_a_program_sees_nothing_of_our_environment() -> None:
    finished = run(shell("env"))

    names = {line.split(b"=")[0] for line in finished.output.splitlines()}
    assert names <= {b"PATH", b"LC_ALL", b"PWD", b"_", b"SHLVL", b"OLDPWD"}


def test_programs_are_batch_work_and_who_starts_them_is_not() -> None:
    asked = "import os; print(os.sched_getscheduler(0))"

    finished = run([sys.executable, "-c", asked])

    assert int(finished.output) == os.SCHED_BATCH
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_what_a_program_wrote_before_its_error_is_known() -> None:
    with pytest.raises(ProgramFailed) as failed:
        run(shell("echo so far; exit 3"))

    assert failed.value.output == b"so far\n"


def test_an_error_of_a_program_keeps_its_last_words_for_the_log() -> None:
    with pytest.raises(ProgramFailed, match="disk on fire"):
        run(shell("echo disk on fire >&2; exit 3"))


def test_a_missing_program_is_told() -> None:
    with pytest.raises(CouldNotStart):
        run(["/nonexistent/ffmpeg"])


def test_a_program_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ProgramStalled, match="too long"):
        run(["sleep", "60"], limits=QUICK)


def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    with pytest.raises(ProgramStalled):
        run(shell(f"sleep 60 & echo $! > {note}; wait"), limits=QUICK)

    assert wait_until_gone(int(note.read_text()))


def test_progress_is_told_as_seconds_of_the_recording() -> None:
    told: list[float] = []

    run(shell("echo out_time_us=1500000; echo speed=2x"), on_progress=told.append)

    assert told == [1.5]


def test_a_program_without_progress_is_ended_long_before_its_time() -> None:
    limits = Limits(total_seconds=60, stall_seconds=0.5)

    with pytest.raises(ProgramStalled, match="stopped making progress"):
        run(shell("sleep 60"), limits=limits, on_progress=lambda _: None)


def test_saying_the_same_again_is_no_progress() -> None:
    script = "while :; do echo out_time_us=7; sleep 0.1; done"
    limits = Limits(total_seconds=60, stall_seconds=0.5)

    with pytest.raises(ProgramStalled):
        run(shell(script), limits=limits, on_progress=lambda _: None)


def test_somebody_else_may_stop_a_program() -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()

    with pytest.raises(ProgramStalled, match="stopped"):
        run(["sleep", "60"], stop=stop)


def test_a_log_without_end_does_not_fill_the_memory() -> None:
    finished = run(shell("head -c 3000000 /dev/zero | tr '\\0' x >&2"))

    assert len(finished.log) == 1_000_000


def test_programs_die_with_us_even_when_we_are_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"echo $$ > {note}; exec sleep 60"
    code = (
        "from media_pipeline.programs.process import run; "
        f"run(['/bin/sh','-c',{script!r}])"
    )
    us = subprocess.Popen([sys.executable, "-c", code])
    while not note.exists() or not note.read_text().strip():
        time.sleep(0.05)

    os.kill(us.pid, signal.SIGKILL)
    us.wait()

    assert wait_until_gone(int(note.read_text()))
