import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.film.ladder import NARROW_BITS, NATURAL_RATES, lowest_level
from media_pipeline.film.plan import FilmPlan
from media_pipeline.film.plan import plan_film as plan_of_length
from media_pipeline.recording.picture import Picture

NTSC = Fraction(30000, 1001)


def seen(
    width: int,
    height: int,
    rate: Fraction | int = 30,
    *,
    is_variable_rate: bool = False,
) -> Picture:
    return Picture(
        index=0,
        codec="h264",
        width=width,
        height=height,
        frame_rate=Fraction(rate),
        pixel_format="yuv420p",
        is_variable_rate=is_variable_rate,
    )


def plan_film(picture: Picture, seconds: float = 60.0) -> FilmPlan:
    return plan_of_length(picture, seconds)


def sizes(plan: FilmPlan) -> list[str]:
    return [f"{rung.width}x{rung.height}" for rung in plan.rungs]


pictures = st.builds(
    seen,
    st.integers(64, 4096),
    st.integers(64, 4096),
    st.fractions(1, 240, max_denominator=1001),
    is_variable_rate=st.booleans(),
)


@pytest.mark.parametrize(
    ("size", "ladder"),
    [
        ((1920, 1080), "1920x1080 1280x720 854x480 640x360 426x240"),
        ((3840, 2160), "1920x1080 1280x720 854x480 640x360 426x240"),
        ((1280, 720), "1280x720 854x480 640x360 426x240"),
        ((1280, 544), "1280x544 854x362 640x272 426x182"),
        ((1080, 1920), "1080x1920 720x1280 480x854 360x640 240x426"),
        ((640, 480), "640x480 480x360 320x240"),
        ((427, 241), "426x240"),
        ((320, 180), "320x180"),
        ((2560, 1080), "1920x810 1280x540 854x360 640x270 426x180"),
        ((500, 500), "500x500 360x360 240x240"),
    ],
)
def test_the_ladder_goes_from_the_size_of_the_film_to_240p(
    size: tuple[int, int], ladder: str
) -> None:
    assert " ".join(sizes(plan_film(seen(*size)))) == ladder


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 480)])
def test_the_smallest_rung_is_for_narrow_lines(size: tuple[int, int]) -> None:
    *larger, smallest = plan_film(seen(*size)).rungs

    assert smallest.most_bits == NARROW_BITS
    assert all(rung.most_bits > 2 * NARROW_BITS for rung in larger)


def test_a_film_in_one_size_is_not_made_worse_than_it_is() -> None:
    (only,) = plan_film(seen(426, 240)).rungs

    assert only.most_bits > 2 * NARROW_BITS


@given(pictures)
def test_no_film_is_made_larger(picture: Picture) -> None:
    for rung in plan_film(picture).rungs:
        assert rung.width <= picture.width
        assert rung.height <= picture.height


@given(pictures)
def test_all_sizes_are_even_and_fit_into_full_hd(picture: Picture) -> None:
    for rung in plan_film(picture).rungs:
        assert rung.width % 2 == rung.height % 2 == 0
        assert max(rung.width, rung.height) <= 1920
        assert min(rung.width, rung.height) <= 1080


@given(pictures)
def test_every_rung_is_smaller_than_the_one_above_and_has_its_own_name(
    picture: Picture,
) -> None:
    rungs = plan_film(picture).rungs

    widths = [rung.width for rung in rungs]
    assert widths == sorted(set(widths), reverse=True)
    assert len({rung.name for rung in rungs}) == len(rungs)


@given(pictures)
def test_every_rung_has_the_shape_of_the_film(picture: Picture) -> None:
    for rung in plan_film(picture).rungs:
        by_width = rung.width * picture.height / picture.width
        by_height = rung.height * picture.width / picture.height
        assert abs(by_width - rung.height) <= 2 or abs(by_height - rung.width) <= 2


@given(pictures)
def test_all_rungs_are_cut_at_the_same_moments(picture: Picture) -> None:
    plan = plan_film(picture)

    assert plan.group_seconds <= 2.05
    group = plan.group_seconds * plan.frame_rate
    assert all(cut % group == 0 for cut in plan.cut_frames)
    for rung in plan.rungs:
        assert (plan.group_seconds * rung.frame_rate).denominator == 1
        assert plan.frames(rung) / rung.frame_rate == pytest.approx(60, abs=0.51)


@settings(deadline=None)
@given(pictures, st.floats(1, 4000))
def test_no_segment_is_longer_than_players_expect(
    picture: Picture, seconds: float
) -> None:
    plan = plan_film(picture, seconds)

    ends = [*plan.cuts[1:], plan.seconds]
    lengths = [end - cut for cut, end in zip(plan.cuts, ends, strict=True)]
    assert all(0 < length <= plan.target_seconds + 0.5 for length in lengths)
    assert max(round(length) for length in lengths) <= plan.target_seconds


@given(pictures)
def test_nothing_is_faster_than_the_film_and_small_rungs_are_at_most_30(
    picture: Picture,
) -> None:
    rungs = plan_film(picture).rungs

    assert all(rung.frame_rate <= 60 for rung in rungs)
    small = [rung for rung in rungs if int(rung.name.removesuffix("p")) < 720]
    assert all(rung.frame_rate <= 30 for rung in small)


@pytest.mark.parametrize(
    ("told", "played"),
    [
        (Fraction(2997, 100), NTSC),
        (Fraction(25), Fraction(25)),
        (Fraction(15), Fraction(15)),
        (Fraction(120000, 1001), Fraction(60000, 1001)),
        (Fraction(240), Fraction(60)),
    ],
)
def test_a_film_keeps_its_natural_rate(told: Fraction, played: Fraction) -> None:
    assert plan_film(seen(1280, 720, told)).rungs[0].frame_rate == played


def test_a_varying_rate_becomes_the_next_steady_one() -> None:
    plan = plan_film(seen(1280, 720, Fraction(278, 10), is_variable_rate=True))

    assert plan.rungs[0].frame_rate == 30


@pytest.mark.parametrize(
    ("told", "is_variable", "played"),
    [
        (30.05, True, (30, 30)),
        (60.05, True, (60, 30)),
        (120.07, True, (60, 30)),
        (240.2, True, (60, 30)),
        (30.02, False, (30, 30)),
        (60.05, False, (60, 30)),
        (119.9, False, (NTSC * 2, NTSC)),
        (144, False, (48, 24)),
        (75, False, (Fraction(75, 2), Fraction(75, 4))),
        (24.9, False, (Fraction(249, 10), Fraction(249, 10))),
    ],
)
def test_a_hair_too_fast_is_not_slowed(
    told: float, is_variable: bool, played: tuple[Fraction | int, Fraction | int]
) -> None:
    rate = Fraction(told).limit_denominator(1001)

    rungs = plan_film(seen(1280, 720, rate, is_variable_rate=is_variable)).rungs

    assert (rungs[0].frame_rate, rungs[-1].frame_rate) == played


@given(
    st.sampled_from(NATURAL_RATES),
    st.sampled_from([1, 2, 4]),
    st.fractions(Fraction(99, 100), Fraction(101, 100), max_denominator=1001),
)
def test_a_varying_rate_near_a_natural_one_becomes_a_natural_one(
    natural: Fraction, times: int, hair: Fraction
) -> None:
    told = natural * times * hair

    rungs = plan_film(seen(1280, 720, told, is_variable_rate=True)).rungs

    assert rungs[0].frame_rate in NATURAL_RATES


@given(st.fractions(1, 300, max_denominator=1001), st.booleans())
def test_no_picture_is_left_out_but_for_every_second_third_or_fourth(
    told: Fraction, is_variable: bool
) -> None:
    top, *others = plan_film(seen(1280, 720, told, is_variable_rate=is_variable)).rungs

    most = Fraction(606, 10)
    assert Fraction(99, 100) * told / math.ceil(told / most) <= top.frame_rate <= 60
    for rung in others:
        assert rung.frame_rate in (top.frame_rate, top.frame_rate / 2)
        assert rung.frame_rate > 15 or told <= 15


def test_fast_films_are_slowed_by_a_whole_number_where_they_are_small() -> None:
    rates = [r.frame_rate for r in plan_film(seen(1280, 720, 50)).rungs]

    assert rates == [50, 25, 25, 25]


def test_the_last_bit_of_a_film_belongs_to_the_segment_before() -> None:
    plans = [plan_film(seen(320, 180, 25), s) for s in (3, 12, 12.4, 12.6)]

    assert [len(plan.cuts) for plan in plans] == [1, 2, 2, 3]


@pytest.mark.parametrize(
    ("size", "rate", "level"),
    [
        ((1920, 1080), 30, "4.0"),
        ((1920, 1080), 60, "4.2"),
        ((1280, 720), 30, "3.1"),
        ((854, 480), 30, "3.1"),
        ((640, 360), 30, "3.0"),
        ((426, 240), 30, "2.1"),
    ],
)
def test_a_rung_asks_for_the_lowest_level_that_fits(
    size: tuple[int, int], rate: int, level: str
) -> None:
    assert lowest_level(*size, Fraction(rate), 300_000) == level


def test_a_high_bitrate_needs_a_higher_level() -> None:
    assert lowest_level(320, 180, Fraction(15), 200_000) == "1.2"
    assert lowest_level(320, 180, Fraction(15), 5_000_000) == "2.1"


@pytest.mark.parametrize(
    ("size", "kept"),
    [((1920, 1080), "720p"), ((1280, 720), "720p"), ((640, 360), "360p")],
)
def test_the_film_to_download_is_720p_at_most(size: tuple[int, int], kept: str) -> None:
    assert plan_film(seen(*size)).rung_to_keep.name == kept
