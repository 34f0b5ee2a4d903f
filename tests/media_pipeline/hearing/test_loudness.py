import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.hearing.loudness import (
    PODCAST,
    Levelling,
    Measurement,
    Try,
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


def tried(gain: float, ceiling: float | None, loudness: float, peak: float) -> Try:
    return Try(Levelling(gain, ceiling), Measurement(loudness, peak))


def test_a_try_that_came_out_too_quiet_gets_more_gain() -> None:
    again = corrected([tried(10.0, -1.6, -17.2, -1.2)])

    assert again == Levelling(11.2, -1.6)


def test_a_try_with_high_peaks_gets_a_lower_ceiling() -> None:
    again = corrected([tried(10.0, None, -16.0, -0.5)])

    assert again == Levelling(10.0, -3.1)


def test_a_peak_too_high_for_the_meter_gets_a_much_lower_ceiling() -> None:
    again = corrected([tried(10.0, -2.2, -16.0, 0.0)])

    assert again == Levelling(10.0, -5.1)


def test_where_more_gain_does_little_much_more_is_tried() -> None:
    again = corrected([tried(8.0, -3.0, -19.0, -2.0), tried(11.0, -3.0, -17.5, -2.0)])

    assert again == Levelling(14.0, -3.0)


@pytest.mark.parametrize("loudness", [-18.0, -25.0])
def test_where_more_gain_does_nothing_the_step_is_large(loudness: float) -> None:
    again = corrected([tried(1, -3.0, -18.0, -2.0), tried(3, -3.0, loudness, -2.0)])

    assert 13.0 <= again.gain - 3 <= 15.0


def test_where_the_ceiling_moved_nobody_knows_what_the_gain_did() -> None:
    again = corrected([tried(8.0, -2.2, -16.0, -0.5), tried(8.5, -3.1, -17.0, -2.0)])

    assert again == Levelling(9.5, -3.1)


@pytest.mark.parametrize(
    ("loudness", "peak", "meets"),
    [(-16, -1, True), (-16.5, -3, True), (-16.6, -3, False), (-16, -0.9, False)],
)
def test_the_target_has_edges(loudness: float, peak: float, meets: bool) -> None:
    assert Measurement(loudness, peak).meets(PODCAST) is meets
