import re

from app.models import FeedKey, Show
from app.platform import Platform
from tests.app.studio.conftest import Browser


def test_a_key_is_given_and_its_address_shown_once(
    browser: Browser, platform: Platform, show: Show
) -> None:
    address = f"/studio/shows/{show.slug}/listeners"
    browser.post(f"{address}/privacy", {"private": "yes"})

    page = browser.post(address, {"label": "Ada <3"}).text

    feed = re.search(r'value="([^"]+/private/[^"]+/feed\.xml)"', page)
    assert feed is not None
    path = "/private/" + feed[1].partition("/private/")[2]
    assert browser.get(path).status_code == 200
    later = browser.get(address).text
    assert "Ada &lt;3" in later
    assert "/private/" not in later


def test_a_key_is_taken_back(browser: Browser, platform: Platform, show: Show) -> None:
    address = f"/studio/shows/{show.slug}/listeners"
    browser.post(f"{address}/privacy", {"private": "yes"})
    page = browser.post(address, {"label": "Ada"}).text
    path = "/private/" + re.findall(r"/private/([^\"]+)", page)[0]
    with platform.database.reading() as session:
        key = session.query(FeedKey).one()

    browser.post(f"{address}/{key.id}/revoke", {})

    assert browser.get(path).status_code == 410
    assert "Taken back" in browser.get(address).text


def test_a_key_without_a_name_is_asked_for_one(browser: Browser, show: Show) -> None:
    address = f"/studio/shows/{show.slug}/listeners"
    browser.post(f"{address}/privacy", {"private": "yes"})

    answer = browser.post(address, {"label": " "})

    assert answer.status_code == 400
    assert "Please say whom this key is for." in answer.text


def test_a_show_is_closed_and_opened(
    browser: Browser, platform: Platform, show: Show
) -> None:
    address = f"/studio/shows/{show.slug}/listeners"

    browser.post(f"{address}/privacy", {"private": "yes"})
    closed = browser.get(f"/shows/{show.slug}").status_code
    browser.post(f"{address}/privacy", {"private": ""})

    assert (closed, browser.get(f"/shows/{show.slug}").status_code) == (404, 200)
