import pytest
from lxml import etree

from app.actions import details, private_shows, syndication
from app.models import Episode, FeedSnapshot, Show
from app.platform import Platform
from feeds.rules import Severity, check
from tests.factories import make_episode, make_show, publish

PODCAST = "{https://podcastindex.org/namespace/1.0}"
LIST = "topics/supervision/list.xml"


@pytest.fixture
def shows(platform: Platform) -> list[Show]:
    with platform.database.session() as session:
        shows = [make_show(session, slug=name) for name in ("one", "two")]
        for show in shows:
            about = publish(make_episode(session, show, title=f"Of {show.slug}"))
            details.set_topics(session, about, ["Supervision"])
            publish(make_episode(session, show, title=f"Else in {show.slug}"))
    for show in shows:
        syndication.refresh_show(platform, show.id)
    return shows


def body(platform: Platform) -> bytes:
    with platform.database.reading() as session:
        return session.get_one(FeedSnapshot, LIST).body


def listed(platform: Platform) -> list[tuple[str | None, str | None]]:
    remotes = etree.fromstring(body(platform)).iter(f"{PODCAST}remoteItem")
    return [(remote.get("feedGuid"), remote.get("itemGuid")) for remote in remotes]


def test_a_topic_lists_its_episodes_in_the_feeds_of_their_shows(
    platform: Platform, shows: list[Show]
) -> None:
    with platform.database.reading() as session:
        found = session.query(Episode).filter(Episode.title.like("Of %")).all()
        wanted = {(e.show.podcast_guid, e.guid) for e in found}

    assert set(listed(platform)) == wanted
    medium = etree.fromstring(body(platform)).find(f".//{PODCAST}medium")
    assert medium is not None
    assert medium.text == "podcastL"


def test_a_list_breaks_no_rule(platform: Platform, shows: list[Show]) -> None:
    assert [
        found for found in check(body(platform)) if found.severity == Severity.ERROR
    ] == []


def test_what_becomes_private_leaves_the_list(
    platform: Platform, shows: list[Show]
) -> None:
    private_shows.set_private(platform, shows[0].id, True)
    syndication.refresh_all(platform)

    assert [feed for feed, _ in listed(platform)] == [shows[1].podcast_guid]
