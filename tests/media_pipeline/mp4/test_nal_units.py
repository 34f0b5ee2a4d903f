import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.mp4.nal_units import are_whole, length_size


def packed(pieces: list[bytes], size: int) -> bytes:
    return b"".join(len(piece).to_bytes(size) + piece for piece in pieces)


@given(st.lists(st.binary(min_size=1, max_size=60)), st.sampled_from([1, 2, 4]))
def test_pieces_that_fill_a_packet_are_whole(pieces: list[bytes], size: int) -> None:
    assert are_whole(memoryview(packed(pieces, size)), size)


@given(st.lists(st.binary(min_size=1, max_size=60), min_size=1))
def test_a_packet_that_is_cut_or_empty_is_not_whole(pieces: list[bytes]) -> None:
    whole = packed(pieces, 4)

    assert not are_whole(memoryview(whole[:-1]), 4)
    assert not are_whole(memoryview(bytes(len(whole))), 4)


@pytest.mark.parametrize(
    ("codec", "configuration", "size"),
    [
        ("h264", b"\x01\x64\x00\x1f\xff\xe1", 4),
        ("h264", b"\x01\x64\x00\x1f\xfd\xe1", 2),
        ("h264", b"\x00\x00\x00\x01\x67", 0),  # marked, as in broadcasts
        ("h264", b"", 0),
        ("hevc", b"\x01" + bytes(20) + b"\x03", 4),
        ("vp9", b"\x01" * 30, 0),
    ],
)
def test_the_configuration_tells_how_lengths_are_written(
    codec: str, configuration: bytes, size: int
) -> None:
    assert length_size(codec, configuration) == size
