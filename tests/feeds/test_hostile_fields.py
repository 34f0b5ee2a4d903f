"""Every field of a feed with all its tags, filled with what is meant to break it."""

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.document import Channel
from feeds.rss import render
from feeds.rules import check
from feeds.text import line
from tests.feeds.particulars import full_feed
from tests.feeds.samples import NOON

# What people write; everything else is checked where it comes in.
WORDS = {"title", "label", "name", "text", "description", "summary", "author"}
WORDS |= {"copyright", "notes_html", "display"}
HOSTILE = {
    "control characters": "a\0b\x08c\x0bd\x1fe\x7ff",
    "the end of CDATA": "]]>]]&gt;<![CDATA[",
    "tags": "</title></item><script>alert(1)</script><item>",
    "entities": "&xxe; &#0; &#x1F; &amp",
    "turned around": "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "half a character": "\ud800 and \udfff",
    "no characters": "\ufffe\uffff",
    "only blanks": " \n\t\u00a0\u2028 ",
    "very long": "word " * 2000,
    "very long without a blank": "w" * 10_000,
    "quotation marks": "\"'` onload=alert(1) x='",
}


def spoiled(value: Any, text: str, *, everywhere: bool) -> Any:
    """The same thing with a text in the place of its words, or of all its texts."""
    if isinstance(value, tuple):
        return tuple(spoiled(one, text, everywhere=everywhere) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, Any] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        is_words = isinstance(old, str) and (everywhere or field.name in WORDS)
        new = text if is_words else spoiled(old, text, everywhere=everywhere)
        changed[field.name] = new
    return replace(value, **changed)


def texts_in(feed: bytes) -> str:
    root = etree.fromstring(feed)
    inside = [
        value for e in root.iter() for value in (e.text or "", *e.attrib.values())
    ]
    return "".join(map(str, inside))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_in_every_field_break_no_rule(text: str) -> None:
    channel = spoiled(full_feed(), text, everywhere=False)

    problems = check(render(channel), NOON + timedelta(days=1))

    assert [str(p) for p in problems if p.severity == "error"] == []


# No address of ours is ever empty.
VISIBLE = {name: text for name, text in HOSTILE.items() if line(text)}


@pytest.mark.parametrize("text", VISIBLE.values(), ids=VISIBLE)
def test_even_in_addresses_and_codes_the_feed_stays_well_formed(text: str) -> None:
    channel = spoiled(full_feed(), text, everywhere=True)

    root = etree.fromstring(render(channel))

    assert len(root.findall("channel/item")) == len(full_feed().items)
    assert root.find(".//script") is None


@settings(max_examples=60)
@given(text=st.text(st.characters(codec=None), max_size=60))
def test_any_words_in_every_field_break_no_rule(text: str) -> None:
    channel: Channel = spoiled(full_feed(), text, everywhere=False)

    feed = render(channel)

    problems = check(feed, NOON + timedelta(days=1))
    assert [str(p) for p in problems if p.severity == "error"] == []
    assert not set(texts_in(feed)) & {"\u202e", "\u2066", "\x7f", "\x08"}
