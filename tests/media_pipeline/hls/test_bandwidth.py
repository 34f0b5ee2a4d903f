from fractions import Fraction

from media_pipeline.hls.bandwidth import Rate, rate_of
from media_pipeline.hls.playlist import Segment, Span


def rate(*parts: tuple[float, int]) -> Rate:
    """The rate of segments, given as seconds and bytes, with a target of six."""
    made = [Segment(Fraction(s), "film.mp4", Span(0, size)) for s, size in parts]
    return rate_of(made, 6)


def test_the_average_counts_all_bytes_and_the_peak_the_worst_run() -> None:
    assert rate((6, 6000), (6, 12_000), (6, 6000)) == Rate(10_667, 16_000)


def test_a_segment_of_half_a_target_is_a_run() -> None:
    assert rate((6, 6000), (3, 4500)).peak == 12_000


def test_a_shorter_rest_counts_only_with_its_neighbour() -> None:
    assert rate((6, 6000), (2, 4000)).peak == 10_000


def test_short_segments_in_a_row_are_a_run() -> None:
    assert rate((6, 3000), (2, 4000), (2, 4000), (6, 3000)).peak == 16_000


def test_no_run_is_longer_than_one_and_a_half_targets() -> None:
    assert rate((8, 8000), (8, 16_000)).peak == 16_000


def test_a_film_shorter_than_any_run_needs_its_average() -> None:
    assert rate((2, 1000)) == Rate(4000, 4000)


def test_rates_of_pictures_and_sound_add_up() -> None:
    assert Rate(1, 2) + Rate(10, 20) == Rate(11, 22)
