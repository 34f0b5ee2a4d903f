from feeds.text import cut, line, paragraphs


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
