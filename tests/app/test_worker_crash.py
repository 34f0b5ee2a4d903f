import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions import publication
from app.database import now
from app.models import Episode, Processing, ProcessingState, Rendition
from app.platform import Platform
from media_pipeline.rendition import Kind
from tests.app import programs, workers
from tests.app.workers import (
    Worker,
    assert_well_done,
    finish,
    hand_in,
    kill_at,
    until,
)

VERY_LONG = {
    "media_pipeline.film.deciding.LONG_SECONDS": 5.0,
    "media_pipeline.film.chunks.FIRST_CHUNK_SECONDS": 6,
}
SOON = {"app.worker.BEAT_SECONDS": 0.5}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return workers.record_film_in_chunks(path)


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "long.mp4"
    return workers.record_film(path, seconds=120)


def chunks_of(platform: Platform) -> set[tuple[str, str]]:
    with platform.database.reading() as session:
        kept = select(Rendition).where(Rendition.kind == Kind.CHUNK)
        return {(row.id, row.key) for row in session.scalars(kept)}


def encoders(platform: Platform) -> list[int]:
    return programs.in_folder(platform.settings.scratch_dir)


def freeze(platform: Platform) -> None:
    folder = platform.settings.scratch_dir
    until(lambda: programs.freeze(programs.at_work(folder)), "an encoder that hangs")


def step_of(platform: Platform, processing: Processing) -> str:
    with platform.database.reading() as session:
        return session.get_one(Processing, processing.id).step


def wait_for_film(platform: Platform, processing: Processing) -> None:
    def filming() -> bool:
        at_work = programs.at_work(platform.settings.scratch_dir)
        return bool(at_work) and step_of(platform, processing) == "first"

    until(filming, "the encoder of the film")


def test_what_was_finished_before_the_kill_is_not_made_again(
    platform: Platform, film: Path
) -> None:
    processing = hand_in(platform, film)
    with Worker(platform, crash_at="film begun") as worker:
        worker.wait_for_its_death()
    made = workers.stored_keys(platform)

    with Worker(platform) as worker:
        until(lambda: workers.is_over(platform, processing), "the end of the work")
        log = worker.log.read_text()

    assert made <= workers.stored_keys(platform)
    assert "step=sound" not in log
    assert "step=chunk" not in log


def test_a_kill_costs_a_worker_one_chunk_at_most(
    platform: Platform, film: Path
) -> None:
    processing = hand_in(platform, film)
    logs = []

    for point in ("chunk stored", ""):
        with Worker(platform, crash_at=point) as worker:
            until(
                lambda: workers.is_over(platform, processing) or worker.is_dead,
                "its end",
            )
        logs.append(worker.log.read_text())

    lines = "".join(logs).splitlines()
    begun = [line for line in lines if "begun" in line and "step=chunk" in line]
    assert len(begun) == 2 + 1
    assert_well_done(platform, processing)


def test_so_it_does_while_the_first_rungs_of_a_very_long_film_are_made(
    platform: Platform, tmp_path: Path
) -> None:
    film = workers.record_film(tmp_path / "film.mp4", seconds=13)
    processing = hand_in(platform, film)

    kill_at(platform, "first recorded", VERY_LONG)
    first = chunks_of(platform)
    kill_at(platform, "first recorded", VERY_LONG)
    both = chunks_of(platform)
    kill_at(platform, "first stored#3", VERY_LONG)
    finish(platform, processing)

    assert len(first) * 2 == len(both)
    assert first < both
    assert_well_done(platform, processing)


def test_another_machine_fetches_what_it_needs(platform: Platform, film: Path) -> None:
    processing = hand_in(platform, film)
    with Worker(platform, crash_at="film begun") as worker:
        worker.wait_for_its_death()
    shutil.rmtree(platform.settings.scratch_dir)

    finish(platform, processing)

    assert_well_done(platform, processing)


def test_a_killed_worker_takes_its_programs_along(
    platform: Platform, long_film: Path
) -> None:
    processing = hand_in(platform, long_film)

    with Worker(platform) as worker:
        wait_for_film(platform, processing)
        worker.kill()

    until(lambda: encoders(platform) == [], "the end of the encoder")


def test_a_killed_encoder_is_started_again(platform: Platform, long_film: Path) -> None:
    processing = hand_in(platform, long_film)

    with Worker(platform) as worker:
        wait_for_film(platform, processing)
        programs.kill(encoders(platform))
        until(lambda: workers.is_over(platform, processing), "the end of the work")
        assert worker.stop() == 0

    assert_well_done(platform, processing)


def test_a_worker_that_is_asked_to_stop_leaves_the_rest_to_the_next(
    platform: Platform, long_film: Path
) -> None:
    processing = hand_in(platform, long_film)

    with Worker(platform) as worker:
        wait_for_film(platform, processing)
        freeze(platform)  # else it could be done before we ask
        assert worker.stop() == 0
    assert encoders(platform) == []
    assert workers.state_of(platform, processing) == ProcessingState.RUNNING
    finish(platform, processing)

    assert_well_done(platform, processing)


def test_another_worker_takes_over_from_a_dead_one(
    any_platform: Platform, film: Path
) -> None:
    processing = hand_in(any_platform, film)

    with Worker(any_platform, crash_at="first stored") as first:
        until(lambda: step_of(any_platform, processing) != "", "the first step")
        with Worker(any_platform, constants=SOON) as second:
            assert first.wait_for_its_death() == -9
            until(
                lambda: workers.is_over(any_platform, processing), "the second worker"
            )
            assert second.stop() == 0

    assert_well_done(any_platform, processing)


def test_an_episode_deleted_in_the_middle_leaves_nothing(
    platform: Platform, long_film: Path
) -> None:
    processing = hand_in(platform, long_film)

    with Worker(platform) as worker:
        wait_for_film(platform, processing)
        publication.delete(platform, processing.episode_id)
        until(lambda: workers.is_over(platform, processing), "the end of the work")
        assert worker.stop() == 0

    assert workers.stored_keys(platform) == set()
    assert list(platform.settings.scratch_dir.iterdir()) == []
    with platform.database.reading() as session:
        assert session.scalars(select(Processing)).all() == []


def test_a_row_without_a_workflow_is_found_by_the_sweep(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.enqueue_processing", lambda *_: None)
    processing = hand_in(platform, workers.record_talk(tmp_path / "talk.wav"))

    finish(platform, processing)

    assert_well_done(platform, processing)


def test_what_is_due_is_published_by_the_worker(platform: Platform, film: Path) -> None:
    processing = hand_in(platform, film)
    with platform.database.session() as session:
        episode = session.get_one(Episode, processing.episode_id)
        episode.publish_at = now() - timedelta(hours=1)
        episode.show.artwork_key = "public/shows/demo/cover.jpg"
        publication.record_consent(session, episode, None, "All have agreed.")
    cover = workers.draw_cover(platform.settings.data_dir / "cover.jpg")
    platform.storage.put_file(cover, "public/shows/demo/cover.jpg", "image/jpeg")
    finish(platform, processing)

    with Worker(platform) as worker:
        until(lambda: is_public(platform, processing), "the clock")
        assert worker.stop() == 0


def is_public(platform: Platform, processing: Processing) -> bool:
    with platform.database.reading() as session:
        return session.get_one(Episode, processing.episode_id).is_public


def test_a_recording_that_is_none_is_refused_once_and_in_words(
    platform: Platform, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.mp3"
    letter.write_text("Dear listener, this is not a recording. " * 50)
    processing = hand_in(platform, letter)

    finish(platform, processing)

    with platform.database.reading() as session:
        row = session.get_one(Processing, processing.id)
    assert row.state == ProcessingState.REFUSED
    assert row.sentence
    assert row.starts == 1
    assert workers.steps_of(platform, processing) == ["check"]
    assert workers.stored_keys(platform) == set()
    assert list(platform.settings.scratch_dir.iterdir()) == []
