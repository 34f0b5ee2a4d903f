import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.loudness import (
    PODCAST,
    Levelling,
    Measurement,
    corrected,
    plan_levelling,
)

decibels = st.floats(-70, 20)


@given(decibels, decibels)
def test_gain_brings_every_loudness_to_the_target(loudness: float, peak: float) -> None:
    levelling = plan_levelling(Measurement(loudness, peak))

    assert loudness + levelling.gain == pytest.approx(PODCAST.loudness, abs=0.01)


@given(decibels, decibels)
def test_peaks_are_held_only_where_they_would_be_too_high(
    loudness: float, peak: float
) -> None:
    levelling = plan_levelling(Measurement(loudness, peak))

    highest = peak + PODCAST.loudness - loudness
    assert (levelling.ceiling is not None) == (highest > -2.2)


def test_a_try_that_came_out_too_quiet_gets_more_gain() -> None:
    again = corrected(Levelling(10.0, -1.6), Measurement(-17.2, -1.2))

    assert again == Levelling(11.2, -1.6)


def test_a_try_with_high_peaks_gets_a_lower_ceiling() -> None:
    again = corrected(Levelling(10.0, None), Measurement(-16.0, -0.5))

    assert again == Levelling(10.0, -3.1)


@pytest.mark.parametrize(
    ("loudness", "peak", "meets"),
    [(-16, -1, True), (-16.5, -3, True), (-16.6, -3, False), (-16, -0.9, False)],
)
def test_the_target_has_edges(loudness: float, peak: float, meets: bool) -> None:
    assert Measurement(loudness, peak).meets(PODCAST) is meets
