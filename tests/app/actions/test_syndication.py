from threading import Thread
from unittest.mock import patch

import pytest
from lxml import etree
from sqlalchemy import select

from app.actions import feed_document, snapshots, syndication
from app.database import now
from app.models import Episode, FeedSnapshot, Show, Topic, Withdrawal
from app.platform import Platform
from feeds import rss
from feeds.document import Channel
from feeds.guid import podcast_guid
from feeds.rules import Severity, check
from tests.factories import add_words, make_episode, make_show, make_video, publish

FEED = "shows/demo/feed.xml"
FILMS = "shows/demo/video.xml"
TOPIC = "topics/supervision/feed.xml"


@pytest.fixture
def show_id(platform: Platform) -> str:
    """A show with a film, a podcast and a draft."""
    with platform.database.session() as session:
        show = make_show(session)
        publish(add_words(make_video(session, show, "A film"), session))
        publish(make_episode(session, show, "A talk", number=7))
        make_episode(session, show, "A draft")
        return show.id


def snapshot(platform: Platform, path: str) -> FeedSnapshot | None:
    with platform.database.reading() as session:
        return session.get(FeedSnapshot, path)


def kept(platform: Platform, path: str) -> FeedSnapshot:
    found = snapshot(platform, path)
    assert found is not None
    return found


def titles(platform: Platform, path: str) -> list[str]:
    items = etree.fromstring(kept(platform, path).body).findall("channel/item")
    return sorted(item.findtext("title") or "" for item in items)


def take_back(platform: Platform, title: str) -> None:
    with platform.database.session() as session:
        query = select(Episode).where(Episode.title == title)
        episode = session.scalars(query).one()
        episode.withdrawal = Withdrawal(at=now())
        episode.show.touch()


def rename(platform: Platform, show_id: str, title: str) -> None:
    with platform.database.session() as session:
        show = session.get_one(Show, show_id)
        show.title = title
        show.touch()


def test_the_feed_holds_everything_public_and_nothing_else(
    platform: Platform, show_id: str
) -> None:
    syndication.refresh_show(platform, show_id)

    assert titles(platform, FEED) == ["A film", "A talk"]
    assert titles(platform, FILMS) == ["A film"]
    assert titles(platform, TOPIC) == ["A film"]


@pytest.mark.parametrize("path", [FEED, FILMS, TOPIC])
def test_every_feed_keeps_the_rules(
    platform: Platform, show_id: str, path: str
) -> None:
    syndication.refresh_show(platform, show_id)

    problems = check(kept(platform, path).body)

    assert [p for p in problems if p.severity is not Severity.HINT] == []


def test_addresses_of_files_are_stable_and_their_lengths_exact(
    platform: Platform, show_id: str
) -> None:
    syndication.refresh_show(platform, show_id)

    with platform.database.reading() as session:
        episodes = session.scalars(select(Episode).where(Episode.published_at != None))  # noqa: E711
        addresses = {f"https://cast.example/audio/{e.id}.mp3" for e in episodes}
    feed = etree.fromstring(kept(platform, FEED).body)
    assert {e.get("url") for e in feed.iter("enclosure")} == addresses
    assert {e.get("length") for e in feed.iter("enclosure")} == {"1234567"}


def test_the_list_of_shows_names_every_feed(platform: Platform, show_id: str) -> None:
    syndication.refresh_show(platform, show_id)

    opml = etree.fromstring(kept(platform, "opml.xml").body)

    feeds = [outline.get("xmlUrl") for outline in opml.iter("outline")]
    assert feeds == ["https://cast.example/shows/demo/feed.xml"]


def test_what_is_taken_back_leaves_empty_but_valid_feeds(
    platform: Platform, show_id: str
) -> None:
    syndication.refresh_show(platform, show_id)
    take_back(platform, "A film")
    take_back(platform, "A talk")

    syndication.refresh_show(platform, show_id)

    for path in (FEED, FILMS, TOPIC):
        problems = check(kept(platform, path).body)
        assert {problem.rule for problem in problems} == {"feed-empty"}


def test_a_topic_that_only_drafts_have_is_not_told(platform: Platform) -> None:
    with platform.database.session() as session:
        show_id = make_show(session).id
        show = session.get_one(Show, show_id)
        add_words(make_episode(session, show), session)

    syndication.refresh_show(platform, show_id)

    assert snapshot(platform, TOPIC) is None
    assert snapshot(platform, FILMS) is None


def test_what_has_not_changed_keeps_its_bytes_and_its_date(
    platform: Platform, show_id: str
) -> None:
    syndication.refresh_show(platform, show_id)
    before = kept(platform, FEED)
    with platform.database.session() as session:
        session.get_one(Show, show_id).touch()

    syndication.refresh_show(platform, show_id)

    after = kept(platform, FEED)
    assert (after.etag, after.last_modified) == (before.etag, before.last_modified)
    assert after.version == before.version + 1


def test_what_has_changed_has_another_etag_and_a_newer_date(
    platform: Platform, show_id: str
) -> None:
    syndication.refresh_show(platform, show_id)
    before = kept(platform, FEED)
    rename(platform, show_id, "Another name")

    syndication.refresh_show(platform, show_id)

    after = kept(platform, FEED)
    assert after.etag != before.etag
    assert after.last_modified > before.last_modified
    assert b"<title>Another name</title>" in after.body


def test_secondary_feeds_have_identities_of_their_own_for_ever(
    platform: Platform, show_id: str
) -> None:
    syndication.refresh_show(platform, show_id)
    given = kept(platform, FILMS).podcast_guid
    rename(platform, show_id, "Another name")
    syndication.refresh_show(platform, show_id)

    assert given == podcast_guid("https://cast.example/shows/demo/video.xml")
    assert given in kept(platform, FILMS).body.decode()
    assert given not in kept(platform, FEED).body.decode()


def test_a_change_during_rendering_is_never_lost(
    platform: Platform, show_id: str
) -> None:
    render = rss.render
    renamed: list[bool] = []

    def slow(channel: Channel) -> bytes:
        body = render(channel)
        if not renamed:
            renamed.append(True)
            rename(platform, show_id, "Renamed meanwhile")
            syndication.refresh_show(platform, show_id)
        return body

    with patch.object(rss, "render", slow):
        syndication.refresh_show(platform, show_id)

    assert b"<title>Renamed meanwhile</title>" in kept(platform, FEED).body


def test_many_who_publish_at_once_leave_the_newest_feed(
    platform: Platform, show_id: str
) -> None:
    def work(number: int) -> None:
        rename(platform, show_id, f"Name {number}")
        syndication.refresh_show(platform, show_id)

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with platform.database.reading() as session:
        show = session.get_one(Show, show_id)
    assert f"<title>{show.title}</title>".encode() in kept(platform, FEED).body
    assert kept(platform, FEED).version == show.feed_version


def test_refreshing_all_forgets_the_feeds_of_what_is_gone(
    platform: Platform, show_id: str
) -> None:
    syndication.refresh_all(platform)
    with platform.database.session() as session:
        topic = session.scalars(select(Topic)).one()
        for episode in session.scalars(select(Episode)):
            episode.topics = []
        session.delete(topic)

    syndication.refresh_all(platform)

    assert snapshot(platform, TOPIC) is None
    assert snapshot(platform, FEED) is not None


def test_a_serial_without_all_its_numbers_is_called_episodic(
    platform: Platform, show_id: str
) -> None:
    with platform.database.session() as session:
        show = session.get_one(Show, show_id)
        show.is_serial = True
        channel = feed_document.document_of(session, platform, show)

    assert not channel.is_serial


def test_a_code_that_proves_ownership_is_in_the_feed(
    platform: Platform, show_id: str
) -> None:
    with platform.database.session() as session:
        session.get_one(Show, show_id).verification = "S6lpp-7ZCn8"

    syndication.refresh_show(platform, show_id)

    body = kept(platform, FEED).body.decode()
    assert '<podcast:txt purpose="verify">S6lpp-7ZCn8</podcast:txt>' in body


def test_of_an_unknown_show_nothing_is_rendered(platform: Platform) -> None:
    syndication.refresh_show(platform, "nobody")

    assert snapshot(platform, "opml.xml") is None


def test_a_show_that_changes_without_end_is_given_up(
    platform: Platform, show_id: str
) -> None:
    render = rss.render

    def restless(channel: Channel) -> bytes:
        rename(platform, show_id, "Again")
        return render(channel)

    with (
        patch.object(rss, "render", restless),
        patch.object(snapshots.log, "warning") as told,
    ):
        syndication.refresh_show(platform, show_id)

    assert told.called
    assert snapshot(platform, FEED) is None
