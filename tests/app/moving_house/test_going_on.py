"""What was going on when the community moved goes on at its new home."""

from pathlib import Path

from app import jobs
from app.models import Episode, Rendition
from app.platform import Platform
from app.settings import Settings
from app.worker import run_here
from tests.app import workers
from tests.app.moving_house.community import elsewhere, export, restore


def test_a_recording_that_was_waiting_is_made_elsewhere(
    platform: Platform, settings: Settings, tmp_path: Path
) -> None:
    talk = workers.record_talk(tmp_path / "talk.mp3")
    waiting = workers.hand_in(platform, talk)
    export(platform, tmp_path / "export")
    away = elsewhere(settings, tmp_path / "away")
    restore(away, tmp_path / "export")

    jobs.retry(away, waiting.episode_id)
    with away.database.reading() as session:
        (row,) = session.get_one(Episode, waiting.episode_id).processings
    done = run_here(away, row, lambda row: None)

    assert done.state == "ready", done.cause
    with away.database.reading() as session:
        kinds = {row.kind for row in session.query(Rendition)}
    assert "sound" in kinds
    away.close()
