import threading
from datetime import timedelta
from pathlib import Path

import pytest
from mutagen.mp4 import MP4

from app import jobs, worker
from app.actions import headway, intake, processing, resuming
from app.jobs import Interrupted, TryAgain
from app.models import Episode, Processing, ProcessingState
from app.platform import Platform
from app.worker import run_here
from media_pipeline.errors import StorageFailed
from tests.app import workers

FULL = StorageFailed("The disk is full.", cause="ENOSPC")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workers.record_talk(tmp_path_factory.mktemp("talks") / "talk.wav")


@pytest.fixture
def waiting(platform: Platform, talk: Path) -> Processing:
    return workers.hand_in(platform, talk)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(headway, "SHORTEST_WAIT", timedelta(seconds=0.01))
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.1)


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day in which a fault of ours might have passed is over."""
    monkeypatch.setattr(headway, "PATIENCE", timedelta(days=-1))


class FullDisk:
    """A storage that takes nothing for the first few times."""

    def __init__(self, platform: Platform, times: int) -> None:
        self._put = platform.storage.put_file
        self.left = times

    def __call__(self, *arguments: object, **options: object) -> None:
        self.left -= 1
        if self.left >= 0:
            raise FULL
        self._put(*arguments, **options)  # type: ignore[arg-type]


def take(
    platform: Platform, row: Processing, step: str, stop: threading.Event | None = None
) -> bool:
    names = (row.workflow_id, row.episode_id, row.revision)
    return processing.make(platform, step, *names, stop or threading.Event())


def look(platform: Platform, row: Processing) -> Processing:
    with platform.database.reading() as session:
        return session.get_one(Processing, row.id)


def nobody(row: Processing) -> None:
    """Nobody looks on."""


def test_a_fault_of_the_storage_that_passes_is_only_a_pause(
    platform: Platform, waiting: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform.storage, "put_file", FullDisk(platform, times=2))

    row = run_here(platform, waiting, nobody)

    assert row.state == ProcessingState.READY
    assert row.sentence == ""


@pytest.mark.usefixtures("no_patience")
def test_a_failure_that_stays_waits_for_a_person_and_leaves_no_scratch(
    platform: Platform, waiting: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform.storage, "put_file", FullDisk(platform, times=99))

    row = run_here(platform, waiting, nobody)

    assert (row.state, row.sentence) == (ProcessingState.FAILED, "The disk is full.")
    assert row.cause == "ENOSPC"
    assert list(platform.settings.scratch_dir.iterdir()) == []


@pytest.mark.usefixtures("no_patience")
def test_the_persons_button_makes_it_well(
    platform: Platform, waiting: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(platform.storage, "put_file", FullDisk(platform, times=99))
        run_here(platform, waiting, nobody)

    jobs.retry(platform, waiting.episode_id)
    row = run_here(platform, look(platform, waiting), nobody)

    workers.assert_well_done(platform, row)


def test_an_error_of_ours_is_told_as_ours(
    platform: Platform, waiting: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("media_pipeline.pipeline.check", broken)

    with pytest.raises(TryAgain):
        take(platform, waiting, "check")

    assert "our side" in look(platform, waiting).sentence


def test_a_step_that_is_asked_to_stop_is_neither_done_nor_failed(
    platform: Platform, waiting: Processing
) -> None:
    stop = threading.Event()
    stop.set()

    with pytest.raises(Interrupted):
        take(platform, waiting, "check", stop)

    row = look(platform, waiting)
    assert (row.state, row.sentence, row.starts) == ("running", "", 0)


def test_a_step_taken_twice_makes_nothing_twice(
    platform: Platform, waiting: Processing
) -> None:
    for step in ("check", "sound", "sound", "first", "film", "finish", "finish"):
        assert take(platform, waiting, step)

    assert look(platform, waiting).state == ProcessingState.READY
    named = workers.named_keys(platform)
    assert sorted(named) == sorted(workers.kept_keys(platform))


def test_an_episode_can_be_heard_before_everything_is_finished(
    platform: Platform, waiting: Processing
) -> None:
    for step in ("check", "sound"):
        take(platform, waiting, step)

    assert look(platform, waiting).state == ProcessingState.RUNNING
    with platform.database.reading() as session:
        assert session.get_one(Episode, waiting.episode_id).rendition("sound")


def test_what_kills_every_worker_is_given_up(
    platform: Platform, waiting: Processing
) -> None:
    with platform.database.session() as session:
        row = session.get_one(Processing, waiting.id)
        row.step, row.starts = "check", headway.MOST_STARTS

    row = run_here(platform, waiting, nobody)

    assert row.state == ProcessingState.FAILED


def test_a_newer_recording_ends_the_work_on_the_older_one_quietly(
    platform: Platform, waiting: Processing, tmp_path: Path
) -> None:
    take(platform, waiting, "check")
    better = workers.record_talk(tmp_path / "better.wav", seconds=4)
    intake.receive(platform, waiting.episode_id, better, "better.wav")

    assert not take(platform, waiting, "sound")

    left = {folder.name for folder in platform.settings.scratch_dir.iterdir()}
    assert waiting.workflow_id not in left


def test_work_that_ended_without_a_word_is_found_by_the_sweep(
    platform: Platform, waiting: Processing
) -> None:
    jobs.cancel(platform, waiting.workflow_id)

    resuming.sweep(platform)

    row = look(platform, waiting)
    assert (row.state, row.sentence) == ("failed", "The work was stopped.")


def test_the_film_to_download_says_what_its_page_says(
    platform: Platform, tmp_path: Path
) -> None:
    row = workers.hand_in(platform, workers.record_film(tmp_path / "film.mp4"))
    run_here(platform, row, nobody)

    with platform.database.reading() as session:
        episode = session.get_one(Episode, row.episode_id)
        film, title, show = episode.rendition("film"), episode.title, episode.show.title
    assert film is not None
    platform.storage.fetch(film.key, tmp_path / "downloaded.mp4")
    said = MP4(tmp_path / "downloaded.mp4")

    assert (said["\xa9nam"], said["\xa9alb"]) == ([title], [show])
