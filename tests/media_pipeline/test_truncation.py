from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import Refused, TruncatedRecording, UnreadableRecording
from media_pipeline.truncation import clock, length_of, refuse_without_index


@pytest.mark.parametrize(
    ("promised", "there", "length"),
    [
        (100.0, 100.0, 100.0),
        (100.0, 98.5, 100.0),  # the header counts to the sample
        (100.0, 250.0, 250.0),  # a header that was never finished
        (0.0, 60.0, 60.0),  # no header at all
        (4.0, 3.6, 4.0),  # the last packet of something short
    ],
)
def test_the_length_is_what_headers_and_packets_agree_on(
    promised: float, there: float, length: float
) -> None:
    assert length_of(promised, there) == length


@pytest.mark.parametrize(
    ("promised", "there", "sentence"),
    [
        (3600.0, 1800.0, "should play 1:00:00, but only 30:00 of it arrived .50%"),
        (4.29e9, 60_417.0, "100% is missing"),
        (4.0, 0.0, "100% is missing"),
    ],
)
def test_the_host_is_told_how_much_is_missing(
    promised: float, there: float, sentence: str
) -> None:
    with pytest.raises(TruncatedRecording, match=sentence):
        length_of(promised, there)


@pytest.mark.parametrize(
    ("there", "sentence"), [(0.4, "shorter than one"), (90_000.0, "longer than a day")]
)
def test_a_recording_has_a_sensible_length(there: float, sentence: str) -> None:
    with pytest.raises(UnreadableRecording, match=sentence):
        length_of(0.0, there)


@given(st.floats(0, 1e10), st.floats(0, 1e10))
def test_no_lie_of_a_header_breaks_the_door(promised: float, there: float) -> None:
    try:
        length = length_of(promised, there)
    except Refused:
        return
    assert length >= there


@given(st.binary(max_size=200))
def test_no_bytes_break_the_search_for_the_index(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "boxes"
    file.write_bytes(data)

    refuse_without_index(file)


def test_an_mp4_without_its_index_is_incomplete(tmp_path: Path) -> None:
    ftyp = (16).to_bytes(4) + b"ftypisom" + bytes(4)
    (tmp_path / "x.mp4").write_bytes(ftyp + (9999).to_bytes(4) + b"mdat" + bytes(50))

    with pytest.raises(TruncatedRecording):
        refuse_without_index(tmp_path / "x.mp4")


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "0:00"), (65.4, "1:05"), (3725, "1:02:05")]
)
def test_times_are_told_as_people_say_them(seconds: float, written: str) -> None:
    assert clock(seconds) == written
