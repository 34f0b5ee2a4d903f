"""Long feeds have archives, and nobody loses an episode who reads one page alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from lxml import etree

from app.actions import syndication
from app.database import Base
from app.models import Chapter, Episode, FeedSnapshot, Show, Topic, Withdrawal
from app.platform import Platform
from app.settings import Settings
from feeds.rules import check
from feeds.rules.problem import Severity
from feeds.xml import HISTORY
from tests.factories import (
    NOON,
    make_episode,
    make_rendition,
    make_show,
    make_video,
    publish,
)

COUNT, SIZE = 37, 10
FEED = "shows/demo/feed.xml"


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    few = settings.model_copy(update={"feed_page_episodes": SIZE})
    platform = Platform.open(few)
    Base.metadata.create_all(platform.database.engine)
    yield platform
    platform.close()


@pytest.fixture
def show_id(platform: Platform) -> str:
    """A show with many episodes, every other one a film, all of them on one topic."""
    with platform.database.session() as session:
        show = make_show(session)
        topic = Topic(slug="anxiety", title="Anxiety")
        for number in range(COUNT):
            make = make_video if number % 2 else make_episode
            episode = make(session, show, f"Talk {number}", notes_html="<p>Notes.</p>")
            episode.chapters.append(Chapter(start_ms=0, title="Hello"))
            episode.topics.append(topic)
            publish(episode, NOON - timedelta(days=number))
    syndication.refresh_show(platform, show.id)
    return show.id


def kept(platform: Platform) -> dict[str, bytes]:
    with platform.database.reading() as session:
        return {row.path: row.body for row in session.query(FeedSnapshot)}


def archives(platform: Platform, stem: str = "shows/demo/feed") -> list[bytes]:
    """The newest first, by the links that lead from one to the next."""
    documents, found = kept(platform), []
    address = link(documents[f"{stem}.xml"], "prev-archive")
    while address:
        found.append(documents[address.removeprefix(platform.url(""))])
        address = link(found[-1], "prev-archive")
    return found


def link(document: bytes, rel: str) -> str:
    hrefs = etree.fromstring(document).xpath(
        f"channel/a:link[@rel='{rel}']/@href",
        namespaces={"a": "http://www.w3.org/2005/Atom"},
    )
    assert isinstance(hrefs, list)
    return str(hrefs[0]) if hrefs else ""


def guids(document: bytes) -> list[str]:
    return [entry.id for entry in feedparser.parse(document).entries]


def in_full(document: bytes) -> list[str]:
    told = feedparser.parse(document).entries
    return [e.id for e in told if "Notes." in str(e.get("content"))]


def told(document: bytes) -> dict[str, dict[str, Any]]:
    """What every app needs of each episode, by its guid."""
    needed = {"title", "link", "published", "links", "itunes_duration", "itunes_season"}
    needed |= {"itunes_episode", "itunes_episodetype", "itunes_explicit"}
    return {
        entry.id: {name: entry[name] for name in needed if name in entry}
        for entry in feedparser.parse(document).entries
    }


def all_guids(platform: Platform) -> list[str]:
    with platform.database.reading() as session:
        newest = session.query(Episode).order_by(Episode.published_at.desc())
        return [episode.guid for episode in newest]


def test_the_feed_itself_names_every_episode(platform: Platform, show_id: str) -> None:
    assert guids(kept(platform)[FEED]) == all_guids(platform)


@pytest.mark.parametrize("stem", ["shows/demo/feed", "topics/anxiety/feed"])
def test_with_its_archives_every_episode_is_told_in_full_once(
    platform: Platform, show_id: str, stem: str
) -> None:
    pages = archives(platform, stem)

    whole = in_full(kept(platform)[f"{stem}.xml"])
    assert [len(guids(page)) for page in pages] == [SIZE, SIZE]
    assert whole + [guid for page in pages for guid in in_full(page)] == all_guids(
        platform
    )


@pytest.mark.parametrize("stem", ["shows/demo/feed", "topics/anxiety/feed"])
def test_a_brief_episode_says_the_same_as_in_its_archive(
    platform: Platform, show_id: str, stem: str
) -> None:
    brief = told(kept(platform)[f"{stem}.xml"])

    for page in archives(platform, stem):
        for guid, entry in told(page).items():
            assert brief[guid] == entry


def test_an_older_episode_is_told_as_it_is_heard(
    platform: Platform, show_id: str
) -> None:
    oldest = all_guids(platform)[-1]
    with platform.database.session() as session:
        episode = session.query(Episode).filter_by(guid=oldest).one()
        new = make_rendition(episode.id, "sound", size=999, key="public/new.mp3")
        new.revision, episode.revision, episode.settled_revision = 2, 2, 1
        episode.renditions.append(new)
        episode.show.touch()

    syndication.refresh_show(platform, show_id)

    assert told(kept(platform)[FEED])[oldest]["links"][-1]["length"] == "1234567"


def test_a_private_feed_tells_every_episode_in_full(
    platform: Platform, show_id: str
) -> None:
    with platform.database.session() as session:
        show = session.get_one(Show, show_id)
        show.is_private = True
        told_of = syndication.document_of(session, platform, show)

    assert len(told_of.items) == COUNT
    assert [item.guid for item in told_of.items if item.is_brief] == []
    assert told_of.paging.previous == ""


def test_films_have_archives_of_films(platform: Platform, show_id: str) -> None:
    films = kept(platform)["shows/demo/video.xml"]

    assert len(guids(films)) == COUNT // 2
    assert archives(platform, "shows/demo/video") == []  # not twice as many as a page


def test_an_archive_says_so_and_leads_back(platform: Platform, show_id: str) -> None:
    newest, oldest = archives(platform)

    assert etree.fromstring(newest).find(f"channel/{{{HISTORY}}}archive") is not None
    assert link(newest, "current") == platform.url(FEED)
    assert link(newest, "next-archive") == ""
    assert link(oldest, "next-archive") == link(newest, "self")
    assert link(oldest, "prev-archive") == ""


def test_every_page_passes_the_gate(platform: Platform, show_id: str) -> None:
    documents = kept(platform)
    pages = [documents[FEED], *archives(platform)]

    problems = [problem for page in pages for problem in check(page)]

    assert [p for p in problems if p.severity is Severity.ERROR] == []


def test_all_pages_have_the_guid_of_the_show(platform: Platform, show_id: str) -> None:
    name = "{https://podcastindex.org/namespace/1.0}guid"
    pages = [kept(platform)[FEED], *archives(platform)]

    assert (
        len({etree.fromstring(page).findtext(f"channel/{name}") for page in pages}) == 1
    )


def test_a_new_episode_leaves_the_archives_as_they_are(
    platform: Platform, show_id: str
) -> None:
    before = archives(platform)
    with platform.database.session() as session:
        show = session.get_one(Show, show_id)
        publish(make_episode(session, show, "The newest"), NOON + timedelta(hours=1))
        show.touch()

    syndication.refresh_show(platform, show_id)

    assert archives(platform) == before
    assert guids(kept(platform)[FEED]) == all_guids(platform)


def test_what_is_withdrawn_vanishes_from_every_page(
    platform: Platform, show_id: str
) -> None:
    with platform.database.session() as session:
        lost = session.query(Episode).filter_by(title=f"Talk {COUNT - 1}").one()
        lost.withdrawal = Withdrawal(reason="asked", at=NOON)
        lost.show.touch()

    syndication.refresh_show(platform, show_id)

    pages = [body for path, body in kept(platform).items() if path.endswith(".xml")]
    assert all(lost.guid.encode() not in page for page in pages)


def test_a_page_too_many_is_forgotten_with_its_files(
    platform: Platform, show_id: str
) -> None:
    file = platform.settings.data_dir / "feeds/shows/demo/feed-2.xml"
    assert file.exists()
    with platform.database.session() as session:
        for episode in session.query(Episode).limit(COUNT - 2 * SIZE):
            session.delete(episode)
        session.get_one(Show, show_id).touch()

    syndication.refresh_show(platform, show_id)

    assert "shows/demo/feed-2.xml" not in kept(platform)
    assert not file.exists()
    assert len(archives(platform)) == 1
