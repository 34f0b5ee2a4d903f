import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.markup import fit


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<h3>Read on</h3><p>Now</p>", "<p>Read on</p><p>Now</p>"),
        ("one<br>two", "one two"),
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<blockquote><p>Said</p></blockquote>", "<p>Said</p>"),
        ("<a href='javascript:alert(1)'>x</a>", "x"),
        ("<a href='jav&#x09;ascript:alert(1)'>x</a>", "x"),
        ("<a href='https://x.example/?a=1&b=2' onclick='y'>x</a>",
         '<a href="https://x.example/?a=1&amp;b=2">x</a>'),
        ("a<script>alert(1)</script>b", "ab"),
        ("<ul><li>one<li>two</ul>", "<ul><li>one<li>two</li></li></ul>"),
        ("</p></p>fine", "fine"),
        ("1 < 2 & 3 > 2 ]]>", "1 &lt; 2 &amp; 3 &gt; 2 ]]&gt;"),
        ("&#0;&#xb;&#xd800;ok", "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}ok"),
    ],
)  # fmt: skip
def test_notes_keep_only_what_apps_show(html: str, shown: str) -> None:
    assert fit(html) == shown


@pytest.mark.parametrize("limit", [10, 20, 50, 57, 100])
def test_a_cut_is_never_inside_a_tag_or_a_character(limit: int) -> None:
    html = "<p>Hören <b>und <a href='https://x.example/'>sehen & ü</a></b></p>" * 3

    short = fit(html, limit)

    assert len(short.encode()) <= limit
    assert short.endswith(("…", "…</p>", "…</b></p>", "…</a></b></p>"))
    etree.fromstring(f"<r>{short}</r>")


@given(
    html=st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<ul>", "<li>", "</ul>", "<b>", "</b>", "&", "ä"]
        )
    ).map("".join),
    limit=st.integers(3, 200),
)
def test_whatever_is_written_stays_well_formed_and_fits(html: str, limit: int) -> None:
    short = fit(html, limit)

    assert len(short.encode()) <= limit
    etree.fromstring(f"<r>{short}</r>")
