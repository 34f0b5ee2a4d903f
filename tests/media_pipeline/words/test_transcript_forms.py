"""What goes into a form of a transcript comes out of it equal."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media_pipeline.errors import UnusableText
from media_pipeline.words.captions import (
    Cue,
    Script,
    normal,
    read_transcript,
    write_html,
    write_json,
    write_srt,
    write_text,
    write_vtt,
)
from media_pipeline.words.timecode import LONGEST_SECONDS

TIMED = [write_vtt, write_srt, write_json, write_html]

# What is markup, a time or a name somewhere, and scripts of every direction.
ODD = [
    "-->",
    "00:00:01.000 --> 00:00:02.000",
    "<v Ada>",
    "</v>",
    "<i>",
    "<b",
    "{\\an8}",
    "&amp;",
    "&lt;",
    "& <",
    "WEBVTT",
    '{"segments": []}',
    "[",
    "Note: this",
    "Ada Example:",
    "Ada: ",
    ":",
    "ada",
    "\n",
    "\n\n",
    "\u2028",
    "\u00a0",
    "שלום עולם",
    "مرحبا: بك",
    "\u202eevil",
    "👩‍👩‍👧",
    "🏳️‍🌈 flag",
    "e\u0301",
    "1",
    "<p>",
    "</p><script>alert(1)</script>",
    "<!--",
    "]]>",
    "<![CDATA[",
    "\u2060",
    "\u2060: ",
    "--",
    ">",
    "PT5S",
]
words = st.lists(st.sampled_from(ODD) | st.text(max_size=8), max_size=6).map(" ".join)
moments = st.integers(0, 101 * 3_600_000).map(lambda ms: ms / 1000) | st.floats()
cues = st.builds(Cue, moments, moments, words, st.just("") | words)
everything = st.lists(cues, min_size=1, max_size=8)
scripts = everything.map(normal).filter(lambda script: bool(script.cues))
texts = everything.map(lambda found: normal(found, timed=False)).filter(
    lambda script: bool(script.cues)
)


def read(written: str) -> Script:
    return read_transcript(written.encode(), "talk")


@pytest.mark.parametrize("write", TIMED)
@given(script=scripts)
@example(script=Script((Cue(0, 1, "Note: this"), Cue(1, 2, "So: it is", "Ada"))))
@example(script=Script((Cue(0, 1, "Hi", "Ada"), Cue(1, 2, "[music]"))))
@example(script=Script((Cue(0, 1, "Hi", "Ada"), Cue(1, 2, "Bo: no", "Ada"))))
@example(script=Script((Cue(0, 1, "x", "dr. no: \u2014"), Cue(1, 1.001, "--> <i>"))))
@example(script=Script((Cue(0, 1, "x", ":"), Cue(LONGEST_SECONDS - 1, 359999, "y"))))
def test_captions_come_back_equal(
    write: Callable[[Script], str], script: Script
) -> None:
    assert read(write(script)) == script


@pytest.mark.parametrize("write", [write_text, write_html])
@given(script=texts)
@example(script=Script((Cue(0, 0, "hi", "WEBVTT"), Cue(0, 0, "-->")), timed=False))
def test_paragraphs_come_back_equal(
    write: Callable[[Script], str], script: Script
) -> None:
    assert read(write(script)) == script


@given(scripts)
def test_the_text_of_captions_comes_back_as_turns(script: Script) -> None:
    assert read(write_text(script)) == script.turns


@given(scripts)
def test_what_is_normal_stays_as_it_is(script: Script) -> None:
    assert normal(script.cues) == script


@given(everything)
def test_normal_words_are_in_order_visible_and_said_in_time(found: list[Cue]) -> None:
    made = normal(found).cues

    assert [c.start_seconds for c in made] == sorted(c.start_seconds for c in made)
    assert all(0 <= c.start_seconds < c.end_seconds <= LONGEST_SECONDS for c in made)
    assert all(c.text == " ".join(c.text.split()) and c.text for c in made)


@given(
    st.sampled_from(["WEBVTT\n\n", '{"segments": [', "[{", "<p>", "<html><p><time>"])
    | st.just("1\n00:00:00,000 --> 00:00:01,000\n"),
    words,
)
def test_no_broken_form_breaks_the_reading(start: str, rest: str) -> None:
    with contextlib.suppress(UnusableText):
        script = read(start + rest)
        assert normal(script.cues, timed=script.timed) == script


@given(
    st.sampled_from([b"<", b"WEBVTT\n\n", b"{", b"1\n00:00 --> 00:01\n"]), st.binary()
)
def test_no_bytes_break_the_reading(start: bytes, rest: bytes) -> None:
    with contextlib.suppress(UnusableText):
        assert read_transcript(start + rest, "talk").cues


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<p>a" * 70_000, "paragraphs"),
        ("<p>" + "a" * 4_000_001, "longer"),
        ("Ada: x\n" * 60_000, "cues"),
        ("WEBVTT\n\n" + "00:00.000 --> 00:01.000\nx\n\n" * 60_000, "cues"),
    ],
)
def test_what_nobody_can_have_said_is_refused_early(text: str, why: str) -> None:
    with pytest.raises(UnusableText, match=why):
        read(text)


def test_many_odd_tags_in_a_page_are_no_trouble() -> None:
    script = read("<p><cite>" + "<" * 9_000 + "</cite>" + "<" * 9_000 + " Hi")

    assert script.cues[0].text.endswith("< Hi")


PODCAST_HTML = """
<cite>Kevin:</cite>
<time>0:00</time>
<p>We have an update planned &amp; more.</p>
<cite>Brian:</cite>
<time>0:04</time>
<p>Oh really?</p>
<p>When?</p>
"""


def test_the_html_of_the_podcast_namespace_is_read() -> None:
    kevin = Cue(0, 4, "We have an update planned & more.", "Kevin")

    assert read(PODCAST_HTML) == Script((kevin, Cue(4, 5, "Oh really? When?", "Brian")))


def test_html_without_times_is_a_text() -> None:
    page = "<html><head><title>T</title><style>p{}</style></head><p><b>Hello</b> you"

    assert read(f"{page}<p>And you") == Script(
        (Cue(0, 0, "Hello you"), Cue(0, 0, "And you")), timed=False
    )


def test_a_page_runs_nothing_and_says_its_language() -> None:
    script = normal([Cue(0, 1, "<script>alert(1)</script>", "<img src=x>")])

    page = write_html(script, title='"><script>', language='en"><script>')

    assert "<script>" not in page.replace("&lt;script>", "")
    assert "<img" not in page
    assert page.startswith("<!doctype html>\n<html lang=")


def test_the_turns_of_a_text_need_no_blank_line_between_them() -> None:
    script = read("Ada: Good morning,\nall of you.\nBo: Good morning.")

    assert [(cue.speaker, cue.text) for cue in script.cues] == [
        ("Ada", "Good morning, all of you."),
        ("Bo", "Good morning."),
    ]


def test_a_subrip_that_names_somebody_later_gives_nobody_anothers_words() -> None:
    times = "00:00:0{},000 --> 00:00:0{},500\n"
    lines = ["Good morning.", "Ada: Hello.", "Who is next?"]
    blocks = [times.format(n, n) + line for n, line in enumerate(lines)]

    script = read("\n\n".join(blocks))

    assert [cue.speaker for cue in script.cues] == ["", "Ada", ""]


def test_whole_lists_of_segments_are_read() -> None:
    assert read('[{"start": 1, "end": 2, "text": "Hi"}]').cues == (Cue(1, 2, "Hi"),)
