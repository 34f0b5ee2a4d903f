"""What goes into a form of chapters comes out of it equal."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from feeds import chapters_json, document
from feeds.rss import render
from media_pipeline.errors import UnusableText
from media_pipeline.words.chapter_forms import write_lines, write_podlove, write_vtt
from media_pipeline.words.chapters import (
    LONGEST_LINK,
    LONGEST_TITLE,
    PODLOVE,
    Chapter,
    normal,
    read_chapters,
)
from tests.feeds.samples import show_feed, talk

ODD = [
    "-->",
    "00:00:01.000",
    "- dash",
    ") bracket",
    ": colon",
    "<https://example.org/>",
    "<b>",
    "&amp;",
    "& <",
    "WEBVTT",
    '{"',
    "\n",
    "\n\n",
    "\u2028",
    "שלום",
    "مرحبا",
    "\u202eevil",
    "👩‍👩‍👧",
    "e\u0301",
    "]]>",
    "<!DOCTYPE x>",
    "\u2060",
    "12:30",
]
titles = st.lists(st.sampled_from(ODD) | st.text(max_size=8), max_size=5).map(" ".join)
addresses = (
    st.just("")
    | (st.sampled_from(["", "a-->b", "?x=<y>", "\u202e", "é&b"])).map(
        lambda rest: f"https://example.org/{rest}"
    )
    | titles
)
starts = st.integers(0, 100 * 3_600_000).map(lambda ms: ms / 1000) | st.floats()
everything = st.lists(st.builds(Chapter, starts, titles, addresses), max_size=8)
lists = everything.map(normal).filter(bool)


def in_json(chapters: tuple[Chapter, ...]) -> bytes:
    listed = (document.Chapter(c.start_seconds, c.title, c.link) for c in chapters)
    return chapters_json.render(tuple(listed), "An episode", "A show")


def in_a_feed(chapters: tuple[Chapter, ...]) -> bytes:
    listed = tuple(document.Chapter(c.start_seconds, c.title, c.link) for c in chapters)
    feed = render(replace(show_feed(), items=(replace(talk(), chapters=listed),)))
    found = etree.fromstring(feed).find(f".//{PODLOVE}chapters")
    assert found is not None
    return etree.tostring(found)


WRITERS: list[Callable[[tuple[Chapter, ...]], bytes]] = [
    in_json,
    in_a_feed,
    write_podlove,
    lambda chapters: write_lines(chapters).encode(),
    lambda chapters: write_vtt(chapters, 10).encode(),
]


@pytest.mark.parametrize("write", WRITERS)
@given(chapters=lists)
@example(chapters=(Chapter(0, "- x"), Chapter(1.001, "y", "https://example.org/--%3E")))
@example(chapters=(Chapter(0, "see <https://example.org/>"),))
def test_chapters_come_back_equal(
    write: Callable[[tuple[Chapter, ...]], bytes], chapters: tuple[Chapter, ...]
) -> None:
    assert read_chapters(write(chapters), "chapters") == chapters


@given(lists)
def test_what_is_normal_stays_as_it_is(chapters: tuple[Chapter, ...]) -> None:
    assert normal(chapters) == chapters


@given(everything)
def test_normal_chapters_are_short_in_order_and_lead_to_the_web(
    found: list[Chapter],
) -> None:
    made = normal(found)

    assert [c.start_seconds for c in made] == sorted({c.start_seconds for c in made})
    assert all(0 < len(c.title) <= LONGEST_TITLE for c in made)
    assert all(c.link == "" or c.link.startswith("http") for c in made)
    assert all(len(c.link) <= LONGEST_LINK for c in made)


@given(
    st.sampled_from(["WEBVTT\n\n", '{"chapters": [{', "<", "<psc:", "0:00 "]), titles
)
def test_no_broken_form_breaks_the_reading(start: str, rest: str) -> None:
    with contextlib.suppress(UnusableText):
        found = read_chapters((start + rest).encode(), "chapters")
        assert normal(found) == found


def test_podlove_chapters_are_a_document_of_their_own() -> None:
    root = etree.fromstring(write_podlove((Chapter(62.5, "Über & <mehr>"),)))

    assert root.tag == "{http://podlove.org/simple-chapters}chapters"
    assert dict(root[0].attrib) == {"start": "00:01:02.500", "title": "Über & <mehr>"}


def test_the_last_chapter_lasts_until_the_end() -> None:
    written = write_vtt((Chapter(0, "One"), Chapter(2, "Two")), 7.25)

    assert "00:00:00.000 --> 00:00:02.000\nOne\n" in written
    assert "00:00:02.000 --> 00:00:07.250\nTwo\n" in written
