"""Who is blamed for a program that ended with an error."""

import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from media_pipeline import pipeline
from media_pipeline.errors import (
    CouldNotStart,
    DiskFull,
    MachineFailed,
    ProgramFailed,
    ProgramKilled,
)
from media_pipeline.pictures.artwork import make_artwork
from media_pipeline.programs import bubblewrap, launcher, sandbox
from media_pipeline.programs.ffmpeg_program import find_ffmpeg, use_ffmpeg
from media_pipeline.programs.process import Limits, nobody, run
from media_pipeline.programs.sandbox import Sandbox
from media_pipeline.recording.probe import probe
from tests.media_pipeline.recordings import record
from tests.media_pipeline.walls import WALLS, programs_saying

ENDLESS = ["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=1920x1080", "-f", "null", "-"]
NO_NAMESPACE = "bwrap: Creating new namespace failed: No space left on device"


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return record(tmp_path / "talk.wav")


@pytest.fixture
def _no_more_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    sandbox.kind()  # is tried once, before there is any trouble
    monkeypatch.setattr(launcher, "Popen", refused)


def shell(script: str) -> list[str]:
    return ["/bin/bash", "-c", script]


@pytest.mark.usefixtures("_no_more_processes")
@pytest.mark.parametrize("look", [probe, lambda file: pipeline.check(file, nobody)])
def test_a_recording_is_not_refused_where_no_program_can_be_started(
    tmp_path: Path, look: Callable[[Path], object]
) -> None:
    (tmp_path / "talk.wav").write_bytes(b"RIFF" + bytes(4) + b"WAVE" + bytes(999))

    with pytest.raises(CouldNotStart):
        look(tmp_path / "talk.wav")


@pytest.mark.usefixtures("_no_more_processes")
def test_nor_is_a_picture(tmp_path: Path) -> None:
    (tmp_path / "cover.png").write_bytes(b"PNG")

    with pytest.raises(CouldNotStart):
        make_artwork(tmp_path / "cover.png", tmp_path)


def test_nor_where_the_wall_cannot_be_built(
    talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = tmp_path / "bwrap"
    wall.write_text(f"#!/bin/sh\necho '{NO_NAMESPACE}' >&2\nexit 1\n")
    wall.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "find", lambda: str(wall))

    with sandbox.forced(Sandbox.BUBBLEWRAP), pytest.raises(CouldNotStart):
        pipeline.check(talk, nobody)


@pytest.mark.parametrize("wall", WALLS)
def test_nor_where_ffmpeg_was_removed_meanwhile(
    talk: Path, tmp_path: Path, wall: Sandbox
) -> None:
    gone = tmp_path / "bin" / "ffmpeg"
    gone.parent.mkdir()
    shutil.copy(find_ffmpeg().path, gone)
    use_ffmpeg(str(gone))
    gone.unlink()
    try:
        with sandbox.forced(wall), pytest.raises(CouldNotStart):
            pipeline.check(talk, nobody)
    finally:
        use_ffmpeg("")


@pytest.mark.parametrize("wall", WALLS)
def test_what_is_to_be_read_and_is_not_there_is_our_fault(
    tmp_path: Path, wall: Sandbox
) -> None:
    with sandbox.forced(wall), pytest.raises(CouldNotStart):
        run(["cat", str(tmp_path / "gone")], reads=[tmp_path / "gone"])


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("x: error while loading shared libraries: liby.so", 127),
        ("Traceback\nModuleNotFoundError: No module named av", 1),
    ],
)
def test_so_is_a_program_of_which_a_part_is_missing(said: str, status: int) -> None:
    with pytest.raises(CouldNotStart):
        run(shell(f"echo '{said}' >&2; exit {status}"))


def test_a_program_that_nobody_can_listen_to_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    run(["true"])  # the thread that starts programs is there from here on
    monkeypatch.setattr(threading.Thread, "start", refused)

    with pytest.raises(CouldNotStart):
        run(["sleep", "63"])

    assert programs_saying("sleep\x0063") == []


def test_what_a_program_says_later_is_no_word_of_the_wall() -> None:
    with pytest.raises(ProgramFailed):
        run(shell("echo 'Input #0' >&2; echo 'bwrap: I am to blame' >&2; exit 1"))


def test_a_full_disk_is_no_fault_of_what_was_read() -> None:
    with pytest.raises(DiskFull):
        run(shell("echo much > /dev/full"))


@pytest.mark.parametrize("level", ["info", "error"])
def test_an_ffmpeg_that_somebody_ends_politely_is_not_to_blame(level: str) -> None:
    ffmpeg = [str(find_ffmpeg().path), "-v", level, *ENDLESS]
    script = '"$@" & sleep 1; kill -TERM $!; wait $!'

    with pytest.raises(ProgramKilled):
        run(["/bin/bash", "-c", script, "-", *ffmpeg])


@pytest.mark.parametrize("wall", WALLS)
def test_an_ffmpeg_that_computes_too_much_is(talk: Path, wall: Sandbox) -> None:
    ffmpeg = [str(find_ffmpeg().path), "-v", "info", *ENDLESS]

    with sandbox.forced(wall), pytest.raises(ProgramFailed, match="signal 24"):
        run(ffmpeg, limits=Limits(cpu_seconds=1), reads=[talk])


@pytest.mark.parametrize("last", ["x: Operation not permitted", "x: Input changed"])
def test_an_ffmpeg_that_was_not_ended_at_all_is(last: str) -> None:
    with pytest.raises(ProgramFailed):
        run(shell(f"echo '{last}' >&2; exit 255"))


def test_a_machine_that_failed_is_never_a_program_that_failed() -> None:
    assert not issubclass(ProgramFailed, MachineFailed)
    assert not issubclass(MachineFailed, ProgramFailed)
