"""Kills workers at every point of the pipeline, one after the other, on one episode.

`make crash-matrix REPEATS=20` does it that many times on each database.
"""

import os
from pathlib import Path

import pytest

from app.models import ProcessingState
from app.platform import Platform
from tests.app import workers
from tests.app.workers import QUICKLY, assert_well_done, finish, hand_in, kill_at

ALWAYS_FAILS = QUICKLY | {"app.actions.headway.MOST_STARTS": 0}
ALWAYS_WAITS = QUICKLY | {
    "app.actions.room.NEARLY_FULL": 10**15,  # bytes
    "app.actions.headway.SHORTEST_WAIT": {"seconds": 0.01},
    "app.worker.BEAT_SECONDS": 0.2,
}
REPEATS = int(os.environ.get("CRASH_REPEATS", "1"))
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


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_killed_at_every_point_one_after_the_other_the_work_loses_nothing(
    any_platform: Platform, film: Path, repeat: int
) -> None:
    processing = hand_in(any_platform, film)
    is_file = not any_platform.settings.database_url
    another = 1 + (repeat + is_file) % 2

    for point in POINTS:
        kill_at(any_platform, f"{point}#{another if point in SEVERAL_TIMES else 1}")
    finish(any_platform, processing)

    assert_well_done(any_platform, processing)


def test_killed_while_it_gives_up_the_work_is_left_to_a_person(
    any_platform: Platform, film: Path
) -> None:
    processing = hand_in(any_platform, film)

    kill_at(any_platform, "failed noted", ALWAYS_FAILS)
    finish(any_platform, processing)

    assert workers.state_of(any_platform, processing) == ProcessingState.FAILED
    assert list(any_platform.settings.scratch_dir.iterdir()) == []


def test_killed_while_it_goes_on_with_what_had_to_wait_the_work_loses_nothing(
    any_platform: Platform, film: Path
) -> None:
    processing = hand_in(any_platform, film)

    kill_at(any_platform, "due claimed", ALWAYS_WAITS)
    finish(any_platform, processing)

    assert_well_done(any_platform, processing)
