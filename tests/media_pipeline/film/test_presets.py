from fractions import Fraction

from media_pipeline.film.ladder import Rung
from media_pipeline.film.plan import Budget
from media_pipeline.film.presets import plain_preset_for, preset_for

LARGE = Rung("720p", 1280, 720, Fraction(30), 2_510_000, "3.1")
SMALL = Rung("240p", 426, 240, Fraction(30), 72_000, "2.1")


def test_bits_go_to_faces_and_walls_whatever_a_film_is_worth() -> None:
    assert {preset_for(LARGE, budget)["aq-mode"] for budget in Budget} == {2}


def test_small_blocks_are_looked_for_only_where_pictures_are_small() -> None:
    assert "partitions" in preset_for(LARGE, Budget.NORMAL)
    assert "partitions" not in preset_for(SMALL, Budget.NORMAL)


def test_a_thorough_film_is_searched_as_its_preset_says() -> None:
    assert preset_for(LARGE, Budget.THOROUGH).keys() - {"aq-mode"} == (
        plain_preset_for(LARGE, Budget.THOROUGH).keys()
    )
