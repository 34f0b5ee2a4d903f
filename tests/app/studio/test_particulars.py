from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.models import Show, User
from app.platform import Platform
from app.settings import Settings
from tests.app.studio.conftest import SITE, Browser, browser_of, token_for
from tests.factories import make_episode, publish

TOLD: dict[str, str | list[str]] = {
    "medium": "course",
    "rhythm": "fortnightly",
    "places": "London, gb\nThe moon",
    "funding": "https://give.example/us Pay for our server",
    "friends": "https://friend.example/feed.xml A friend",
    "license": "CC-BY-4.0",
    "picture_alt": "Three hands around a cup",
    "comments": "https://social.example/@demo",
    "talk": "matrix chat.example #demo",
    "copyright": "2026 Ada",
    "verification": "abc-123",
    "blocks": ["apple", "amazon"],
    "serial": "yes",
    "locked": "yes",
}
SAID = [
    "<podcast:medium>course</podcast:medium>",
    'rrule="FREQ=WEEKLY;INTERVAL=2">Every other week</podcast:updateFrequency>',
    '<podcast:location rel="subject" country="GB">London</podcast:location>',
    '<podcast:location rel="subject">The moon</podcast:location>',
    '<podcast:funding url="https://give.example/us">Pay for our server</',
    'feedUrl="https://friend.example/feed.xml" title="A friend"/>',
    ">CC-BY-4.0</podcast:license>",
    "<copyright>2026 Ada</copyright>",
    '<podcast:txt purpose="verify">abc-123</podcast:txt>',
    '<podcast:block id="amazon">yes</podcast:block>',
    "<podcast:publisher>",
    'protocol="activitypub" uri="https://social.example/@demo" priority="1"/>',
    '<podcast:chat server="chat.example" protocol="matrix" space="#demo"/>',
]


def test_what_a_host_tells_stands_in_the_feed(browser: Browser, show: Show) -> None:
    browser.post(f"/studio/shows/{show.slug}/particulars", TOLD)

    feed = browser.get(f"/shows/{show.slug}/feed.xml").text
    assert [said for said in SAID if said not in feed] == []


def test_the_form_shows_what_was_told(browser: Browser, show: Show) -> None:
    address = f"/studio/shows/{show.slug}/particulars"
    browser.post(address, TOLD)

    page = browser.get(address).text

    assert "London, GB\nThe moon" in page
    assert "https://give.example/us Pay for our server" in page
    assert '<option value="fortnightly" selected>' in page
    assert 'name="blocks" value="amazon" checked' in page


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("funding", "Pay us", "begin each line with an address"),
        ("funding", "javascript:alert(1) Pay", "begin each line with an address"),
        ("comments", "our page", "the whole address"),
        ("talk", "telegram chat.example", "matrix chat.example"),
        ("talk", "matrix <script>", "matrix chat.example"),
        ("picture_alt", "x" * 301, "under 300 characters"),
        ("places", "Baker Street 221b, GB", "no street or number"),
        ("friends", "x " * 200, "begin each line|under 300"),
        ("friends", "https://a.example\n" * 30, "Please keep it to 20 lines."),
        ("rhythm", "hourly", "Please choose one of these."),
        ("medium", "opera", "Please choose one of these."),
        ("license", "MINE", "Please choose one of these."),
        ("blocks", "everybody", "Please choose some of these."),
        ("copyright", "x" * 300, "under 200 characters"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_changed(
    browser: Browser,
    platform: Platform,
    show: Show,
    field: str,
    typed: str,
    sentence: str,
) -> None:
    answer = browser.post(
        f"/studio/shows/{show.slug}/particulars", TOLD | {field: typed}
    )

    assert answer.status_code == 400
    assert any(part in answer.text for part in sentence.split("|"))
    with platform.database.reading() as session:
        kept = session.get_one(Show, show.id)
    assert (kept.medium, kept.particulars) == ("podcast", {})


def test_without_comments_apps_are_told_to_offer_none(
    browser: Browser, show: Show
) -> None:
    browser.post(f"/studio/shows/{show.slug}/particulars", {"medium": "podcast"})

    feed = browser.get(f"/shows/{show.slug}/feed.xml").text
    assert '<podcast:socialInteract protocol="disabled"/>' in feed


def test_the_cover_is_described_with_its_size(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        row = session.get_one(Show, show.id)
        row.artwork_key, row.artwork_side = "public/shows/demo/cover.jpg", 3000

    browser.post(f"/studio/shows/{show.slug}/particulars", TOLD)

    feed = browser.get(f"/shows/{show.slug}/feed.xml").text
    assert (
        'cover.jpg" alt="Three hands around a cup" aspect-ratio="1/1" width="3000" '
        'height="3000" type="image/jpeg" purpose="artwork"/>' in feed
    )


def test_the_address_of_another_hosts_license_goes_with_it(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        row = session.get_one(Show, show.id)
        row.license, row.license_url = "ours", "https://o.example/license"
    address = f"/studio/shows/{show.slug}/particulars"

    browser.post(address, TOLD | {"license": "ours"})
    kept = browser.get(f"/shows/{show.slug}/feed.xml").text
    browser.post(address, TOLD | {"license": "CC-BY-4.0"})
    changed = browser.get(f"/shows/{show.slug}/feed.xml").text

    assert '<podcast:license url="https://o.example/license">ours<' in kept
    assert "o.example" not in changed


def test_trailers_are_named_for_the_whole_show(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        row = session.get_one(Show, show.id)
        trailer = make_episode(session, row, title="What this is", kind="trailer")
        publish(trailer)
        publish(make_episode(session, row))

    browser.post(f"/studio/shows/{show.slug}/particulars", TOLD)

    feed = browser.get(f"/shows/{show.slug}/feed.xml").text
    (tag,) = [line for line in feed.splitlines() if "<podcast:trailer" in line]
    assert f'url="https://cast.example/audio/{trailer.id}.mp3"' in tag
    assert ">What this is</podcast:trailer>" in tag


PAID = "ada@wallet.example 60 Ada\nour+house@wallet.example 40"


def test_payments_are_only_for_sites_whose_keeper_wants_them(
    browser: Browser, platform: Platform, show: Show
) -> None:
    address = f"/studio/shows/{show.slug}/particulars"
    assert "lightning" not in browser.get(address).text

    browser.post(address, TOLD | {"payments": PAID})

    assert "podcast:value" not in browser.get(f"/shows/{show.slug}/feed.xml").text
    with platform.database.reading() as session:
        assert not session.get_one(Show, show.id).particulars.get("payments")


@pytest.fixture
def paying(platform: Platform, settings: Settings, host: User) -> Iterator[Browser]:
    app = create_app(settings.model_copy(update={"payments": True}))
    with TestClient(app, base_url=SITE, follow_redirects=False) as client:
        client.post("/studio/sign-in", data={"token": token_for(platform, host)})
        yield browser_of(client)


def test_where_a_keeper_wants_them_shows_say_who_is_paid(
    paying: Browser, show: Show
) -> None:
    address = f"/studio/shows/{show.slug}/particulars"

    paying.post(address, TOLD | {"payments": PAID})
    page = paying.get(address).text
    refused = paying.post(address, TOLD | {"payments": "ada 50"})
    feed = paying.get(f"/shows/{show.slug}/feed.xml").text

    assert "ada@wallet.example 60 Ada" in page
    assert refused.status_code == 400
    assert '<podcast:value type="lightning" method="lnaddress">' in feed
    assert 'name="Ada" type="lnaddress" address="ada@wallet.example" split="60"' in feed
