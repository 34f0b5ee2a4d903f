import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.entrance.truncation import (
    ends_abruptly,
    length_of,
    refuse_incomplete,
    refuse_without_index,
)
from media_pipeline.errors import Refused, TruncatedRecording, UnreadableRecording
from tests.media_pipeline.recordings import PINK, cut, record


@pytest.mark.parametrize(
    ("promised", "there", "length"),
    [
        (100.0, 100.0, 100.0),
        (100.0, 99.6, 100.0),  # the header counts to the sample
        (100.0, 98.5, 98.5),  # a little is missing, and told
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


def test_millions_of_boxes_cost_us_next_to_nothing(tmp_path: Path) -> None:
    free = b"\0\0\0\x08free"
    (tmp_path / "x.mp4").write_bytes(b"\0\0\0\x10ftypisom\0\0\2\0" + free * 10**6)

    tracemalloc.start()
    refuse_without_index(tmp_path / "x.mp4")
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most_bytes < 10**6


def test_an_mp4_without_its_index_is_incomplete(tmp_path: Path) -> None:
    ftyp = (16).to_bytes(4) + b"ftypisom" + bytes(4)
    (tmp_path / "x.mp4").write_bytes(ftyp + (9999).to_bytes(4) + b"mdat" + bytes(50))

    with pytest.raises(TruncatedRecording):
        refuse_without_index(tmp_path / "x.mp4")


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("x.wav", []),
        ("x.wav", ["-rf64", "always"]),
        ("x.aiff", []),
        ("x.avi", ["-c:a", "mp3"]),
        ("x.mka", ["-c:a", "flac"]),
        ("x.w64", []),
        ("x.caf", []),
    ],
)
def test_a_file_that_is_shorter_than_its_head_says_is_incomplete(
    tmp_path: Path, name: str, args: list[str]
) -> None:
    whole = record(tmp_path / name, PINK, *args)
    refuse_incomplete(whole)

    with pytest.raises(TruncatedRecording, match="40% of it is missing"):
        refuse_incomplete(cut(tmp_path / f"part-{name}", whole, 0.6))


def with_notes(path: Path, source: Path, size: int) -> Path:
    """As field recorders write it: notes about the place before the sound."""
    whole = source.read_bytes()
    notes = b"bext" + size.to_bytes(4, "little") + bytes(size)
    path.write_bytes(whole[:12] + notes + whole[12:])
    return path


@pytest.mark.parametrize("size", [602, 6000, 200_000])
def test_notes_before_the_sound_hide_no_missing_half(tmp_path: Path, size: int) -> None:
    noted = with_notes(tmp_path / "bwf.wav", record(tmp_path / "r.wav"), size)
    refuse_incomplete(noted)

    with pytest.raises(TruncatedRecording, match="is missing"):
        refuse_incomplete(cut(tmp_path / "part.wav", noted, 0.6))


def resized(path: Path, source: Path, size: int) -> Path:
    """Another size of its sound in the head of a WAV."""
    data = bytearray(source.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = size.to_bytes(4, "little")
    path.write_bytes(data)
    return path


def test_three_gigabytes_of_which_two_arrived_are_incomplete(tmp_path: Path) -> None:
    long = resized(tmp_path / "x.wav", record(tmp_path / "r.wav"), 3 << 30)
    os.truncate(long, 2 << 30)

    with pytest.raises(TruncatedRecording, match="33% of it is missing"):
        refuse_incomplete(long)


@pytest.mark.parametrize("size", [96_000, 96_001])
def test_a_wav_that_became_too_long_for_its_head_is_refused(
    tmp_path: Path, size: int
) -> None:
    wrapped = resized(tmp_path / "x.wav", record(tmp_path / "r.wav"), size)

    with pytest.raises(TruncatedRecording, match="75% of it would not be heard"):
        refuse_incomplete(wrapped)


@pytest.mark.parametrize("behind", [b"iXML", bytes(4)])
def test_notes_or_unused_room_behind_the_sound_do_no_harm(
    tmp_path: Path, behind: bytes
) -> None:
    noted = record(tmp_path / "r.wav", seconds=1)
    notes = behind + (200_000).to_bytes(4, "little")
    noted.write_bytes(noted.read_bytes() + notes + bytes(200_000))

    refuse_incomplete(noted)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_recorder_that_could_not_go_back_promises_nothing(
    tmp_path: Path, size: int
) -> None:
    endless = resized(tmp_path / "x.wav", record(tmp_path / "r.wav", seconds=1), size)

    refuse_incomplete(endless)


@settings(deadline=None)  # each example is a file, and disks are busy
@given(
    st.sampled_from([b"RIFF", b"RF64", b"riff", b"FORM", b"caff", b"\x1aE\xdf\xa3"]),
    st.binary(),
)
def test_no_head_breaks_the_search_for_its_promise(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "head"
    file.write_bytes(start + rest)

    try:
        refuse_incomplete(file)
    except TruncatedRecording:
        return


@pytest.mark.parametrize(
    ("name", "args"),
    [("x.ogg", ["-c:a", "libvorbis"]), ("x.opus", []), ("x.ts", ["-c:a", "aac"])],
)
def test_what_tells_no_length_tells_whether_it_ends(
    tmp_path: Path, name: str, args: list[str]
) -> None:
    whole = record(tmp_path / name, PINK, *args)

    assert not ends_abruptly(whole)
    for share in (0.613, 0.999):
        assert ends_abruptly(cut(tmp_path / f"part-{name}", whole, share))
