from pathlib import Path

import pytest

from media_pipeline.pictures.candidates import MOST, Candidate, best_first, candidates
from tests.media_pipeline.pictures.rungs import plain, rung, scenes

GOOD = Candidate(
    at_seconds=10,
    brightness=120,
    contrast=110,
    entropy=0.9,
    blur=4,
    skin=0.2,
    change=5,
)


@pytest.mark.parametrize(
    "worse",
    [
        {"brightness": 20},
        {"brightness": 232},
        {"contrast": 20},
        {"entropy": 0.3},
        {"blur": 10},
        {"skin": 0.0},
        {"change": 50},
    ],
)
def test_a_dark_grey_blurred_or_empty_picture_is_worth_less(
    worse: dict[str, float],
) -> None:
    measured = {name: getattr(GOOD, name) for name in Candidate.__slots__}

    assert Candidate(**measured | worse).worth(120) < GOOD.worth(120)


def test_a_picture_as_bright_as_the_film_is_preferred_to_a_fade() -> None:
    fading = Candidate(4, 60, 110, 0.9, 4, 0.2, 5)

    assert best_first([fading, GOOD, GOOD])[0] == GOOD


def test_of_equal_pictures_the_first_is_taken() -> None:
    later = Candidate(20, 120, 110, 0.9, 4, 0.2, 5)

    assert best_first([GOOD, later]) == [GOOD, later]
    assert best_first([]) == []


def test_detail_is_chosen_before_black_white_blur_and_noughts(tmp_path: Path) -> None:
    detail = "testsrc2=size=320x180:rate=10:d=2"
    film = scenes(
        plain("white"),
        f"{detail},gblur=sigma=12",
        plain("gray"),
        detail,
        f"{detail},eq=contrast=0.15:brightness=-0.35",
        plain("black"),
    )

    best = best_first(candidates(rung(tmp_path, film, 12, keys=1), 12))[0]

    assert 6 <= best.at_seconds < 8


def test_skin_of_every_tone_counts_as_a_person(tmp_path: Path) -> None:
    tones = ("0x8d5524", "0xc68642", "0xe0ac69", "0xf1c27d", "0xffdbac", "0x5c3a21")
    film = scenes(*(plain(tone) for tone in tones))

    found = candidates(rung(tmp_path, film, 12, keys=1), 12)

    assert len({round(c.at_seconds) // 2 for c in found}) == len(tones)
    assert min(c.skin for c in found) > 0.95


def test_grass_and_sky_are_no_persons(tmp_path: Path) -> None:
    film = scenes(
        plain("0x3a7d2c"),
        plain("0x6fa8dc"),
    )

    assert max(c.skin for c in candidates(rung(tmp_path, film, 4), 4)) < 0.05


def test_a_long_film_is_not_looked_at_everywhere(tmp_path: Path) -> None:
    film = rung(tmp_path, "testsrc2=size=320x180:rate=10", 20, keys=0.1)

    assert len(candidates(film, 20)) <= MOST + 1
