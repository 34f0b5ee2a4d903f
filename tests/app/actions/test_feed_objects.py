from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import httpx2
import pytest

from app.actions import feed_objects, leaving, leftovers, private_shows, syndication
from app.database import Base, now
from app.models import Departure, Episode, FeedObject, FeedSnapshot, Show
from app.platform import Platform
from app.settings import Settings
from media_pipeline.errors import StorageFailed
from media_pipeline.storage.s3 import S3Storage
from tests.factories import make_episode, make_show, publish
from tests.services.fixtures import Bucket

FEED = "shows/demo/feed.xml"
KEY = f"public/feeds/{FEED}"


@pytest.fixture
def platform(settings: Settings, s3_http: Bucket) -> Iterator[Platform]:
    """One whose feeds are to lie in a bucket."""
    there = {"storage_url": s3_http.url, "feeds_in_storage": True}
    platform = Platform.open(settings.model_copy(update=there))
    Base.metadata.create_all(platform.database.engine)
    platform.storage.prepare()
    yield platform
    platform.close()


@pytest.fixture
def show(platform: Platform) -> Show:
    with platform.database.session() as session:
        show = make_show(session)
        publish(make_episode(session, show))
    syndication.refresh_show(platform, show.id)
    return show


def carry(platform: Platform) -> None:
    feed_objects.carry(platform, lambda: False)


def kept(platform: Platform) -> bytes:
    with platform.database.reading() as session:
        return session.get_one(FeedSnapshot, FEED).body


def stored(platform: Platform) -> bytes | None:
    if platform.storage.stat(KEY) is None:
        return None
    return b"".join(platform.storage.open_range(KEY))


def rename(platform: Platform, show: Show) -> None:
    with platform.database.session() as session:
        row = session.get_one(Show, show.id)
        row.title = "Another name"
        row.touch()
    syndication.refresh_show(platform, show.id)


def test_anybody_may_read_a_feed_from_the_bucket(
    platform: Platform, show: Show
) -> None:
    carry(platform)

    answer = httpx2.get(platform.storage.public_url(KEY))
    assert answer.content == kept(platform)
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert answer.headers["cache-control"] == feed_objects.CACHING


def stored_at(platform: Platform) -> dict[str, datetime]:
    with platform.database.reading() as session:
        return {row.key: row.put_at for row in session.query(FeedObject)}


def test_a_change_follows_and_nothing_else_is_sent_again(
    platform: Platform, show: Show
) -> None:
    carry(platform)
    before = stored_at(platform)
    rename(platform, show)

    carry(platform)
    after = stored_at(platform)
    carry(platform)

    assert stored(platform) == kept(platform)
    assert b"Another name" in kept(platform)
    assert after[KEY] > before[KEY]
    assert stored_at(platform) == after


def test_what_a_bucket_did_not_take_is_carried_later(
    platform: Platform, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StorageFailed("The storage is away.", cause="test")

    with monkeypatch.context() as broken:
        broken.setattr(S3Storage, "put_file", refuse)
        with pytest.raises(StorageFailed):
            carry(platform)
    assert stored(platform) is None

    carry(platform)

    assert stored(platform) == kept(platform)


def test_a_feed_that_changes_while_it_is_carried_is_carried_again(
    platform: Platform, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_file = S3Storage.put_file

    def change_meanwhile(self: S3Storage, *given: object, **how: object) -> None:
        monkeypatch.setattr(S3Storage, "put_file", put_file)
        rename(platform, show)
        put_file(self, *given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(S3Storage, "put_file", change_meanwhile)
    carry(platform)

    assert stored(platform) == kept(platform)
    assert b"Another name" in (stored(platform) or b"")


def test_a_show_that_becomes_private_is_taken_out(
    platform: Platform, show: Show
) -> None:
    carry(platform)
    private_shows.set_private(platform, show.id, True)

    carry(platform)

    assert stored(platform) is None


def test_a_show_that_has_left_leaves_the_bucket(platform: Platform, show: Show) -> None:
    carry(platform)
    with platform.database.session() as session:
        session.add(
            Departure(
                show_id=show.id,
                new_feed_url="https://elsewhere.example/feed",
                redirects_at=now() - timedelta(days=1),
            )
        )
    leaving.sweep(platform)

    carry(platform)

    assert stored(platform) is None


def test_the_sweep_for_forgotten_files_leaves_feeds_alone(
    platform: Platform, show: Show
) -> None:
    carry(platform)

    leftovers.drop(platform, [KEY])

    assert stored(platform) == kept(platform)


def test_what_somebody_took_out_of_the_bucket_comes_back_within_a_day(
    platform: Platform, show: Show
) -> None:
    carry(platform)
    platform.storage.delete_many([KEY])
    with platform.database.session() as session:
        session.get_one(FeedObject, KEY).put_at = now() - feed_objects.FRESH

    carry(platform)

    assert stored(platform) == kept(platform)


def test_when_the_setting_is_taken_back_the_bucket_is_cleared(
    platform: Platform, show: Show, settings: Settings, s3_http: Bucket
) -> None:
    carry(platform)
    same = {"storage_url": s3_http.url, "feeds_in_storage": False}

    with closing(Platform.open(settings.model_copy(update=same))) as without:
        carry(without)

    assert stored(platform) is None
    with platform.database.reading() as session:
        assert session.query(FeedObject).count() == 0
        assert session.query(Episode).count() == 1
