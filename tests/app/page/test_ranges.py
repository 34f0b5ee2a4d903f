import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.page.ranges import Span, Unsatisfiable, wanted

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-499", 0, 500),
        ("bytes=500-", 500, 500),
        ("bytes=-1", 999, 1),
        ("bytes=-5000", 0, 1000),
        ("bytes=990-5000", 990, 10),
        ("bytes = 1 - 2", 1, 2),
    ],
)
def test_a_range_is_the_bytes_it_names(header: str, start: int, length: int) -> None:
    assert wanted(header, SIZE) == Span(start, length, SIZE)


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_a_range_beyond_the_file_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        wanted(header, SIZE)


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=-", "bytes=5-1", "bytes=0-1,5-9", "lines=1-2", "bytes=a-b"],
)
def test_what_is_not_understood_is_answered_by_the_whole_file(
    header: str | None,
) -> None:
    assert wanted(header, SIZE) is None


def test_nothing_of_an_empty_file_can_be_had() -> None:
    with pytest.raises(Unsatisfiable):
        wanted("bytes=0-", 0)


@given(st.text() | st.from_regex(r"bytes=\d{0,20}-\d{0,20}", fullmatch=True))
def test_no_header_leads_outside_the_file(header: str) -> None:
    try:
        span = wanted(header, SIZE)
    except Unsatisfiable:
        return

    assert span is None or (
        span.length >= 1 and span.start >= 0 and span.start + span.length <= SIZE
    )


def test_the_answer_says_which_bytes_it_is() -> None:
    assert Span(5, 10, SIZE).content_range == "bytes 5-14/1000"
