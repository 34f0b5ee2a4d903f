import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import UnusableText
from media_pipeline.words.plain_text import (
    LARGEST_BYTES,
    decode,
    one_line,
    without_tags,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_old_editors_are_understood(encoding: str) -> None:
    assert decode("Søren spørger".encode(encoding), "file") == "Søren spørger"


def test_line_ends_of_every_system_become_ours() -> None:
    assert decode(b"a\r\nb\rc\n", "file") == "a\nb\nc\n"


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(UnusableText, match="not a text file"):
        decode(b"MZ\0\0", "file talk.vtt")


def test_a_file_larger_than_any_transcript_is_refused() -> None:
    with pytest.raises(UnusableText, match="larger"):
        decode(b"x" * (LARGEST_BYTES + 1), "file")


def test_signs_that_hide_or_turn_words_are_left_out() -> None:
    assert one_line("pay\u202egnp.\x00 \x1b[0m now\ufeff") == "paygnp. [0m now"


def test_emoji_families_stay_together() -> None:
    assert one_line("👩\u200d👧") == "👩\u200d👧"


@given(st.text())
def test_one_line_is_one_line_and_settled(text: str) -> None:
    line = one_line(text)

    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("marked_up", "words"),
    [
        ("<i>so</i> true", "so true"),
        ("a &amp;&lt; b", "a &< b"),
        ("x<script>alert(1)", "xalert(1)"),
        ("lost <b", "lost "),
    ],
)
def test_tags_leave_only_words(marked_up: str, words: str) -> None:
    assert without_tags(marked_up) == words
