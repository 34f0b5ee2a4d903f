from pathlib import Path

import pytest

from app import places

GIB = 1024**3


@pytest.mark.parametrize(
    ("cores", "memory", "at_once"),
    [
        (1, 1 * GIB, 1),  # the smallest machine still does something
        (2, 8 * GIB, 1),
        (3, 8 * GIB, 1),
        (4, 8 * GIB, 2),
        (16, 64 * GIB, 8),
        (16, 4 * GIB, 3),  # memory is what is short
        (0.5, 64 * GIB, 1),
    ],
)
def test_films_at_once_are_as_many_as_cores_and_memory_bear(
    cores: float, memory: float, at_once: int
) -> None:
    assert places.for_films(cores, memory) == at_once


def test_a_container_counts_the_cores_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("50000 100000\n")

    assert places.cores(tmp_path) == 0.5


def test_without_a_limit_all_cores_that_we_may_use_are_ours(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("max 100000\n")

    assert places.cores(tmp_path) >= 1


def test_a_container_counts_the_memory_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text(f"{GIB}\n")

    assert places.memory(tmp_path) == GIB


def test_without_a_limit_all_memory_is_ours(tmp_path: Path) -> None:
    assert places.memory(tmp_path) > 0


def test_workers_of_one_machine_share_it() -> None:
    assert places.for_films(16, 64 * GIB, workers=2) == 4
    assert places.for_films(2, 2 * GIB, workers=4) == 1
