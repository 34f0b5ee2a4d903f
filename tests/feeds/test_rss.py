from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import podcastparser
import pytest
from lxml import etree

from feeds.document import Channel
from feeds.markup import fit
from feeds.rss import render
from feeds.rules import check
from feeds.xml import PODCAST
from tests.feeds.particulars import full_feed, network_feed
from tests.feeds.samples import (
    NOON,
    conversation,
    film_feed,
    show_feed,
    talk,
    topic_feed,
)

GOLDEN = Path(__file__).parent / "golden"
LATER = NOON + timedelta(days=1)
KINDS = {
    "show": show_feed(),
    "film": film_feed(),
    "topic": topic_feed(),
    "full": full_feed(),
    "network": network_feed(),
}


def channel_of(channel: Channel) -> "etree._Element":
    found = etree.fromstring(render(channel)).find("channel")
    assert found is not None
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_feeds_are_byte_for_byte_what_they_were(kind: str) -> None:
    assert render(KINDS[kind]).decode() == (GOLDEN / f"{kind}.xml").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_rules_find_nothing_worse_than_a_hint(kind: str) -> None:
    problems = check(render(KINDS[kind]), LATER)

    assert {problem.rule for problem in problems} <= {"owner-public"}


def test_the_root_declares_the_four_namespaces_and_no_other() -> None:
    root = etree.fromstring(render(show_feed()))

    assert set(root.nsmap) == {"itunes", "podcast", "atom", "content"}


def test_feedparser_reads_back_what_was_said() -> None:
    parsed = feedparser.parse(render(show_feed()))

    assert not parsed.bozo
    assert parsed.feed.title == "Trainee Talk"
    assert [entry.title for entry in parsed.entries] == [
        "The first hour <3",
        "Who looks after the listener?",
    ]
    assert parsed.entries[0].enclosures[0].length == "1120800"
    assert parsed.entries[1].itunes_duration == "93"


def test_podcastparser_reads_back_what_was_said(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(render(show_feed()))

    with file.open("rb") as stream:
        parsed = podcastparser.parse("https://cast.example/feed.xml", stream)

    first = parsed["episodes"][0]
    assert first["guid"] == conversation().guid
    assert first["published"] == int(NOON.timestamp())
    assert first["enclosures"][0]["file_size"] == 1_120_800
    assert [c["title"] for c in first["chapters"]][1] == "What supervision is for"


def test_the_date_of_the_feed_is_that_of_its_content() -> None:
    changed_at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    channel = channel_of(replace(show_feed(), changed_at=changed_at))

    assert channel.findtext("lastBuildDate") == "Fri, 02 Jan 2026 03:04:05 +0000"


def test_hls_is_an_alternate_that_readers_do_not_drop() -> None:
    channel = channel_of(show_feed())

    alternates = channel.findall(f".//{{{PODCAST}}}alternateEnclosure")
    stream = next(a for a in alternates if a.get("type") == "application/x-mpegURL")

    assert stream.get("length") == "0"
    assert stream[0].get("uri", "").endswith("master.m3u8")


def test_exactly_one_alternate_is_the_default_and_is_the_enclosure() -> None:
    item = channel_of(film_feed()).find("item")
    assert item is not None

    alternates = item.findall(f"{{{PODCAST}}}alternateEnclosure")
    default = [a[0].get("uri") for a in alternates if a.get("default") == "true"]

    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert default == [enclosure.get("url")]


def test_a_show_without_episodes_is_a_valid_feed() -> None:
    problems = check(render(replace(show_feed(), items=())), LATER)

    assert {problem.rule for problem in problems} == {"feed-empty", "owner-public"}


@pytest.mark.parametrize("text", ["]]>", "<script>alert(1)</script>", "a\0b\x0b\ud800"])
def test_hostile_words_do_not_break_out(text: str) -> None:
    item = replace(talk(), title=text, summary=text, notes_html=f"<p>{text}</p>")

    problems = check(render(replace(show_feed(), title=text, items=(item,))), LATER)

    assert not [p for p in problems if p.severity == "error"]


def test_a_long_description_is_cut_where_apple_cuts_and_stays_whole_beside() -> None:
    notes = "<p>" + "Zuhören — <b>wörtlich</b>. " * 400 + "</p>"

    item = channel_of(replace(show_feed(), items=(replace(talk(), notes_html=notes),)))

    short = item.findtext("item/description") or ""
    full = item.findtext("item/{http://purl.org/rss/1.0/modules/content/}encoded")
    assert 3900 < len(short.encode()) <= 4000
    assert short.endswith("…</p>")
    assert full is not None
    assert fit(notes) in full


def test_chapters_are_also_times_in_the_description() -> None:
    description = channel_of(show_feed()).findtext("item/description") or ""

    assert "<li>00:00:00 Welcome</li>" in description
    assert "<li>01:02:03 Goodbye &amp; thanks</li>" in description


def test_two_chapters_are_too_few_for_times_in_the_description() -> None:
    item = replace(conversation(), chapters=conversation().chapters[:2])

    description = channel_of(replace(show_feed(), items=(item,))).findtext(
        "item/description"
    )

    assert "00:00:00" not in (description or "")


def test_without_an_address_the_feed_has_no_owner() -> None:
    body = render(replace(show_feed(), owner_email=""))

    assert b"itunes:owner" not in body


def test_what_is_hidden_ended_or_moved_says_so() -> None:
    new = "https://new.example/feed.xml"
    channel = replace(
        show_feed(), is_hidden=True, is_complete=True, new_feed_url=new, feed_url=new
    )

    body = render(channel).decode()

    assert "<itunes:block>Yes</itunes:block>" in body
    assert "<itunes:complete>Yes</itunes:complete>" in body
    assert f"<itunes:new-feed-url>{new}</itunes:new-feed-url>" in body
