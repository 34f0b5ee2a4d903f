import pytest

from app.actions import syndication
from app.actions.episode_particulars import imported
from app.models import Episode, Show
from app.platform import Platform
from feeds.document import License
from feeds.foreign.document import ForeignItem
from feeds.tags import Funding, Soundbite
from tests.app.studio.conftest import Browser
from tests.factories import make_episode, publish

TOLD = {
    "soundbites": "1:05 - 1:35 A question nobody asks\n\n00:02:00 to 00:02:20",
    "funding": "https://give.example/talk Help with this recording",
    "places": "Kuala Lumpur, my",
    "season_name": "The first year",
    "number_shown": "Part two",
    "picture_alt": "Two chairs beside a window",
    "comments": "https://social.example/@us/1",
    "link": "https://elsewhere.example/1 The paper we talk about",
    "license": "CC-BY-4.0",
    "machine_made": "yes",
}
SAID = [
    '<podcast:soundbite startTime="65" duration="30">A question nobody asks</',
    '<podcast:soundbite startTime="120" duration="20"/>',
    '<podcast:funding url="https://give.example/talk">Help with this recording</',
    '<podcast:location rel="subject" country="MY">Kuala Lumpur</podcast:location>',
    '<podcast:season name="The first year">2</podcast:season>',
    '<podcast:episode display="Part two">7</podcast:episode>',
    'protocol="activitypub" uri="https://social.example/@us/1" priority="1"/>',
    '<podcast:contentLink href="https://elsewhere.example/1">The paper we talk about</',
    ">CC-BY-4.0</podcast:license>",
    '<podcast:txt purpose="ai-content">true</podcast:txt>',
]


@pytest.fixture
def episode(platform: Platform, show: Show) -> Episode:
    with platform.database.session() as session:
        episode = publish(make_episode(session, show, season=2, number=7))
        episode.renditions[0].duration_seconds = 600.0
    syndication.refresh_show(platform, show.id)
    return episode


def page_of(episode: Episode) -> str:
    return f"/studio/episodes/{episode.id}/particulars"


def test_what_a_host_tells_stands_in_the_feed(
    browser: Browser, show: Show, episode: Episode
) -> None:
    answer = browser.post(page_of(episode), TOLD)

    assert answer.status_code == 303, answer.text
    feed = browser.get(f"/shows/{show.slug}/feed.xml").text
    assert [said for said in SAID if said not in feed] == []


def test_the_form_shows_what_was_told(browser: Browser, episode: Episode) -> None:
    browser.post(page_of(episode), TOLD)

    page = browser.get(page_of(episode)).text

    assert "00:01:05 - 00:01:35 A question nobody asks" in page
    assert "Kuala Lumpur, MY" in page
    assert 'value="https://elsewhere.example/1 The paper we talk about"' in page
    assert '<option value="CC-BY-4.0" selected>' in page
    assert 'name="machine_made" value="yes" checked' in page


def test_what_is_emptied_leaves_the_feed(
    browser: Browser, show: Show, episode: Episode
) -> None:
    before = browser.get(f"/shows/{show.slug}/feed.xml").text
    browser.post(page_of(episode), TOLD)

    browser.post(page_of(episode), dict.fromkeys(TOLD, ""))

    after = browser.get(f"/shows/{show.slug}/feed.xml").text
    assert _items(after) == _items(before)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("soundbites", "at the end", "write each moment like 12:30"),
        ("soundbites", "1:00 - 1:02 too short", "5 to 300 seconds"),
        ("soundbites", "1:30 - 1:00 backwards", "5 to 300 seconds"),
        ("soundbites", "9:00:00 - 9:00:20 late", "after the end of the recording"),
        ("places", "Baker Street 221b, GB", "no street or number"),
        ("number_shown", "n" * 33, "under 32 characters"),
        ("comments", "javascript:alert(1)", "the whole address"),
        ("link", "ftp://x.example/ A file", "begin each line with an address"),
        ("link", "https://a.example/\nhttps://b.example/", "write one address"),
        ("license", "mine", "choose one of these"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_kept(
    browser: Browser,
    platform: Platform,
    episode: Episode,
    field: str,
    typed: str,
    sentence: str,
) -> None:
    answer = browser.post(page_of(episode), TOLD | {field: typed})

    assert answer.status_code == 400
    assert sentence in answer.text
    assert "Two chairs beside a window" in answer.text
    with platform.database.reading() as session:
        assert session.get_one(Episode, episode.id).particulars == {}


def test_what_came_from_another_host_stays_as_fine_as_it_was(
    browser: Browser, platform: Platform, episode: Episode
) -> None:
    came = imported(
        ForeignItem(
            guid="1",
            title="Long",
            enclosure=None,
            soundbites=(Soundbite(12.345, 400.5, "Long"),),
            funding=(Funding("https://give.example/talk", "Help"),),
            season_name="The first year",
            license=License("our-own", "https://o.example/l"),
        )
    )
    with platform.database.session() as session:
        session.get_one(Episode, episode.id).particulars = came
    page = browser.get(page_of(episode)).text
    assert '<option value="our-own" selected>' in page

    browser.post(
        page_of(episode),
        dict.fromkeys(TOLD, "")
        | {
            "soundbites": "00:00:12 - 00:06:53 Long",
            "license": "our-own",
            "funding": "https://give.example/talk Help",
            "season_name": "The first year",
        },
    )

    with platform.database.reading() as session:
        assert session.get_one(Episode, episode.id).particulars == came


def _items(feed: str) -> list[str]:
    return feed.split("<item>")[1:]
