from fractions import Fraction

import pytest

from media_pipeline.hls.playlist import Head, Segment, Span
from media_pipeline.hls.segments import list_iframes, list_segments
from tests.media_pipeline.tracks import track


def cut(*lengths: float, at: list[float]) -> tuple[Segment, ...]:
    cuts = [Fraction(str(moment)) for moment in at]
    return list_segments(track(*lengths), "film.mp4", cuts, 6).segments


def test_fragments_of_two_seconds_become_segments_of_six() -> None:
    assert cut(2, 2, 2, 2, 2, at=[0, 6]) == (
        Segment(Fraction(6), "film.mp4", Span(700, 3000)),
        Segment(Fraction(4), "film.mp4", Span(3700, 2000)),
    )


def test_a_rest_without_a_cut_of_its_own_belongs_to_the_last_segment() -> None:
    assert cut(2, 2, 2, 0.4, at=[0]) == (
        Segment(Fraction(64, 10), "film.mp4", Span(700, 4000)),
    )


@pytest.mark.parametrize("first", [5.99, 6, 6.01])
def test_sound_that_is_cut_half_a_block_away_is_a_segment_of_its_own(
    first: float,
) -> None:
    found = cut(first, 12 - first, 1.2, at=[0, 6, 12])

    assert [float(segment.seconds) for segment in found] == [first, 12 - first, 1.2]


def test_irregular_groups_are_cut_where_the_plan_says() -> None:
    found = cut(3.5, 1.2, 2.8, 0.7, 4, at=[0, 4.7, 8.2])

    assert [float(segment.seconds) for segment in found] == [4.7, 3.5, 4]


def test_a_playlist_names_the_head_of_its_file() -> None:
    listed = list_segments(track(2), "film.mp4", [Fraction(0)], 6)

    assert listed.head == Head("film.mp4", Span(0, 700))
    assert (listed.target_seconds, listed.iframes_only) == (6, False)


def test_a_key_frame_is_fetched_with_its_moof_and_without_what_follows() -> None:
    listed = list_iframes(track(2, 2, 1), "film.mp4", 6)

    assert listed.iframes_only
    assert [segment.span for segment in listed.segments] == [
        Span(700, 300),
        Span(1700, 300),
        Span(2700, 300),
    ]
    assert [float(segment.seconds) for segment in listed.segments] == [2, 2, 1]
