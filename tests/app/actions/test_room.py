import errno
from pathlib import Path

import pytest

from app.actions import room
from app.actions.room import NoRoom
from media_pipeline.errors import ProgramFailed


def test_what_fits_is_let_through(tmp_path: Path) -> None:
    room.insist(tmp_path, 1000)


def test_what_does_not_fit_is_told_with_how_much_it_needs(tmp_path: Path) -> None:
    with pytest.raises(NoRoom) as refused:
        room.insist(tmp_path, 5e18)

    assert "5000000000.0 GB" in refused.value.sentence
    assert "by itself" in refused.value.sentence


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        ProgramFailed("It stopped.", cause="talk.mp3: No space left on device"),
        NoRoom("There is too little room."),
    ],
)
def test_a_full_disk_is_found_behind_whatever_it_is_called(
    error: Exception, tmp_path: Path
) -> None:
    assert room.was_wanting(error, tmp_path)


def test_other_failures_are_not_blamed_on_the_disk(tmp_path: Path) -> None:
    assert not room.was_wanting(ProgramFailed("It stopped."), tmp_path)


def test_a_failure_on_a_full_disk_is_one_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "NEARLY_FULL", 10**15)

    assert room.was_wanting(ProgramFailed("It stopped."), tmp_path)
