import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.identity import clean_line, clean_text, new_id, slug


def test_no_two_identities_are_the_same() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("What's supervision for?", "whats-supervision-for"),
        ("Zoë & Åse: børn", "zoe-ase-brn"),
        ("会話", "untitled"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_a_title_becomes_a_readable_address(title: str, expected: str) -> None:
    assert slug(title) == expected


@given(st.text())
def test_an_address_is_always_safe(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(title))
    assert len(slug(title)) <= 80


def test_marks_that_turn_a_line_around_are_removed() -> None:
    assert clean_line("epi\u202esode\u0000 one\u2066") == "episode one"


def test_joined_emoji_and_persian_words_stay_whole() -> None:
    assert clean_line("👩\u200d⚕️ می\u200cخواهم") == "👩\u200d⚕️ می\u200cخواهم"


def test_paragraphs_keep_their_lines() -> None:
    assert clean_text("one\r\ntwo  \rthree\x07") == "one\ntwo\nthree"


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    assert not any(unicodedata.category(c) == "Cc" for c in clean_line(text))
    assert clean_line(clean_line(text)) == clean_line(text)
