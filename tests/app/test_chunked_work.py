from pathlib import Path

import pytest

from app.models import Processing
from app.platform import Platform
from app.worker import run_here
from media_pipeline.film import chunks
from tests.app import workers
from tests.app.workers import assert_well_done, hand_in


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", workers.CHUNK_SECONDS)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return workers.record_film_in_chunks(path)


def test_a_film_in_chunks_is_made_in_the_foreground(
    any_platform: Platform, film: Path
) -> None:
    processing = hand_in(any_platform, film)
    told: list[Processing] = []

    run_here(any_platform, processing, told.append)

    assert_well_done(any_platform, processing)
    assert workers.steps_of(any_platform, processing).count("chunk") == 2
    fractions = [row.fraction for row in told]
    assert fractions == sorted(fractions)
