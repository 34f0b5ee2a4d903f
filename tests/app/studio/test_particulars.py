import pytest

from app.models import Show
from app.platform import Platform
from tests.app.studio.conftest import Browser

TOLD: dict[str, str | list[str]] = {
    "medium": "course",
    "rhythm": "fortnightly",
    "places": "London, gb\nThe moon",
    "funding": "https://give.example/us Pay for our server",
    "friends": "https://friend.example/feed.xml A friend",
    "license": "CC-BY-4.0",
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
