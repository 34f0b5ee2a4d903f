import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.words.timecode import (
    LONGEST_SECONDS,
    bounded,
    clock,
    read_time,
    write_time,
)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0:00", 0),
        ("1:02", 62),
        ("01:02:03", 3723),
        ("00:01:02.5", 62.5),
        ("00:01:02,345", 62.345),
        (" 12:00 ", 720),
    ],
)
def test_times_are_read_as_people_write_them(written: str, seconds: float) -> None:
    assert read_time(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "12", "1:60", "1:2:3:4", "-1:00", "٣:٠٠", "NaN", "9999:00:00"]
)
def test_what_is_no_time_is_none(written: str) -> None:
    assert read_time(written) is None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1, 10**400, -0.001])
def test_no_recording_has_such_a_moment(number: float) -> None:
    assert bounded(number) is None


@given(st.integers(0, round(LONGEST_SECONDS * 1000)))
def test_every_millisecond_survives_writing_and_reading(thousandths: int) -> None:
    seconds = thousandths / 1000

    assert read_time(write_time(seconds)) == seconds


@given(st.text())
def test_no_text_breaks_the_reading_of_times(text: str) -> None:
    seconds = read_time(text)

    assert seconds is None or 0 <= seconds <= LONGEST_SECONDS


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "0:00"), (65.4, "1:05"), (3725, "1:02:05")]
)
def test_times_are_told_as_people_say_them(seconds: float, written: str) -> None:
    assert clock(seconds) == written
