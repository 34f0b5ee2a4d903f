"""Whatever people write, feeds stay well-formed and within the rules."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from feeds.document import Chapter, Credit, Note
from feeds.rss import render
from feeds.rules import check
from tests.feeds.samples import NOON, conversation, show_feed

anything = st.text(st.characters(codec=None), max_size=300)
markup = st.one_of(
    anything,
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<a href='http://x'>",
                "</a>",
                "<ul><li>",
                "]]>",
                "&lt;",
                "ä",
            ]
        )
    ).map("".join),
)


@given(title=anything, words=anything, notes=markup, name=anything)
def test_any_text_in_any_field_makes_a_feed_without_errors(
    title: str, words: str, notes: str, name: str
) -> None:
    item = replace(
        conversation(),
        title=title,
        summary=words,
        notes_html=notes,
        author=name,
        credits=(Credit(name, role=words),),
        chapters=tuple(Chapter(i, text) for i, text in enumerate((title, words, name))),
    )
    channel = replace(
        show_feed(),
        title=title,
        description=words,
        author=name,
        copyright=name,
        notes=(Note(words, name),),
        items=(item,),
    )

    problems = check(render(channel), NOON + timedelta(days=1))

    assert not [str(p) for p in problems if p.severity == "error"]
