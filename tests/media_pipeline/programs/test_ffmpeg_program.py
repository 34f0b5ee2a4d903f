import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from media_pipeline.errors import NoFfmpeg
from media_pipeline.programs import ffmpeg_program
from media_pipeline.programs.ffmpeg_program import (
    find_ffmpeg,
    hostile_input,
    use_ffmpeg,
)


@pytest.fixture(autouse=True)
def _forget_the_choice() -> Iterator[None]:
    ffmpeg_program._find.cache_clear()
    yield
    use_ffmpeg("")
    ffmpeg_program._find.cache_clear()


def pretend(path: Path, *, version: str, encoders: str = "aac libx264 mjpeg") -> Path:
    listed = "".join(
        f" V..... {name}\\n" for name in f"{encoders} libmp3lame libopus".split()
    )
    path.write_text(
        f'#!/bin/sh\n[ "$1" = -version ] && echo "ffmpeg version {version} Copyright"'
        f' || printf "{listed}"\n'
    )
    path.chmod(0o755)
    return path


def on_path(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(
        shutil, "which", lambda name: str(folder / name) if folder else None
    )


def test_a_newer_ffmpeg_on_the_path_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(tmp_path / "ffmpeg", version="99.1")
    on_path(monkeypatch, tmp_path)

    assert find_ffmpeg().origin == "PATH"
    assert find_ffmpeg().version == (99, 1, 0)


def test_an_older_ffmpeg_on_the_path_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(tmp_path / "ffmpeg", version="4.4.2-0ubuntu0.22.04.1")
    on_path(monkeypatch, tmp_path)

    assert find_ffmpeg().origin == "imageio-ffmpeg"


def test_a_new_ffmpeg_without_our_encoders_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(tmp_path / "ffmpeg", version="n99.0.1", encoders="aac mjpeg")
    on_path(monkeypatch, tmp_path)

    assert find_ffmpeg().origin == "imageio-ffmpeg"


def test_without_any_on_the_path_the_wheel_is_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    assert find_ffmpeg().version >= (9, 0, 0)


def test_the_setting_comes_first_and_is_remembered(tmp_path: Path) -> None:
    old = pretend(tmp_path / "my-ffmpeg", version="5.1.9-0+deb12u1")

    assert use_ffmpeg(str(old)).version == (5, 1, 9)
    assert find_ffmpeg().origin == "setting"


@pytest.mark.parametrize("setting", ["/nonexistent/ffmpeg", "/bin/true"])
def test_a_setting_that_is_no_ffmpeg_is_told(setting: str) -> None:
    with pytest.raises(NoFfmpeg, match="COMMONCAST_FFMPEG"):
        use_ffmpeg(setting)


def test_a_machine_without_any_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ffmpeg_program, "_places", lambda: iter(()))

    with pytest.raises(NoFfmpeg, match="Install the imageio-ffmpeg package"):
        find_ffmpeg()


def test_a_file_name_is_never_a_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    opened = hostile_input(Path("concat:other.wav")).output("-", format="null")

    command = find_ffmpeg().command(opened)

    assert command[command.index("-i") + 1] == f"file:{tmp_path}/concat:other.wav"
    assert command[command.index("-protocol_whitelist") + 1] == "file"
