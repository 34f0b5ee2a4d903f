import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from media_pipeline.errors import (
    NoSandbox,
    ProgramFailed,
    ProgramKilled,
    ProgramStalled,
)
from media_pipeline.programs import bubblewrap, landlock, sandbox
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import Limits, run
from media_pipeline.programs.reach import Reach
from media_pipeline.programs.resources import MEBIBYTE
from media_pipeline.programs.sandbox import Sandbox
from tests.media_pipeline.walls import WALLS, programs_saying

SOCKETS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
WAIT = "echo $$ > note; exec sleep 61"


@pytest.fixture(params=WALLS)
def wall(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Every wall that this machine can build, one after the other."""
    with sandbox.forced(request.param):
        yield request.param


@pytest.fixture
def given(tmp_path: Path) -> Path:
    file = tmp_path / "given" / "100 % it's.wav"
    file.parent.mkdir()
    file.write_text("what was given")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "to fill"
    folder.mkdir()
    return folder


def shell(script: str, *args: object) -> list[str]:
    return ["/bin/bash", "-c", script, *map(str, args)]


def test_a_program_reads_what_it_was_given(wall: Sandbox, given: Path) -> None:
    assert run(["cat", str(given)], reads=[given]).output == b"what was given"


def test_it_reads_nothing_that_lies_beside_it(wall: Sandbox, given: Path) -> None:
    secret = given.with_name("secret")
    secret.write_text("a secret")

    with pytest.raises(ProgramFailed):
        run(["cat", str(secret)], reads=[given])


@pytest.mark.parametrize(
    "path", ["/etc/passwd", __file__, "/proc/1/environ", "/proc/self/environ"]
)
def test_nor_anything_else_of_this_machine(
    wall: Sandbox, given: Path, path: str
) -> None:
    with pytest.raises(ProgramFailed):
        run(["cat", path], reads=[given])


def test_it_writes_where_it_may_and_begins_there(
    wall: Sandbox, given: Path, folder: Path
) -> None:
    script = 'cat "$0" > "$1" && mkdir sub && mv copy sub/moved'

    run(shell(script, given, folder / "copy"), reads=[given], writes=folder)

    assert (folder / "sub" / "moved").read_text() == "what was given"


def test_it_writes_nowhere_else(wall: Sandbox, given: Path, folder: Path) -> None:
    for place in (given, given.parent, folder.parent, Path.home(), "/usr", "/dev"):
        with pytest.raises(ProgramFailed):
            run(shell('echo bad >> "$0/new" || echo bad >> "$0"', place), reads=[given])

    assert given.read_text() == "what was given"


def test_it_may_not_run_what_it_has_written(wall: Sandbox, folder: Path) -> None:
    if wall is Sandbox.BUBBLEWRAP:  # there, it would run in the same closed world
        return

    with pytest.raises(ProgramFailed, match="denied"):
        run(shell("cp /bin/true mine && ./mine"), writes=folder)


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_it_reaches_nobody(wall: Sandbox, given: Path, kind: str) -> None:
    with socket.socket(type=SOCKETS[kind]) as listener:
        listener.setblocking(False)
        listener.bind(("127.0.0.1", 0))
        if kind == "tcp":
            listener.listen()
        port = listener.getsockname()[1]

        with contextlib.suppress(ProgramFailed):
            run(shell(f"echo hello > /dev/{kind}/127.0.0.1/{port}"), reads=[given])

        assert not select.select([listener], [], [], 0)[0]


def test_it_learns_nothing_of_our_environment(wall: Sandbox, given: Path) -> None:
    lines = run(["env"], reads=[given]).output.splitlines()

    assert {line.split(b"=")[0] for line in lines} <= {b"PATH", b"LC_ALL", b"PWD"}


def test_it_cannot_take_more_memory_than_it_may(wall: Sandbox, given: Path) -> None:
    limits = Limits(memory_bytes=64 * MEBIBYTE)

    with pytest.raises(ProgramFailed, match="memory"):
        run(shell("yes | head -c 300M | tail -c 200M"), limits=limits, reads=[given])


def test_a_program_that_computes_too_much_is_itself_to_blame(
    wall: Sandbox, given: Path
) -> None:
    endless = shell("while :; do :; done")

    with pytest.raises(ProgramFailed) as ended:
        run(endless, limits=Limits(cpu_seconds=1), reads=[given])

    assert ended.type is ProgramFailed


def test_a_program_that_somebody_kills_is_not(wall: Sandbox, given: Path) -> None:
    with pytest.raises(ProgramKilled):
        run(shell("kill -KILL $$"), reads=[given])


def test_no_file_grows_without_end(wall: Sandbox, folder: Path) -> None:
    with pytest.raises(ProgramFailed):
        run(shell("yes > large"), limits=Limits(total_seconds=5), writes=folder)

    assert (folder / "large").stat().st_size == 20_000_000


def test_a_program_that_hangs_is_ended_with_all_it_started(
    wall: Sandbox, folder: Path
) -> None:
    script = "sleep 61 & kill -STOP $$"
    limits = Limits(stall_seconds=0.5)

    with pytest.raises(ProgramStalled):
        run(shell(script), limits=limits, writes=folder, on_progress=lambda _: None)

    assert programs_saying(str(folder)) == programs_saying("sleep\x0061") == []


def test_what_a_program_leaves_behind_ends_with_it(wall: Sandbox, folder: Path) -> None:
    run(shell("sleep 62 &"), writes=folder)

    assert programs_saying("sleep\x0062") == []


def test_programs_die_with_us_when_we_are_killed(wall: Sandbox, folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from media_pipeline.programs.process import run\n"
        "from media_pipeline.programs.sandbox import Sandbox, forced\n"
        f"with forced(Sandbox({wall.value!r})):\n"
        f"    run(['/bin/sh', '-c', {WAIT!r}], writes=Path({str(folder)!r}))"
    )
    us = subprocess.Popen([sys.executable, "-c", code])
    while not (folder / "note").exists():
        time.sleep(0.05)

    us.send_signal(signal.SIGKILL)
    us.wait()

    deadline = time.monotonic() + 20
    while programs_saying("sleep\x0061") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert programs_saying(str(folder)) == programs_saying("sleep\x0061") == []


def test_ffmpeg_works_behind_every_wall(wall: Sandbox, folder: Path) -> None:
    told: list[float] = []
    film = ["-f", "lavfi", "-i", "testsrc2=duration=1", "-movflags", "+faststart"]
    command = [str(find_ffmpeg().path), "-v", "error", "-progress", "pipe:1"]

    run(
        [*command, *film, f"file:{folder / 'film.mp4'}"],
        writes=folder,
        on_progress=told.append,
    )

    assert told[-1] > 0.9
    assert (folder / "film.mp4").stat().st_size > 1000


def test_under_bubblewrap_names_are_always_the_same(given: Path, folder: Path) -> None:
    reach = Reach.of((given,), folder)

    command = bubblewrap.confined(
        ["x", str(given), f"file:{folder}/100%/a", "/usr"], reach
    )

    assert command[-4:] == ["x", "/in/0", "file:/out/100%/a", "/usr"]


def test_without_a_wall_nothing_is_opened(given: Path) -> None:
    with sandbox.forced(Sandbox.NONE), pytest.raises(NoSandbox, match="bubblewrap"):
        run(["cat", str(given)], reads=[given])


def test_unless_the_keeper_has_allowed_it(
    given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_unsandboxed_allowed", True)

    with sandbox.forced(Sandbox.NONE):
        assert run(["cat", str(given)], reads=[given]).output == b"what was given"


def test_the_best_wall_that_works_is_used() -> None:
    assert sandbox.kind() is WALLS[0]


def test_where_the_kernel_makes_namespaces_bubblewrap_is_used() -> None:
    asked = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--net"]
    made = subprocess.run([*asked, "--fork", "true"], capture_output=True)

    assert sandbox.works(Sandbox.BUBBLEWRAP) == (
        made.returncode == 0 and shutil.which("bwrap") is not None
    )


def test_where_it_does_not_landlock_is() -> None:
    answer = shutil.which("bwrap") and sandbox.works(Sandbox.BUBBLEWRAP)
    inside = ["bwrap", "--unshare-user", "--disable-userns", "--dev-bind", "/", "/"]
    asked = "from media_pipeline.programs import sandbox; print(sandbox.kind())"

    said = subprocess.run(
        [*(inside if answer else []), sys.executable, "-c", asked],
        capture_output=True,
        check=True,
        text=True,
    )

    assert said.stdout.strip() == ("landlock" if landlock.version() else "none")


def test_a_machine_for_tests_can_build_every_wall() -> None:
    if os.environ.get("CI") == "true":
        assert shutil.which("bwrap")

    assert Sandbox.NONE not in WALLS
