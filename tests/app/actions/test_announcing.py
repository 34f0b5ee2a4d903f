"""Hubs are told when a feed has changed, but not while a host may change their mind."""

from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest
from lxml import etree
from starlette.testclient import TestClient

from app.actions import announcing, private_shows, syndication
from app.database import Base
from app.main import create_app
from app.models import Announcement, Episode, FeedSnapshot
from app.platform import Platform
from app.settings import Settings
from tests.app.actions.listener import (
    FEED,
    QUIET,
    SECOND,
    Clock,
    Listener,
    add_episode,
    wait,
)
from tests.factories import make_episode, make_show, publish


@pytest.fixture
def platform(settings: Settings, hub: Listener) -> Iterator[Platform]:
    named = {"websub_hubs": f"http://{hub.door}/hub", "fetch_also": hub.door}
    platform = Platform.open(settings.model_copy(update=named))
    Base.metadata.create_all(platform.database.engine)
    yield platform
    platform.close()


@pytest.fixture
def show_id(platform: Platform) -> str:
    with platform.database.session() as session:
        show = make_show(session)
        publish(make_episode(session, show, "The first"))
    syndication.refresh_show(platform, show.id)
    return show.id


def test_nobody_is_told_while_a_host_may_change_their_mind(
    platform: Platform, show_id: str, hub: Listener, clock: Clock
) -> None:
    wait(platform, clock, QUIET - 10 * SECOND)

    assert hub.asked == []


def test_afterwards_the_hub_is_told_once(
    platform: Platform, show_id: str, hub: Listener, clock: Clock
) -> None:
    wait(platform, clock, QUIET + SECOND)
    wait(platform, clock, QUIET + SECOND)

    (told,) = hub.about(FEED)
    assert told["hub.mode"] == "publish"
    assert told["hub.url"] == platform.url(FEED)


def test_several_changes_are_one_notice_after_the_last(
    platform: Platform, show_id: str, hub: Listener, clock: Clock
) -> None:
    wait(platform, clock, QUIET / 2)
    add_episode(platform, show_id, "The second")
    wait(platform, clock, QUIET - SECOND)
    early = hub.about(FEED)
    wait(platform, clock, 2 * SECOND)

    assert (early, len(hub.about(FEED))) == ([], 1)


def take_back(platform: Platform, title: str) -> None:
    with platform.database.session() as session:
        episode = session.query(Episode).filter_by(title=title).one()
        episode.publication = None
        episode.show.touch()
    syndication.refresh_show(platform, episode.show_id)


def test_what_was_taken_back_in_time_is_never_told(
    platform: Platform, show_id: str, hub: Listener, clock: Clock
) -> None:
    wait(platform, clock, QUIET + SECOND)
    add_episode(platform, show_id, "Too early")
    wait(platform, clock, QUIET / 2)
    take_back(platform, "Too early")
    wait(platform, clock, QUIET + SECOND)

    assert len(hub.about(FEED)) == 1


def test_nor_when_the_hub_is_told_for_the_first_time(
    settings: Settings, hub: Listener, clock: Clock
) -> None:
    quiet = Platform.open(settings)
    Base.metadata.create_all(quiet.database.engine)
    with quiet.database.session() as session:
        show = make_show(session)
        publish(make_episode(session, show, "The first"))
    syndication.refresh_show(quiet, show.id)
    quiet.close()
    named = {"websub_hubs": f"http://{hub.door}/hub", "fetch_also": hub.door}
    platform = Platform.open(settings.model_copy(update=named))
    syndication.refresh_show(platform, show.id)  # now it names the hub
    wait(platform, clock, QUIET + SECOND)
    add_episode(platform, show.id, "Too early")
    take_back(platform, "Too early")
    wait(platform, clock, QUIET + SECOND)

    assert len(hub.about(FEED)) == 1
    platform.close()


def test_a_hub_that_fails_is_asked_again_until_it_takes_it(
    platform: Platform, show_id: str, hub: Listener, clock: Clock
) -> None:
    hub.status = 503
    wait(platform, clock, QUIET + SECOND)
    wait(platform, clock, announcing.FIRST_PAUSE + SECOND)
    hub.status = 202
    wait(platform, clock, 2 * announcing.FIRST_PAUSE + SECOND)
    wait(platform, clock, timedelta(days=2))

    assert len(hub.about(FEED)) == 3


def test_a_hub_that_is_gone_is_given_up_after_a_day(
    platform: Platform, show_id: str, hub: Listener, clock: Clock
) -> None:
    hub.status = 404
    wait(platform, clock, QUIET + SECOND)
    wait(platform, clock, announcing.PATIENCE + SECOND)
    asked = len(hub.about(FEED))
    wait(platform, clock, timedelta(days=1))

    assert len(hub.about(FEED)) == asked == 2


def test_a_kill_between_asking_and_writing_it_down_asks_again(
    platform: Platform,
    show_id: str,
    hub: Listener,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(announcing, "_settle", lambda *_: None)
        wait(platform, clock, QUIET + SECOND)
    wait(platform, clock, announcing.AGAIN + SECOND)

    assert len(hub.about(FEED)) == 2
    with platform.database.reading() as session:
        rows = session.query(Announcement).filter_by(path=FEED).all()
    assert [row.due_at for row in rows] == [None]


def test_a_show_that_became_private_is_not_talked_about(
    platform: Platform, show_id: str, hub: Listener, clock: Clock
) -> None:
    private_shows.set_private(platform, show_id, True)

    wait(platform, clock, QUIET + SECOND)

    assert hub.about(FEED) == []


def test_feeds_and_answers_name_the_hub(platform: Platform, show_id: str) -> None:
    with TestClient(create_app(platform.settings)) as client:
        answer: httpx2.Response = client.get(f"/{FEED}")

    (address,) = announcing.hubs(platform)
    links = etree.fromstring(answer.content).xpath(
        "channel/a:link[@rel='hub']/@href",
        namespaces={"a": "http://www.w3.org/2005/Atom"},
    )
    assert links == [address]
    assert answer.headers["link"] == (
        f'<{address}>; rel="hub", <{platform.url(FEED)}>; rel="self"'
    )


def test_without_a_setting_nobody_is_told_anything(
    settings: Settings, clock: Clock
) -> None:
    platform = Platform.open(settings)
    Base.metadata.create_all(platform.database.engine)
    with platform.database.session() as session:
        publish(make_episode(session, make_show(session), "The first"))
    syndication.refresh_all(platform)

    with platform.database.reading() as session:
        assert session.query(Announcement).all() == []
        assert b"odping" not in session.get_one(FeedSnapshot, FEED).body
    platform.close()
