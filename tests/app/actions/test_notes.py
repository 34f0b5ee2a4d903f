import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.notes import render_notes


def test_markdown_becomes_paragraphs_lists_and_emphasis() -> None:
    html = render_notes("Hello **world**\n\n- one\n- two")

    assert html.startswith("<p>Hello <strong>world</strong></p>")
    assert "<li>one</li>" in html


def test_a_heading_stays_below_those_of_the_page() -> None:
    assert render_notes("# Top\n\n### Deep") == "<h3>Top</h3>\n<h4>Deep</h4>"


def test_a_link_opens_without_telling_where_it_was_found() -> None:
    html = render_notes("[site](https://example.org/)")

    assert 'href="https://example.org/"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](jav&#x09;ascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://spy.example/pixel.gif)",
        '<a href="#" onclick="alert(1)">x</a>',
        "<style>p{background:url(https://spy.example)}</style>",
        "<math><annotation-xml encoding='text/html'><svg onload=alert(1)>",
    ],
)
def test_nothing_that_runs_or_loads_survives(hostile: str) -> None:
    html = render_notes(hostile)

    for tag in ("<script", "<img", "<style", "<svg", "<math", 'href="jav'):
        assert tag not in html


@given(st.text())
def test_any_text_becomes_harmless_html(text: str) -> None:
    html = render_notes(text)

    assert "<script" not in html.lower()
    assert "javascript:" not in html.lower() or "href" not in html.lower()
