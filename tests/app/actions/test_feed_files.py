import gzip
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from app.actions import feed_files, syndication
from app.models import FeedSnapshot, Show
from app.platform import Platform
from tests.factories import make_episode, make_show, publish

FEED = "shows/demo/feed.xml"


@pytest.fixture
def file(platform: Platform) -> Path:
    """The file of a feed that was kept."""
    with platform.database.session() as session:
        show = make_show(session)
        publish(make_episode(session, show))
        show_id = show.id
    syndication.refresh_show(platform, show_id)
    return platform.settings.data_dir / "feeds" / FEED


def test_the_files_are_the_kept_bytes(platform: Platform, file: Path) -> None:
    with platform.database.reading() as session:
        kept = session.get_one(FeedSnapshot, FEED)

    assert file.read_bytes() == kept.body
    assert gzip.decompress(Path(f"{file}.gz").read_bytes()) == kept.body
    assert brotli.decompress(Path(f"{file}.br").read_bytes()) == kept.body


def test_nothing_unfinished_is_left_beside(file: Path) -> None:
    assert {found.name for found in file.parent.iterdir()} == {
        "feed.xml",
        "feed.xml.br",
        "feed.xml.gz",
    }


def test_files_of_feeds_that_are_gone_are_removed(
    platform: Platform, file: Path
) -> None:
    feed_files.remove_others(platform, {"opml.xml"})

    assert not file.exists()
    assert (platform.settings.data_dir / "feeds" / "opml.xml").exists()


def test_a_full_or_broken_disk_does_not_stop_publishing(
    platform: Platform, file: Path
) -> None:
    file.unlink()
    file.mkdir()

    feed_files.write(platform, FEED)

    assert {found.name for found in file.parent.iterdir()} == {
        "feed.xml",
        "feed.xml.br",
        "feed.xml.gz",
    }


def test_of_an_unknown_feed_nothing_is_written(platform: Platform) -> None:
    feed_files.write(platform, FEED)

    assert not (platform.settings.data_dir / "feeds").exists()


def test_no_two_versions_share_a_second(platform: Platform, file: Path) -> None:
    seconds = []
    for title in ("One", "Two", "Six"):
        with platform.database.session() as session:
            show = session.query(Show).one()
            show.title = title
            show.touch()
        syndication.refresh_show(platform, show.id)
        seconds.append(int(file.stat().st_mtime))

    assert len(set(seconds)) == 3
    assert seconds == sorted(seconds)
