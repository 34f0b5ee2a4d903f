import os
import threading
import time
from pathlib import Path

import pytest

from app.actions.workspace import clear, clear_forgotten, workspace
from app.jobs import Interrupted

NEVER = threading.Event()


def test_a_workspace_is_a_folder_of_its_own(tmp_path: Path) -> None:
    with workspace(tmp_path, "episode-1", NEVER) as folder:
        (folder / "recording").touch()

    assert (tmp_path / "episode-1" / "recording").exists()


def test_two_never_work_in_one_folder(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with workspace(tmp_path, "episode-1", NEVER):
            order.append("second")

    other = threading.Thread(target=second)
    with workspace(tmp_path, "episode-1", NEVER):
        other.start()
        time.sleep(0.7)
        order.append("first")
    other.join()

    assert order == ["first", "second"]


def test_who_waits_gets_a_folder_that_exists_though_the_first_removed_it(
    tmp_path: Path,
) -> None:
    found: list[bool] = []

    def second() -> None:
        with workspace(tmp_path, "episode-1", NEVER) as folder:
            found.append(folder.exists())

    other = threading.Thread(target=second)
    with workspace(tmp_path, "episode-1", NEVER) as folder:
        other.start()
        time.sleep(0.2)
        clear(folder)
    other.join()

    assert found == [True]


def test_who_waits_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()

    with (
        workspace(tmp_path, "episode-1", NEVER),
        pytest.raises(Interrupted),
        workspace(tmp_path, "episode-1", stop),
    ):
        pass


def test_forgotten_folders_are_swept_and_others_are_not(tmp_path: Path) -> None:
    for name in ("episode-over", "episode-waiting", "episode-busy", "tmp-new"):
        (tmp_path / name).mkdir()
    old = tmp_path / "tmp-old"
    old.mkdir()
    os.utime(old, (0, 0))

    with workspace(tmp_path, "episode-busy", NEVER):
        clear_forgotten(tmp_path, in_use={"episode-waiting"})

    left = {folder.name for folder in tmp_path.iterdir()}
    assert left == {"episode-waiting", "episode-busy", "tmp-new"}
