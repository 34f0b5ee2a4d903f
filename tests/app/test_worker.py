from pathlib import Path

import pytest

from app import jobs
from app.actions import intake, leases, publication, tidying
from app.models import Episode, Processing, ProcessingState, Rendition
from app.platform import Platform
from app.worker import run_here
from tests.app import workers
from tests.app.workers import Worker, assert_well_done, hand_in, until


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workers.record_talk(tmp_path_factory.mktemp("talks") / "talk.wav")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workers.record_film(tmp_path_factory.mktemp("films") / "film.mp4")


def nobody(row: Processing) -> None:
    """Nobody looks on."""


def test_a_talk_is_made_in_the_foreground(any_platform: Platform, talk: Path) -> None:
    processing = hand_in(any_platform, talk)

    run_here(any_platform, processing, nobody)

    assert_well_done(any_platform, processing)
    kinds = workers.kinds_of(any_platform, processing)
    assert kinds == {"plain-sound", "sound", "low-sound", "waveform"}


def test_a_film_is_made_in_the_foreground(platform: Platform, film: Path) -> None:
    processing = hand_in(platform, film)

    run_here(platform, processing, nobody)

    assert_well_done(platform, processing)
    assert {"film", "hls-master", "sound"} <= workers.kinds_of(platform, processing)


def test_progress_is_told_and_never_goes_back(platform: Platform, film: Path) -> None:
    told: list[Processing] = []

    run_here(platform, hand_in(platform, film), told.append)

    fractions = [row.fraction for row in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert told[-1].state == ProcessingState.READY


def test_afterwards_nobody_is_working_and_no_queue_is_left(
    platform: Platform, talk: Path
) -> None:
    run_here(platform, hand_in(platform, talk), nobody)

    assert not leases.is_anybody_working(platform)
    with jobs.client(platform) as door:
        left = {queue.name for queue in door.list_queues()}
    assert left <= set(jobs.QUEUES)


def test_what_a_worker_has_begun_is_only_waited_for(
    platform: Platform, film: Path
) -> None:
    with Worker(platform) as worker:
        processing = hand_in(platform, film)
        until(lambda: workers.state_of(platform, processing) != "queued", "the worker")

        run_here(platform, processing, nobody)

        assert worker.stop() == 0
    assert_well_done(platform, processing)


def test_a_refusal_is_handed_back_with_its_sentence(
    platform: Platform, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.mp3"
    letter.write_text("Dear listener, " * 100)

    row = run_here(platform, hand_in(platform, letter), nobody)

    assert row.state == ProcessingState.REFUSED
    assert row.sentence.endswith(".")


def test_a_better_take_replaces_the_first_one_and_a_day_later_without_a_trace(
    platform: Platform,
    talk: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = hand_in(platform, talk)
    run_here(platform, first, nobody)
    better = workers.record_talk(tmp_path / "better.wav", seconds=4)

    second = intake.receive(platform, first.episode_id, better, "better.wav")
    run_here(platform, second, nobody)
    workers.let_a_day_pass(monkeypatch)
    tidying.sweep_replaced(platform)

    assert_well_done(platform, second)
    assert all("/2/" in key for key in workers.named_keys(platform))


def test_until_the_better_take_can_be_heard_the_first_one_is(
    platform: Platform, talk: Path, film: Path
) -> None:
    first = hand_in(platform, talk)
    run_here(platform, first, nobody)

    intake.receive(platform, first.episode_id, film, "film.mp4")

    with platform.database.reading() as session:
        sound = session.get_one(Episode, first.episode_id).rendition("sound")
        assert isinstance(sound, Rendition)
        assert platform.storage.stat(sound.key)


def test_an_episode_withdrawn_while_it_waits_is_never_made(
    platform: Platform, talk: Path
) -> None:
    processing = hand_in(platform, talk)
    publication.withdraw(platform, processing.episode_id, None, "A guest asked.")

    with Worker(platform) as worker:
        until(lambda: workers.is_over(platform, processing), "a quiet end")
        assert worker.stop() == 0

    assert workers.stored_keys(platform) == set()
    assert list(platform.settings.scratch_dir.iterdir()) == []
