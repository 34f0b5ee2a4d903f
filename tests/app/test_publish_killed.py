"""`commoncast publish` is killed: whoever works next does what was asked of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.migration import migrate
from app.models import Episode, Processing, ProcessingState
from app.platform import Platform
from app.settings import Settings
from tests.app import workers
from tests.app.workers import Worker, until
from tests.factories import make_show


@pytest.fixture
def current_platform(settings: Settings) -> Iterator[Platform]:
    """One that has been migrated, as the command insists."""
    platform = Platform.open(settings)
    migrate(platform)
    yield platform
    platform.close()


def publish_and_die(
    platform: Platform, recording: Path, crash_at: str, *options: str
) -> Processing:
    """Run the command until it dies at this point; the work it leaves."""
    environment = os.environ | workers.environment_of(platform)
    environment["COMMONCAST_CRASH_AT"] = crash_at
    command = [sys.executable, "-c", workers.COMMAND, "publish", str(recording)]
    order = ["--show", "demo", "--title", "First session", *options]
    ended = subprocess.run(
        command + order, env=environment, capture_output=True, check=False
    )
    assert ended.returncode == -9, ended.stderr.decode()
    with platform.database.reading() as session:
        return session.scalars(select(Processing)).one()


def add_show(platform: Platform) -> None:
    key = "public/shows/demo/cover.jpg"
    cover = workers.draw_cover(platform.settings.data_dir / "cover.jpg")
    platform.storage.put_file(cover, key, "image/jpeg")
    with platform.database.session() as session:
        make_show(session, artwork_key=key)


def leave_it_to_a_worker(platform: Platform, processing: Processing) -> Episode:
    with Worker(platform) as worker:
        until(lambda: workers.is_over(platform, processing), "the end of the work")
        assert worker.stop() == 0
    with platform.database.reading() as session:
        episode = session.get_one(Episode, processing.episode_id)
        assert episode.is_public in {True, False}  # read it while we can
        return episode


def test_what_was_to_be_published_is_published_by_whoever_finishes_it(
    current_platform: Platform, tmp_path: Path
) -> None:
    add_show(current_platform)
    film = workers.record_film_in_chunks(tmp_path / "film.mp4")

    left = publish_and_die(current_platform, film, "chunk begun", "--consent-held")
    episode = leave_it_to_a_worker(current_platform, left)

    assert episode.is_public
    assert workers.state_of(current_platform, left) == ProcessingState.READY


def test_what_was_to_stay_a_draft_stays_one(
    current_platform: Platform, tmp_path: Path
) -> None:
    add_show(current_platform)
    talk = workers.record_talk(tmp_path / "talk.wav")

    left = publish_and_die(current_platform, talk, "sound recorded", "--draft")
    episode = leave_it_to_a_worker(current_platform, left)

    assert not episode.is_public


def test_what_was_to_be_published_later_waits_for_the_clock(
    current_platform: Platform, tmp_path: Path
) -> None:
    add_show(current_platform)
    talk = workers.record_talk(tmp_path / "talk.wav")
    later = ("--consent-held", "--publish-at", "2199-01-01T12:00+00:00")

    left = publish_and_die(current_platform, talk, "sound recorded", *later)
    episode = leave_it_to_a_worker(current_platform, left)

    assert not episode.is_public
    assert episode.publish_at is not None
    assert episode.publish_at.year == 2199
