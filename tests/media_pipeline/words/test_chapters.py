import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import UnusableText
from media_pipeline.words.chapters import MOST_CHAPTERS, Chapter, read_chapters

WELCOME = Chapter(0.0, "Welcome")
SUPERVISION = Chapter(62.0, "Supervision")


def read(text: str, filename: str = "chapters.txt") -> tuple[Chapter, ...]:
    return read_chapters(text.encode(), filename)


@pytest.mark.parametrize(
    "text",
    [
        "0:00 Welcome\n1:02 Supervision",
        "Chapters:\n\n(00:00:00) Welcome\n[00:01:02] Supervision\n",
        "00:00:00.000 - Welcome\n00:01:02,000 – Supervision",
        "1:02 Supervision\n0:00 Welcome",
        "WEBVTT\n\n1\n00:00.000 --> 01:02.000\n<c>Welcome</c>\n\n"
        "01:02.000 --> 09:00.000\nSupervision",
        '{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Welcome"},'
        ' {"startTime": 62.0, "title": "Supervision"}]}',
        "- 0:00 Welcome\n• 1:02 Supervision",
        '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters">'
        '<psc:chapter start="0" title="Welcome"/>'
        '<psc:chapter start="00:01:02.000" title="Supervision"/></psc:chapters>',
        '<chapters xmlns="http://podlove.org/simple-chapters/">'
        '<chapter start="0" title="Welcome"/>'
        '<chapter start="62" title="Supervision"/></chapters>',
    ],
)
def test_chapters_are_read_in_every_usual_form(text: str) -> None:
    assert read(text) == (WELCOME, SUPERVISION)


def test_minutes_may_be_counted_on_behind_the_first_hour() -> None:
    found = read("59:10 Before\n75:10 Behind\n100:00 Late\n1:75:10 Never")

    assert [c.start_seconds for c in found] == [3550, 4510, 6000]


def test_links_come_along_when_they_lead_to_the_web() -> None:
    chapters = [
        {"startTime": 0, "title": "a", "url": "https://example.org/a"},
        {"startTime": 1, "title": "b", "url": "javascript:alert(1)"},
        {"startTime": 2, "title": "c", "url": "https://[broken"},
        {"startTime": 3, "title": "d", "url": "https://example.org/\u202ex"},
    ]

    found = read(json.dumps({"chapters": chapters}))

    assert [c.link for c in found] == ["https://example.org/a", "", "", ""]


def test_silent_chapters_are_left_out() -> None:
    chapters = [{"startTime": 0, "title": "x"}, {"startTime": 9, "toc": False}]

    assert read(json.dumps({"chapters": chapters})) == (Chapter(0.0, "x"),)


@pytest.mark.parametrize("start", ["NaN", "Infinity", "-1", "1e999", '"soon"', "true"])
def test_a_chapter_at_an_impossible_time_is_left_out(start: str) -> None:
    text = f'{{"chapters": [{{"startTime": {start}, "title": "x"}},'
    text += '{"startTime": 0, "title": "Welcome"}]}'

    assert read(text) == (WELCOME,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no times here",
        '{"chapters": 7}',
        '{"chapters": [',
        "[" * 5000,
        "{" * 100_000,
        "<psc:chapters",
        '<!DOCTYPE x [<!ENTITY a "b">]><x/>',
        "WEBVTT\n\n00:00 -->",
    ],
)
def test_a_file_without_chapters_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnusableText) as refusal:
        read(text)

    assert refusal.value.sentence.endswith(".")


def test_thousands_of_chapters_are_refused() -> None:
    text = "\n".join(f"{n // 60}:{n % 60:02} x" for n in range(MOST_CHAPTERS + 1))

    with pytest.raises(UnusableText, match="more than 255"):
        read(text)


@given(st.binary())
def test_no_bytes_break_the_reading(data: bytes) -> None:
    try:
        found = read_chapters(data, "chapters")
    except UnusableText:
        return
    assert [c.start_seconds for c in found] == sorted({c.start_seconds for c in found})


@given(
    st.sampled_from(["WEBVTT\n\n", '{"chapters": [', "<psc:chapters ", ""]),
    st.text(alphabet='<>{}[]"\n0123456789:,.- ax/=&;é\u202e'),
)
def test_no_half_written_chapters_break_the_reading(start: str, rest: str) -> None:
    with contextlib.suppress(UnusableText):
        assert all(chapter.title for chapter in read(start + rest))


def test_a_line_of_many_spaces_is_read_in_one_go() -> None:
    spaces = " " * 500_000  # looked at anew from each of them, it would take hours

    found = read_chapters(f"00:00 a{spaces}b <https://a.example>".encode(), "lines")

    assert found == (Chapter(0.0, "a b", "https://a.example"),)
