"""Kills workers at every point of the pipeline, one after the other, on one episode.

`make crash-matrix REPEATS=20` does it that many times on each database.
"""

import os
from pathlib import Path

import pytest

from app.models import Processing
from app.platform import Platform
from tests.app import workers
from tests.app.workers import Worker, assert_well_done, hand_in, until

REPEATS = int(os.environ.get("CRASH_REPEATS", "1"))
QUICKLY = {"app.actions.processing.FIRST_PAUSE_SECONDS": 0.01}
POINTS = [
    "check begun",
    "chunk queued",
    "sound begun",
    "sound stored",
    "sound recorded",
    "first begun",
    "first stored",
    "first recorded",
    "chunk begun",
    "chunk stored",
    "chunk recorded",
    "finish queued",
    "film begun",
    "film stored",
    "film recorded",
    "finish begun",
    "settled",
    "ready noted",
]
SEVERAL_TIMES = {"sound stored", "first stored", "film stored"}  # once for each file


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return workers.record_film_in_chunks(path)


def kill_at(platform: Platform, point: str, time: int) -> None:
    where = f"{point}#{time}"
    with Worker(platform, crash_at=where, constants=QUICKLY) as worker:
        assert worker.wait_for_its_death() == -9, f"nobody came to {where}"


def finish(platform: Platform, processing: Processing) -> None:
    with Worker(platform, constants=QUICKLY) as worker:
        until(lambda: workers.is_over(platform, processing), "the end of the work")
        assert worker.stop() == 0


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_killed_at_every_point_one_after_the_other_the_work_loses_nothing(
    any_platform: Platform, film: Path, repeat: int
) -> None:
    processing = hand_in(any_platform, film)
    another = 1 + repeat % 2

    for point in POINTS:
        kill_at(any_platform, point, another if point in SEVERAL_TIMES else 1)
    finish(any_platform, processing)

    assert_well_done(any_platform, processing)
