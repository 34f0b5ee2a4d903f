"""Several machines: a database and a bucket that they share, and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.actions import leases
from app.database import Base
from app.platform import Platform
from app.settings import Settings
from tests.app import workers
from tests.app.workers import Worker, hand_in, until
from tests.services.fixtures import Bucket

SOON = {
    "app.actions.leases.LEASE": {"seconds": 3},
    "app.worker.BEAT_SECONDS": 0.5,
}
POLL_SECONDS = 1.0  # of the queue, with a margin


@pytest.fixture
def machines(
    tmp_path: Path, postgresql_url: str, s3_http: Bucket
) -> Iterator[tuple[Platform, Platform]]:
    """Two of them, each with a disk of its own."""
    here, there = (
        Platform.open(
            Settings(
                _env_file=None,  # type: ignore[call-arg]
                data_dir=tmp_path / name,
                database_url=postgresql_url,
                storage_url=s3_http.url,
                public_url="https://cast.example",
            )
        )
        for name in ("here", "there")
    )
    Base.metadata.create_all(here.database.engine)
    with closing(here), closing(there):
        yield here, there


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return workers.record_film_in_chunks(path, seconds=25)


def test_a_dead_machine_is_missed_within_ninety_seconds() -> None:
    longest = leases.LEASE + timedelta(seconds=leases.BEAT_SECONDS + POLL_SECONDS)

    assert longest < timedelta(seconds=90)


def test_another_machine_takes_over_the_chunks_of_a_dead_one(
    machines: tuple[Platform, Platform], film: Path
) -> None:
    here, there = machines
    processing = hand_in(here, film)

    with Worker(here, "chunk stored", constants=SOON) as first:
        assert first.wait_for_its_death() == -9
    with Worker(there, constants=SOON) as second:
        until(lambda: workers.is_over(there, processing), "the second machine")
        assert second.stop() == 0
        log = second.log.read_text()

    assert workers.state_of(there, processing) == "ready"
    steps = workers.steps_of(there, processing)
    workers.assert_every_step_was_taken_once(steps)
    assert "step=check" not in log
    assert list(there.settings.scratch_dir.iterdir()) == []


def test_two_machines_share_the_chunks_of_one_film(
    machines: tuple[Platform, Platform], film: Path
) -> None:
    here, there = machines
    processing = hand_in(here, film)

    with (
        Worker(here, constants=SOON) as first,
        Worker(there, constants=SOON) as second,
    ):
        until(lambda: workers.is_over(here, processing), "the end of the work")
        assert (first.stop(), second.stop()) == (0, 0)
        logs = first.log.read_text() + second.log.read_text()

    begun = [line for line in logs.splitlines() if "step begun" in line]
    chunks = [line for line in begun if "step=chunk" in line]
    assert len(chunks) == 4
    assert sorted(workers.named_keys(here)) == sorted(workers.kept_keys(here))


def test_whoever_takes_over_may_die_too(
    machines: tuple[Platform, Platform], tmp_path: Path
) -> None:
    here, there = machines
    processing = hand_in(here, workers.record_talk(tmp_path / "talk.wav"))

    workers.kill_at(here, "sound begun", SOON)
    for point in ("claimed", "taken over"):
        workers.kill_at(there, point, SOON)
    with Worker(there, constants=SOON) as last:
        until(lambda: workers.is_over(there, processing), "the last machine")
        until(lambda: not leases.of_the_dead(there, "me"), "the last lease")
        assert last.stop() == 0

    workers.assert_well_done(there, processing)
