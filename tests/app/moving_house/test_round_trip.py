from collections.abc import Iterator
from pathlib import Path

import pytest

from app.actions import syndication
from app.platform import Platform
from app.settings import Settings
from tests.app.moving_house.community import (
    SECRET,
    elsewhere,
    export,
    feeds,
    restore,
    texts,
)
from tests.services.fixtures import Bucket

OLD, NEW = b"https://cast.example", b"https://new.example/cast"
GUID = b">https://cast.example/?p=7<"


def moved(body: bytes) -> bytes:
    """The same bytes at the new address; a guid stays as it is."""
    return body.replace(GUID, b"\0").replace(OLD, NEW).replace(b"\0", GUID)


def test_feeds_come_back_byte_for_byte(
    home: Platform, away: Platform, tmp_path: Path
) -> None:
    export(home, tmp_path / "export")
    restore(away, tmp_path / "export")

    old, new = feeds(home), feeds(away)

    assert {path: moved(feed.body) for path, feed in old.items()} == {
        path: feed.body for path, feed in new.items()
    }
    assert len(new) == 6


def test_feeds_keep_their_dates_when_they_are_rendered_again(
    home: Platform, away: Platform, tmp_path: Path
) -> None:
    export(home, tmp_path / "export")
    restore(away, tmp_path / "export")
    syndication.refresh_all(away)

    before, after = feeds(home), feeds(away)

    assert {path: feed.last_modified for path, feed in after.items()} == {
        path: feed.last_modified for path, feed in before.items()
    }


def test_at_the_same_address_even_the_etags_stay(
    home: Platform, settings: Settings, tmp_path: Path
) -> None:
    export(home, tmp_path / "export")
    again = elsewhere(settings, tmp_path / "again", public_url=settings.public_url)
    restore(again, tmp_path / "export")

    old, new = feeds(home), feeds(again)

    assert {p: f.etag for p, f in new.items()} == {p: f.etag for p, f in old.items()}
    again.close()


def test_an_export_of_what_came_back_is_the_same_export(
    home: Platform, away: Platform, tmp_path: Path
) -> None:
    export(home, tmp_path / "one")
    restore(away, tmp_path / "one")
    export(away, tmp_path / "two")

    one, two = texts(tmp_path / "one"), texts(tmp_path / "two")

    assert two == {path: moved_text(path, body) for path, body in one.items()}


def moved_text(path: str, body: bytes) -> bytes:
    kept = b'"guid": "https://cast.example/?p=7"'
    if path != "rows/episodes.jsonl":
        return moved(body)
    return body.replace(kept, b"\0").replace(OLD, NEW).replace(b"\0", kept)


def test_nothing_that_opens_a_door_is_exported(home: Platform, tmp_path: Path) -> None:
    export(home, tmp_path / "export")

    everything = b"".join(texts(tmp_path / "export").values())

    assert SECRET.encode() not in everything
    assert home.secret not in everything


@pytest.fixture
def postgresql_and_bucket(
    settings: Settings, tmp_path: Path, postgresql_url: str, s3_http: Bucket
) -> Iterator[Platform]:
    """A larger installation than a folder and a file."""
    services = {"database_url": postgresql_url, "storage_url": s3_http.url}
    platform = elsewhere(settings, tmp_path / "large", **services)
    yield platform
    platform.close()


def test_a_community_grows_from_a_folder_into_a_bucket_and_back(
    home: Platform,
    away: Platform,
    postgresql_and_bucket: Platform,
    settings: Settings,
    tmp_path: Path,
) -> None:
    export(home, tmp_path / "one")
    restore(postgresql_and_bucket, tmp_path / "one")
    export(postgresql_and_bucket, tmp_path / "two")
    restore(away, tmp_path / "two")

    old, new = feeds(home), feeds(away)

    assert {path: moved(feed.body) for path, feed in old.items()} == {
        path: feed.body for path, feed in new.items()
    }
