"""What Landlock does not hold back by itself, on this kernel and on older ones."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from media_pipeline.programs import landlock
from media_pipeline.programs.reach import needed_by, system_places

HERE = landlock.version()
DEBIAN_12 = 2
PRETENDING = (
    "import sys; from media_pipeline.programs import landlock;"
    "landlock.version = lambda: int(sys.argv[1]); landlock.main(sys.argv[2:])"
)
# How a program would harm a file F or a process P that is none of its business. No
# attack may reach further than that: where it succeeds, it is real.
ON_FILES = [
    "os.chmod(F, 0)",
    "os.chown(F, os.getuid(), os.getgid())",
    "os.lchown(F, os.getuid(), os.getgid())",
    "os.utime(F, (1, 1))",
    "os.utime(F, (1, 1), follow_symlinks=False)",
    "os.setxattr(F, 'user.a', b'b')",
    "os.removexattr(F, 'user.kept')",
    "os.truncate(F, 0)",
    "os.open(F, os.O_RDONLY | os.O_TRUNC)",
    "os.open(F, os.O_ACCMODE | os.O_TRUNC)",
    "os.open(F, os.O_WRONLY | os.O_TRUNC)",
    "call(452, -100, F.encode(), 0, 0)",  # fchmodat2
    "call(437, -100, F.encode(), ctypes.create_string_buffer(24), 24)",  # openat2
]
ON_PROCESSES = [
    "os.kill(P, 9)",
    "os.killpg(P, 9)",
    "signal.pidfd_send_signal(os.pidfd_open(P), 9)",
    "call(200 if IS_INTEL else 130, P, 9)",  # tkill
    "call(234 if IS_INTEL else 131, P, P, 9)",  # tgkill
    "resource.prlimit(P, resource.RLIMIT_CPU, (1, 1))",
    "os.setpriority(os.PRIO_PROCESS, P, 19)",
    "os.setpriority(os.PRIO_PGRP, P, 19)",
    "os.setpriority(os.PRIO_PGRP, 0, 19)",
    "os.sched_setaffinity(P, {0})",
    "os.sched_setscheduler(P, os.SCHED_IDLE, os.sched_param(0))",
]
ATTACK = """
import ctypes, os, platform, resource, signal, sys
IS_INTEL = platform.machine() == "x86_64"
def call(*words):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(*words) < 0:
        raise OSError(ctypes.get_errno(), "refused")
F, P = sys.argv[1], int(sys.argv[2])
try:
    {}
except PermissionError:
    sys.exit("refused")
"""


@pytest.fixture(params=sorted({DEBIAN_12, HERE}))
def known(request: pytest.FixtureRequest) -> int:
    """Which version of Landlock a program is held by."""
    return int(request.param)


@pytest.fixture
def victim() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the same user."""
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        yield process
        process.kill()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "db"
    file.write_text("all that we know")
    return file


def behind(
    known: int, *program: str, reads: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program as if the kernel knew only this version of Landlock."""
    places = [*system_places(), *needed_by(program[0])]
    named = [word for place in places for word in ("-x", str(place))]
    named += ["-r", str(reads)] if reads else []
    command = [sys.executable, "-c", PRETENDING, str(known), *named, "--", *program]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,  # so that its group is nobody else's
    )


@pytest.mark.parametrize("is_given", [False, True])
@pytest.mark.parametrize("attack", ON_FILES)
def test_a_file_is_left_as_it_is(
    known: int,
    file: Path,
    victim: subprocess.Popen[bytes],
    attack: str,
    *,
    is_given: bool,
) -> None:
    before = file.stat()
    code = ATTACK.format(attack)

    told = behind(
        known,
        *(sys.executable, "-c", code, str(file), str(victim.pid)),
        reads=file if is_given else None,
    )

    assert told.stderr.strip() == "refused"
    assert file.stat() == before


@pytest.mark.parametrize("attack", ON_PROCESSES)
def test_nobody_else_is_touched(
    known: int, file: Path, victim: subprocess.Popen[bytes], attack: str
) -> None:
    code = ATTACK.format(attack)

    told = behind(known, sys.executable, "-c", code, str(file), str(victim.pid))

    assert told.stderr.strip() == "refused"
    assert victim.poll() is None


@pytest.mark.parametrize(
    "own",
    [
        "os.abort()",
        "os.kill(os.getpid(), signal.SIGABRT)",
        "signal.pthread_kill(threading.get_ident(), signal.SIGABRT)",
    ],
)
def test_a_program_may_still_end_itself(known: int, own: str) -> None:
    code = f"import os, signal, threading; {own}"

    told = behind(known, sys.executable, "-c", code)

    assert told.returncode == -6


def test_it_may_still_bound_itself_and_give_way(known: int) -> None:
    code = (
        "import os, resource; os.nice(1); os.sched_setaffinity(0, {0});"
        "resource.prlimit(0, resource.RLIMIT_CORE, (0, 0))"
    )

    assert behind(known, sys.executable, "-c", code).returncode == 0


def test_what_could_not_be_built_is_told_by_name() -> None:
    told = behind(HERE, "true", reads=Path("/nothing/here"))

    assert told.returncode == 1
    assert told.stderr.startswith("landlock: ")


def test_every_call_has_one_number_on_each_machine_or_none() -> None:
    calls = [*landlock._REFUSED, *landlock._SIGNALS]
    calls += [numbers for numbers, _ in (*landlock._ON_ITSELF, *landlock._OPENINGS)]

    for numbers in zip(*calls, strict=True):
        known = [number for number in numbers if number]
        assert len(set(known)) == len(known)
