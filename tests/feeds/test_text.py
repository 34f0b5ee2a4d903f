from html import escape

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.markup import fit
from feeds.text import cut, line, paragraphs, printable


def test_a_line_has_no_breaks_and_nothing_invisible() -> None:
    assert line(" One\n two\x00\x1b\tthree ") == "One two three"


def test_a_long_line_ends_with_a_sign() -> None:
    assert line("word " * 100, 20) == "word word word word…"


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs(" One\r\n\r\ntwo\x07 ") == "One\n\ntwo"


def test_a_cut_never_halves_a_character() -> None:
    assert cut("äääää", 8) == "ää…"


def test_what_fits_is_not_cut() -> None:
    assert cut("äääää", 10) == "äääää"


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_printable_has_a_place_in_xml_and_loses_nothing_else(text: str) -> None:
    etree.Element("title").text = printable(text)  # or else it raises ValueError

    each = [printable(character) for character in text.replace("\r\n", "\n")]
    assert printable(text) == "".join(each)


@given(st.text(min_size=1))
def test_a_summary_alone_is_written_as_any_notes_are(text: str) -> None:
    words = f"<p>{escape(line(text), quote=False)}</p>"

    if line(text):
        assert fit(words) == words
