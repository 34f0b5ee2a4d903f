from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.page import filters
from app.public.playing import moment


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (0, "0 s"), (59.4, "59 s"), (60, "1 min"), (1934, "32 min")],
)
def test_a_duration_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert filters.duration(seconds) == said


def test_a_long_duration_has_hours() -> None:
    assert filters.duration(3900) == "1 h 5 min"
    assert filters.duration(7199) == "2 h 0 min"


def test_a_moment_is_written_as_players_write_it() -> None:
    assert filters.timestamp(3723) == "1:02:03"
    assert filters.timestamp(123.9) == "2:03"


def test_a_size_has_the_unit_that_fits() -> None:
    assert filters.filesize(999) == "999 B"
    assert filters.filesize(4_200_000) == "4.2 MB"


def test_a_date_is_written_in_the_language_of_the_page() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert filters.date(noon, "da") == "20. november 2026"
    assert filters.date(None) == ""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("93", 93),
        ("93.5", 93.5),
        ("93s", 93),
        ("1m33s", 93),
        ("1:33", 93),
        ("1:02:03", 3723),
        ("1h2m3s", 3723),
        ("2h", 7200),
    ],
)
def test_a_link_may_name_a_moment_in_every_usual_way(text: str, seconds: float) -> None:
    assert moment(text) == seconds


@pytest.mark.parametrize("text", ["", "nan", "inf", "-5", "soon", "1:2:3:4", "9" * 99])
def test_what_names_no_moment_is_the_start(text: str) -> None:
    assert moment(text) == 0


@given(st.text())
def test_no_text_names_a_moment_outside_of_time(text: str) -> None:
    assert 0 <= moment(text) < 10**8
