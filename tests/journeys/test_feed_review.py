"""A keeper hears in the studio what apps would stumble over."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn

from app.actions import feed_review, syndication
from app.database import Base, now
from app.main import create_app
from app.models import Episode, FeedReview, Rendition, Show
from app.platform import Platform
from app.settings import Settings
from media_pipeline.storage.local import LocalStorage
from tests.factories import make_episode, make_show, publish
from tests.journeys.conftest import free_port, until

SIZE = 4321


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    port = free_port()
    here = settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    platform = Platform.open(here)
    Base.metadata.create_all(platform.database.engine)
    config = uvicorn.Config(create_app(here), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started, "the site")
    yield platform
    server.should_exit = server.force_exit = True
    thread.join(20)
    platform.close()


@pytest.fixture
def episode(platform: Platform) -> Episode:
    with platform.database.session() as session:
        show = make_show(session)
        episode = publish(make_episode(session, show))
        sound = episode.rendition("sound")
        assert sound is not None
        sound.size = SIZE
        keys = [sound.key, show.artwork_key or ""]
    for key in keys:
        store(platform, key, SIZE)
    syndication.refresh_show(platform, episode.show_id)
    return episode


def store(platform: Platform, key: str, size: int) -> None:
    assert isinstance(platform.storage, LocalStorage)
    file = Path(platform.settings.data_dir / "media" / key)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(size))


def rules_of(platform: Platform, episode: Episode) -> list[str]:
    with platform.database.reading() as session:
        row = session.get_one(FeedReview, episode.show_id)
        return [problem["rule"] for problem in row.problems]


def test_a_feed_of_ours_is_well(platform: Platform, episode: Episode) -> None:
    feed_review.review_due(platform)

    assert [rule for rule in rules_of(platform, episode) if "live" in rule] == []


def test_a_file_that_changed_on_its_disk_is_noticed(
    platform: Platform, episode: Episode
) -> None:
    with platform.database.reading() as session:
        key = session.query(Rendition.key).filter_by(kind="sound").scalar() or ""
    store(platform, key, SIZE - 1)

    feed_review.review_due(platform)

    assert "live-enclosure-length" in rules_of(platform, episode)


def test_a_guid_that_changed_is_noticed(platform: Platform, episode: Episode) -> None:
    feed_review.review(platform, episode.show_id)
    with platform.database.session() as session:
        row = session.get_one(FeedReview, episode.show_id)
        row.dates = {episode.guid: "Mon, 01 Jan 2024 00:00:00 +0000"}

    found = feed_review.review(platform, episode.show_id)

    assert "date-drift" in [problem.rule for problem in found]


def test_a_show_whose_guid_changed_is_noticed(
    platform: Platform, episode: Episode
) -> None:
    assert "show-guid-drift" not in reviewed(platform, episode)
    with platform.database.session() as session:
        session.get_one(Show, episode.show_id).podcast_guid = "another"

    assert "show-guid-drift" in reviewed(platform, episode)


def reviewed(platform: Platform, episode: Episode) -> set[str]:
    return {found.rule for found in feed_review.review(platform, episode.show_id)}


def test_a_feed_is_visited_once_a_day(platform: Platform, episode: Episode) -> None:
    feed_review.review_due(platform)
    with platform.database.session() as session:
        first = session.get_one(FeedReview, episode.show_id)
        first.problems = [{"rule": "kept"}]
    feed_review.review_due(platform)
    assert rules_of(platform, episode) == ["kept"]
    with platform.database.session() as session:
        row = session.get_one(FeedReview, episode.show_id)
        row.at = now() - timedelta(days=1)

    feed_review.review_due(platform)

    assert rules_of(platform, episode) != ["kept"]
