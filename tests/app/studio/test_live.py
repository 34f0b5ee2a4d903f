from datetime import timedelta

import pytest

from app.actions import live
from app.actions.live_now import coming
from app.database import now
from app.models import LiveItem, Show
from app.platform import Platform
from feeds.rules import Severity, check
from tests.app.studio.conftest import Browser
from tests.factories import make_show

PLAN = {
    "title": "Questions & answers",
    "stream_url": "https://stream.example/live.mp3",
    "content_type": "audio/mpeg",
    "starts_at": "2199-01-01T18:00",
    "utc_offset_minutes": "-60",
}


@pytest.fixture
def address(show: Show) -> str:
    return f"/studio/shows/{show.slug}/live"


def only(platform: Platform, show: Show) -> LiveItem:
    with platform.database.reading() as session:
        (item,) = coming(session, show.id)
        return item


def feed_of(browser: Browser, show: Show) -> str:
    return browser.get(f"/shows/{show.slug}/feed.xml").text


def test_apps_are_told_what_is_planned(
    browser: Browser, platform: Platform, show: Show, address: str
) -> None:
    assert browser.post(address, PLAN).status_code == 303

    feed = feed_of(browser, show)
    assert 'status="pending" start="2199-01-01T17:00:00+00:00">' in feed
    assert "<title>Questions &amp; answers</title>" in feed
    assert 'href="https://cast.example/shows/demo">Follow it on the web' in feed
    errors = [p for p in check(feed.encode()) if p.severity == Severity.ERROR]
    assert errors == []
    assert "We are live" in browser.get(address).text


def test_it_begins_and_ends_with_a_button_each(
    browser: Browser, platform: Platform, show: Show, address: str
) -> None:
    browser.post(address, PLAN)
    place = f"{address}/{only(platform, show).id}"

    for _ in range(2):  # pressed twice is pressed once
        assert browser.post(f"{place}/begin").status_code == 303
    live = feed_of(browser, show)
    began_at = only(platform, show).began_at
    browser.post(f"{place}/end")
    over = feed_of(browser, show)

    assert began_at is not None
    assert f'status="live" start="{began_at.isoformat()}">' in live
    assert 'status="ended"' in over
    assert ' end="' in over


def test_what_is_over_is_not_begun_again(
    browser: Browser, platform: Platform, show: Show, address: str
) -> None:
    browser.post(address, PLAN)
    place = f"{address}/{only(platform, show).id}"
    browser.post(f"{place}/end")

    answer = browser.post(f"{place}/begin")

    assert answer.status_code == 400
    assert "over already" in answer.text


def test_after_a_day_it_is_forgotten(
    browser: Browser, platform: Platform, show: Show, address: str
) -> None:
    browser.post(address, PLAN)
    browser.post(f"{address}/{only(platform, show).id}/end")

    with platform.database.session() as session:
        (item,) = session.query(LiveItem).all()
        item.ended_at = now() - timedelta(days=1, seconds=1)

    live.sweep(platform)

    assert "liveItem" not in feed_of(browser, show)
    with platform.database.reading() as session:
        assert session.query(LiveItem).all() == []


def test_what_does_not_take_place_leaves_the_feed(
    browser: Browser, platform: Platform, show: Show, address: str
) -> None:
    browser.post(address, PLAN)

    browser.post(f"{address}/{only(platform, show).id}/remove")

    assert "liveItem" not in feed_of(browser, show)
    assert "Nothing is planned" in browser.get(address).text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", " ", "give it a title"),
        ("title", "t" * 201, "under 200 characters"),
        ("stream_url", "rtmp://stream.example/live", "the whole address"),
        ("page_url", "javascript:alert(1)", "the whole address"),
        ("content_type", "text/html", "choose one of these"),
        ("starts_at", "tomorrow", "choose a day and a time"),
        ("starts_at", "9999-12-31T23:59", "choose a day and a time"),
        ("starts_at", "2020-01-01T12:00", "has passed"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_lost(
    browser: Browser,
    platform: Platform,
    show: Show,
    address: str,
    field: str,
    typed: str,
    sentence: str,
) -> None:
    answer = browser.post(address, PLAN | {"utc_offset_minutes": "600", field: typed})

    assert answer.status_code == 400
    assert sentence in answer.text
    with platform.database.reading() as session:
        assert coming(session, show.id) == []


def test_the_plan_of_another_show_is_out_of_reach(
    browser: Browser, platform: Platform, show: Show, address: str
) -> None:
    with platform.database.session() as session:
        other = make_show(session, slug="other")
        session.flush()
        theirs = LiveItem(
            show_id=other.id,
            title="Theirs",
            stream_url="https://s.example/",
            content_type="audio/mpeg",
            starts_at=now(),
        )
        session.add(theirs)
        session.flush()
        live_id = theirs.id

    assert browser.post(f"{address}/{live_id}/begin").status_code == 404
    assert browser.post(f"/studio/shows/other/live/{live_id}/begin").status_code == 404
