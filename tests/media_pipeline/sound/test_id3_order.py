from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.sound.id3_order import chapter_starts, in_reading_order

HEADER = b"ID3\4\0\0\0\0\0\0"


def frame(kind: str, body: bytes) -> bytes:
    size = len(body)
    syncsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return kind.encode() + syncsafe + b"\0\0" + body


def chapter(start: int, padding: int = 0) -> bytes:
    return frame("CHAP", b"chp\0" + start.to_bytes(4) + bytes(12 + padding))


def test_the_picture_comes_last_and_texts_first() -> None:
    title, picture, words = frame("TIT2", b"t"), frame("APIC", b"p"), frame("USLT", b"")

    tag = in_reading_order(HEADER + picture + words + title)

    assert tag == HEADER + title + words + picture


@given(st.lists(st.tuples(st.integers(0, 2**32 - 2), st.integers(0, 500))))
def test_chapters_are_ordered_by_time_and_none_is_lost(
    chapters: list[tuple[int, int]],
) -> None:
    tag = HEADER + b"".join(chapter(start, padding) for start, padding in chapters)

    ordered = in_reading_order(tag)

    assert chapter_starts(ordered) == sorted(start for start, _ in chapters)
    assert len(ordered) == len(tag)
