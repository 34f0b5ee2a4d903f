from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.actions.export_folder import MANIFEST, UNFINISHED, Reading
from app.errors import BadRequest, Conflict
from app.models import Episode, Show
from app.platform import Platform
from media_pipeline.errors import StorageFailed
from tests.app.moving_house.community import export, restore


@pytest.fixture
def folder(home: Platform, tmp_path: Path) -> Path:
    export(home, tmp_path / "export")
    return tmp_path / "export"


def count(platform: Platform) -> int:
    with platform.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Episode)) or 0


def test_an_export_that_broke_off_says_so_and_is_continued(
    home: Platform, away: Platform, folder: Path
) -> None:
    (folder / MANIFEST).unlink()
    (folder / UNFINISHED).write_text("")
    lost = next((folder / "media" / "public").rglob("*.mp3"))
    lost.unlink()
    before = {f: f.stat().st_ino for f in folder.rglob("media/p*/*/1/*")}

    with pytest.raises(BadRequest, match="broke off"):
        restore(away, folder)
    export(home, folder)

    assert {f: f.stat().st_ino for f in before} == before
    assert lost.is_file()
    assert restore(away, folder)


def test_a_copy_that_has_rotted_is_found_and_made_anew(
    home: Platform, folder: Path
) -> None:
    file = next((folder / "media").rglob("*.mp3"))
    whole = file.read_bytes()
    file.write_bytes(b"x" * len(whole))

    export(home, folder, verifies=True)

    assert file.read_bytes() == whole


def test_a_second_export_forgets_what_is_gone(home: Platform, folder: Path) -> None:
    with home.database.session() as session:
        for episode in session.scalars(select(Episode)):
            if episode.withdrawal is not None:
                gone = episode.renditions[0].key
                session.delete(episode)

    export(home, folder)

    assert not (folder / "media" / gone).exists()


def test_a_folder_with_other_things_is_left_alone(
    home: Platform, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").touch()

    with pytest.raises(BadRequest, match="holds other things"):
        export(home, tmp_path / "photos")


def test_a_file_that_is_not_what_was_stored_stops_the_export(
    home: Platform, tmp_path: Path
) -> None:
    (sound, *_) = home.settings.data_dir.rglob("*.mp3")
    sound.chmod(0o600)
    sound.write_bytes(b"x" * sound.stat().st_size)

    with pytest.raises(Conflict, match="is not what was stored"):
        export(home, tmp_path / "export")

    assert not (tmp_path / "export" / MANIFEST).exists()


class BrokenDisk:
    """A storage that takes three files, and no more."""

    def __init__(self, storage: Any) -> None:
        self._storage, self.taken = storage, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def put_file(self, *arguments: Any, **more: Any) -> None:
        if self.taken == 3:
            raise StorageFailed("The disk is gone.")
        self.taken += 1
        self._storage.put_file(*arguments, **more)


def test_an_import_that_breaks_off_shows_nothing_and_goes_on(
    away: Platform, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageFailed):
        restore(replace(away, storage=BrokenDisk(away.storage)), folder)
    there = {stored.key for stored in away.storage.objects("p")}
    nothing = count(away)
    opened = watch_files(monkeypatch)
    restore(away, folder)

    assert (nothing, len(there)) == (0, 3)
    assert count(away) == 5
    assert there.isdisjoint(path.removeprefix("media/") for path in opened)


def watch_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which files of an export are read from now on."""
    opened: list[str] = []
    verified: Callable[[Reading, str], Path] = Reading.verified

    def note(reading: Reading, path: str) -> Path:
        opened.append(path)
        return verified(reading, path)

    monkeypatch.setattr(Reading, "verified", note)
    return opened


def test_work_that_was_going_on_can_be_begun_anew(
    home: Platform, away: Platform, tmp_path: Path
) -> None:
    with home.database.session() as session:
        for episode in session.scalars(select(Episode)):
            episode.processings[0].state = "running"
    export(home, tmp_path / "export")
    restore(away, tmp_path / "export")

    with away.database.reading() as session:
        rows = [e.processing for e in session.scalars(select(Episode)) if e.processing]
        assert {row.state for row in rows} == {"failed"}
        assert "Please try again" in rows[0].sentence
        assert session.scalar(select(func.count()).select_from(Show)) == 2
