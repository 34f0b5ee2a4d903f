"""A machine that loses its power in the middle, for real."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import migration
from app.actions.export_folder import MANIFEST
from app.models import Episode, FeedSnapshot, Leftover
from app.platform import Platform
from app.settings import Settings
from tests.app import workers
from tests.app.moving_house import community
from tests.app.moving_house.test_round_trip import moved

KILLED = -9


@pytest.fixture
def home(settings: Settings) -> Iterator[Platform]:
    platform = Platform.open(settings)
    migration.migrate(platform)
    community.found(platform)
    yield platform
    platform.close()


@pytest.fixture
def away(settings: Settings, tmp_path: Path) -> Iterator[Platform]:
    changes = {"public_url": "https://new.example/cast", "data_dir": tmp_path / "away"}
    platform = Platform.open(settings.model_copy(update=changes))
    migration.migrate(platform)
    yield platform
    platform.close()


def run(platform: Platform, *arguments: str, crash_at: str = "") -> int:
    environment = os.environ | workers.environment_of(platform)
    environment["COMMONCAST_CRASH_AT"] = crash_at
    command = [sys.executable, "-c", workers.COMMAND, *arguments]
    return subprocess.run(command, env=environment, capture_output=True).returncode


def count(platform: Platform, model: type[Episode | FeedSnapshot | Leftover]) -> int:
    with platform.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_an_export_that_was_killed_is_continued(home: Platform, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    assert run(home, "export", str(folder), crash_at="exported a file#4") == KILLED
    there = [file.stat().st_ino for file in folder.rglob("media/**/1/*")]
    assert not (folder / MANIFEST).exists()

    assert run(home, "export", str(folder)) == 0

    again = {file.stat().st_ino for file in folder.rglob("media/**/1/*")}
    assert len(there) == 4
    assert again.issuperset(there)
    assert (folder / MANIFEST).exists()


@pytest.mark.parametrize("moment", ["restored a file#3", "restored all rows"])
def test_an_import_that_was_killed_showed_nothing_and_is_repeated(
    home: Platform, away: Platform, tmp_path: Path, moment: str
) -> None:
    community.export(home, tmp_path / "export")
    assert run(away, "import", str(tmp_path / "export"), crash_at=moment) == KILLED
    assert (count(away, Episode), count(away, FeedSnapshot)) == (0, 0)

    assert run(away, "import", str(tmp_path / "export")) == 0

    assert count(away, Leftover) == 0
    assert everything_is_there(home, away)


def test_an_import_that_was_killed_at_its_end_is_complete(
    home: Platform, away: Platform, tmp_path: Path
) -> None:
    community.export(home, tmp_path / "export")
    arguments = ("import", str(tmp_path / "export"))

    assert run(away, *arguments, crash_at="restored everything") == KILLED

    assert everything_is_there(home, away)


def everything_is_there(home: Platform, away: Platform) -> bool:
    old, new = community.feeds(home), community.feeds(away)
    return {path: moved(feed.body) for path, feed in old.items()} == {
        path: feed.body for path, feed in new.items()
    }
