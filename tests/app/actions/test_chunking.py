import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app import jobs
from app.actions import headway, intake, processing, resuming, room, shelf, tidying
from app.actions.job import Job
from app.database import now
from app.jobs import Interrupted, TryAgain
from app.models import Chunk, Processing, ProcessingState
from app.platform import Platform
from media_pipeline import pipeline
from media_pipeline.errors import ProgramFailed, StorageFailed
from media_pipeline.film import chunks
from media_pipeline.pipeline import Step
from tests.app import workers


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", workers.CHUNK_SECONDS)
    monkeypatch.setattr(processing, "FIRST_PAUSE_SECONDS", 0.01)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return workers.record_film_in_chunks(path)


@pytest.fixture
def begun(platform: Platform, film: Path) -> Processing:
    """A film that can be watched, and whose two chunks are not made yet."""
    row = workers.hand_in(platform, film)
    for step in (*processing.CHECK_STEPS, *processing.FIRST_STEPS):
        take(platform, row, step)
    return row


def take(
    platform: Platform, row: Processing, step: str, number: int | None = None
) -> bool:
    names = (row.workflow_id, row.episode_id, row.revision)
    return processing.make(platform, step, *names, threading.Event(), number)


def look(platform: Platform, row: Processing) -> Processing:
    with platform.database.reading() as session:
        return session.get_one(Processing, row.id)


def queue_chunks(platform: Platform, row: Processing) -> bool:
    names = (row.workflow_id, row.episode_id, row.revision)
    return processing.queue_chunks(platform, *names, jobs.MEDIA)


def queue_finish(platform: Platform, row: Processing) -> None:
    names = (row.workflow_id, row.episode_id, row.revision)
    processing.queue_finish(platform, *names, jobs.MEDIA)


def queued(platform: Platform, row: Processing) -> list[str]:
    """The pieces of this work that wait, without what its id begins with."""
    with jobs.client(platform) as door:
        found = door.list_workflows(status="ENQUEUED", queue_name=jobs.MEDIA)
    names = sorted(piece.workflow_id for piece in found)
    return [name.removeprefix(row.workflow_id) for name in names]


def test_a_film_is_not_planned_while_its_copy_has_no_room(
    platform: Platform, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = workers.hand_in(platform, film)
    monkeypatch.setattr(room, "NEARLY_FULL", 10**15)
    monkeypatch.setattr(pipeline, "plan", lambda *_, **__: pytest.fail("planned"))

    with pytest.raises(Interrupted):
        take(platform, row, "check")

    assert "room on the disk" in look(platform, row).sentence


def test_every_chunk_that_is_missing_is_asked_for_once(
    platform: Platform, begun: Processing
) -> None:
    take(platform, begun, "chunk", 0)

    assert queue_chunks(platform, begun)
    assert queue_chunks(platform, begun)

    assert queued(platform, begun) == ["", "-chunk-0001"]


def test_the_end_is_not_asked_for_while_a_chunk_is_missing(
    platform: Platform, begun: Processing
) -> None:
    take(platform, begun, "chunk", 1)

    queue_finish(platform, begun)

    assert queued(platform, begun) == [""]


def test_of_two_who_make_the_last_chunks_at_once_both_may_ask_for_the_end(
    any_platform: Platform, film: Path
) -> None:
    begun = workers.hand_in(any_platform, film)
    for step in (*processing.CHECK_STEPS, *processing.FIRST_STEPS):
        take(any_platform, begun, step)
    together = threading.Barrier(2)

    def make(number: int) -> None:
        take(any_platform, begun, "chunk", number)
        together.wait(60)
        queue_finish(any_platform, begun)

    both = [threading.Thread(target=make, args=(number,)) for number in (0, 1)]
    for worker in both:
        worker.start()
    for worker in both:
        worker.join()

    assert queued(any_platform, begun) == ["", "-finish"]


def test_chunks_may_be_made_before_the_sound_and_the_end_waits_for_both(
    platform: Platform, film: Path
) -> None:
    begun = workers.hand_in(platform, film)
    take(platform, begun, "check")
    for number in (0, 1):
        take(platform, begun, "chunk", number)
    queue_finish(platform, begun)
    assert queued(platform, begun) == [""]

    for step in processing.FIRST_STEPS:
        take(platform, begun, step)
    queue_finish(platform, begun)

    assert queued(platform, begun) == ["", "-finish"]


def test_progress_is_that_of_all_chunks_together(
    platform: Platform, begun: Processing
) -> None:
    queue_finish(platform, begun)  # the first steps are over

    take(platform, begun, "chunk", 1)

    fraction = Step.CHUNK.begins_at + Step.CHUNK.share / 2
    assert look(platform, begun).fraction == pytest.approx(fraction)


def test_progress_never_goes_back_when_a_chunk_begins_again(
    platform: Platform, begun: Processing
) -> None:
    take(platform, begun, "chunk", 0)
    before = look(platform, begun).fraction
    job = Job(
        platform=platform,
        work_id=begun.workflow_id,
        episode_id=begun.episode_id,
        revision=begun.revision,
        step=Step.CHUNK,
        stop=threading.Event(),
        number=0,
        folder=platform.settings.scratch_dir,
    )

    job.begin(chunks=2)
    job.tell(0.1)

    assert look(platform, begun).fraction == before


def test_a_chunk_that_fails_for_good_is_all_that_the_button_redoes(
    platform: Platform, begun: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(platform, begun, "chunk", 0)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "make_chunk", failing)
        with pytest.raises(TryAgain):
            take(platform, begun, "chunk", 1)
    names = (begun.workflow_id, begun.episode_id, begun.revision)
    processing.give_up(platform, *names)
    assert look(platform, begun).state == ProcessingState.FAILED

    again = jobs.retry(platform, begun.episode_id)
    for step in (*processing.CHECK_STEPS, *processing.FIRST_STEPS):
        take(platform, again, step)
    queue_chunks(platform, again)

    assert queued(platform, again)[-1] == "-chunk-0001"
    assert not any(name.endswith("-2-chunk-0000") for name in queued(platform, again))


def failing(*_: object) -> None:
    raise ProgramFailed("A media program stopped with an error.")


def test_a_chunk_of_an_earlier_round_is_dropped(
    platform: Platform, begun: Processing
) -> None:
    with platform.database.session() as session:
        session.execute(update(Processing).values(round=2))

    assert not take(platform, begun, "chunk", 0)


def test_a_chunk_of_a_recording_that_was_replaced_is_dropped(
    platform: Platform, begun: Processing, tmp_path: Path
) -> None:
    better = workers.record_talk(tmp_path / "better.wav")
    intake.receive(platform, begun.episode_id, better, "better.wav")

    assert not take(platform, begun, "chunk", 0)
    names = {folder.name for folder in platform.settings.scratch_dir.iterdir()}
    assert not any("chunk" in name or "shelf" in name for name in names)


def test_the_recording_is_fetched_once_for_all_chunks(
    platform: Platform, begun: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(type(platform.storage), "fetch")

    assert take(platform, begun, "chunk", 0)


def test_what_lies_on_the_shelf_stays_while_somebody_needs_it(
    platform: Platform, begun: Processing
) -> None:
    tidying.sweep_scratch(platform)
    kept = [f.name for f in platform.settings.scratch_dir.glob(f"{shelf.PREFIX}*")]

    with platform.database.session() as session:
        session.execute(update(Processing).values(state=ProcessingState.FAILED))
    tidying.sweep_scratch(platform)

    assert kept == [f"shelf-{begun.episode_id}-r1"]
    assert not list(platform.settings.scratch_dir.glob(f"{shelf.PREFIX}*"))


def test_a_chunk_that_was_never_queued_is_found_by_the_sweep(
    platform: Platform, begun: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "states", lambda *_: {begun.workflow_id: "SUCCESS"})

    resuming.sweep(platform)

    assert queued(platform, begun) == ["", "-chunk-0000", "-chunk-0001"]


def test_an_end_that_was_never_queued_is_found_by_the_sweep(
    platform: Platform, begun: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (0, 1):
        take(platform, begun, "chunk", number)
    monkeypatch.setattr(jobs, "states", lambda *_: {begun.workflow_id: "SUCCESS"})

    resuming.sweep(platform)

    assert queued(platform, begun) == ["", "-finish"]


def test_a_chunk_that_waits_is_resumed_when_it_is_due(
    platform: Platform, begun: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StorageFailed("A file could not be stored.")

    with monkeypatch.context() as broken:
        broken.setattr(platform.storage, "put_file", away)
        with pytest.raises(Interrupted):
            take(platform, begun, "chunk", 0)
    resumed: list[str] = []
    name = jobs.chunk_id(begun.workflow_id, 0)
    monkeypatch.setattr(jobs, "states", lambda _, ids: dict.fromkeys(ids, "PENDING"))
    monkeypatch.setattr(jobs, "resume", lambda _, name: resumed.append(name))

    resuming.resume_due(platform)
    assert resumed == []  # not yet
    monkeypatch.setattr(resuming, "now", lambda: now() + headway.LONGEST_WAIT)
    resuming.resume_due(platform)

    assert resumed == [name]
    with platform.database.reading() as session:
        assert session.scalars(select(Chunk.starts)).all() == [0]
    assert look(platform, begun).sentence == "A file could not be stored."


def test_pauses_grow_with_the_time_that_was_waited() -> None:
    seconds = [
        headway.pause_after(timedelta(seconds=waited)).total_seconds()
        for waited in (0, 5, 10, 20, 100_000)
    ]

    assert seconds == [5, 5, 10, 20, 300]
