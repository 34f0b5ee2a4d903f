from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.document import Chapter
from feeds.foreign import ForeignItem, UnusableFeed, read_foreign
from feeds.foreign.values import moment, seconds
from feeds.tags import Funding
from tests.feeds.foreign import styles
from tests.feeds.foreign.styles import feed

AUDIO = '<enclosure url="https://a.example/%s.mp3" length="5" type="audio/mpeg"/>'
BOMB = b'<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel/></rss>'
THIEF = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>'


def only(body: bytes) -> ForeignItem:
    (item,) = read_foreign(body, "https://old.example/feed.xml").items
    return item


def test_a_castopod_show_is_understood() -> None:
    show = read_foreign(styles.CASTOPOD)

    assert show.title == "Talks & Tea"
    assert show.description == "Two people talk.\nThere is tea."
    assert show.guid == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert (show.is_locked, show.locked_owner) == (True, "ann@pod.example")
    assert show.categories == (("Health & Fitness", "Mental Health"),)
    assert (show.owner_name, show.owner_email) == ("Ann", "ann@pod.example")
    assert (show.funding[0].label, show.credits[0].role) == ("Buy us tea", "host")
    assert show.is_serial


def test_a_castopod_episode_keeps_everything() -> None:
    item = only(styles.CASTOPOD)

    assert item.guid == "https://pod.example/@talks/episodes/grief"
    assert item.published_at == datetime(2026, 3, 7, 9, 30, tzinfo=UTC)
    assert (item.season, item.season_name, item.number) == (2, "The long year", 5)
    assert item.enclosure is not None
    assert item.enclosure.url.endswith("grief.mp3?_from=feed")
    assert (item.credits[0].name, item.credits[0].role) == ("Bo", "guest")
    assert item.soundbites[0].start_seconds == 73.0
    assert item.funding == (Funding("https://give.example/grief", "Help out"),)
    assert item.license is not None
    assert item.license.slug == "CC-BY-4.0"
    assert item.remarks == ()


def test_addresses_in_a_feed_are_made_whole() -> None:
    (script,) = only(styles.CASTOPOD).transcripts

    assert script.url == "https://old.example/transcripts/grief.srt"
    assert script.is_timed


def test_a_peertube_film_is_found_in_its_group() -> None:
    item = only(styles.PEERTUBE)

    assert item.enclosure is not None
    assert (item.enclosure.url, item.enclosure.size) == (
        "https://tube.example/f/720.mp4",
        900,
    )
    kinds = [alternate.content_type for alternate in item.alternates]
    assert kinds == ["video/mp4", "application/x-mpegurl"]
    assert item.image_url == "https://tube.example/t/a.jpg"
    assert item.duration_seconds == 750


def test_podlove_chapters_come_in_their_order() -> None:
    item = only(styles.PODLOVE)

    assert item.title == "Anfang"
    assert item.chapters == (
        Chapter(0.0, "Zuerst"),
        Chapter(600.5, "Danach", "https://x.example"),
    )
    assert item.duration_seconds == 3723.5
    assert item.notes_html == "<p>Notizen&nbsp;hier</p>"


def test_names_that_only_html_knows_are_read() -> None:
    show = read_foreign(styles.PODLOVE)

    assert show.description == "Vom Hören"
    assert show.next_page_url == "https://s.example/feed/mp3/?paged=2"


def test_an_anchor_episode_is_understood() -> None:
    item = only(styles.ANCHOR)

    assert item.enclosure is not None
    assert item.enclosure.url.endswith("https%3A%2F%2Fc.example%2Fa.m4a")
    assert (item.author, item.kind, item.explicit) == ("Nia", "trailer", False)
    assert read_foreign(styles.ANCHOR).image_url == "https://cdn.example/n.jpg"


def test_a_buzzsprout_show_in_the_old_namespace_is_understood() -> None:
    show = read_foreign(styles.BUZZSPROUT)

    assert (show.is_locked, show.new_feed_url) == (False, "https://b.example/new.rss")
    assert show.items[0].chapters_url.endswith("chapters.json")
    assert show.items[0].summary == "On rest.\nAnd sleep."
    assert show.items[0].duration_seconds == 3723


def test_a_libsyn_feed_that_is_not_well_formed_is_read_all_the_same() -> None:
    show = read_foreign(styles.LIBSYN)

    assert show.title.startswith("Café")
    assert show.explicit
    assert show.items[0].published_at == datetime(2026, 2, 10, 12, tzinfo=UTC)
    assert show.items[0].duration_seconds is None
    assert show.items[0].image_url == "http://static.example/p.jpg"


@pytest.mark.parametrize(
    ("inside", "remark"),
    [
        ("<title>A</title><guid>a</guid>", "no file"),
        (f"<guid>a</guid>{AUDIO % 1}", "no title"),
        (f"<title>A</title>{AUDIO % 1}", "no guid"),
        (f"<title>A</title><guid>a</guid>{AUDIO % 1}", "no date"),
        (f"<title>A</title><pubDate>soon</pubDate>{AUDIO % 1}", "'soon'"),
        (
            '<title>A</title><enclosure url="https://a.example/x" type="text/html"/>',
            "text/html",
        ),
    ],
)
def test_what_is_odd_about_an_episode_is_said(inside: str, remark: str) -> None:
    item = only(feed(f"<item>{inside}</item>"))

    assert any(remark in said for said in item.remarks)


def test_one_bad_episode_does_not_stop_the_rest() -> None:
    good = f"<item><title>B</title><guid>b</guid>{AUDIO % 2}</item>"

    show = read_foreign(feed(f"<item><enclosure url='::'/></item>{good}"))

    assert [item.title for item in show.items] == ["Untitled episode", "B"]


def test_episodes_that_share_a_guid_get_their_own() -> None:
    twins = "".join(f"<item><guid>x</guid>{AUDIO % n}</item>" for n in (1, 2))

    first, second = read_foreign(feed(twins)).items

    assert (first.guid, second.guid) == ("x", "x#2")
    assert any("shares its guid" in said for said in second.remarks)


def test_an_episode_without_a_guid_gets_the_same_one_each_time() -> None:
    body = feed(f"<item>{AUDIO % 1}</item>")

    assert only(body).guid == only(body).guid != ""


@pytest.mark.parametrize("body", [BOMB, THIEF])
def test_a_document_type_is_not_read(body: bytes) -> None:
    with pytest.raises(UnusableFeed, match="DOCTYPE"):
        read_foreign(body)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b" " * 1000, "empty"),
        (b"hello", "no XML"),
        (b"<!doctype html><html><body/></html>", "web page"),
        (b"<html><body/></html>", "web page"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "Atom"),
        (b"<opml><body/></opml>", "OPML"),
        (b"<rss/>", "without|with a channel"),
        (b"<rss><channel>" + b" " * (33 * 1024 * 1024), "larger"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, sentence: str) -> None:
    with pytest.raises(UnusableFeed, match=sentence):
        read_foreign(body)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "//", ""]
)
def test_only_web_addresses_are_kept(link: str) -> None:
    item = only(feed(f'<item><link>{link}</link><enclosure url="{link}"/></item>'))

    assert item.enclosure is None
    assert item.link in ("", "https://old.example/feed.xml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", 90), ("1:30", 90), ("0:01:30.5", 90.5), ("", None), ("-5", None)],
)
def test_durations_are_read_in_every_form(text: str, expected: float | None) -> None:
    assert seconds(text) == expected


@given(st.text())
def test_no_date_or_duration_is_too_odd(text: str) -> None:
    assert (moment(text) or datetime.now(UTC)).tzinfo is UTC
    assert (seconds(text) or 0) >= 0


@given(st.binary(max_size=400), st.integers(0, 2000))
def test_any_bytes_are_a_show_or_a_sentence(junk: bytes, at: int) -> None:
    body = styles.CASTOPOD[:at] + junk + styles.CASTOPOD[at:]

    said = ""
    try:
        said = read_foreign(body).title
    except UnusableFeed as refusal:
        said = str(refusal)

    assert said
