"""A face and a slide need fewer rungs, and fewer bits, than a football match."""

from fractions import Fraction
from pathlib import Path

import pytest

from media_pipeline import pipeline
from media_pipeline.film import content, deciding
from media_pipeline.film.content import FRUGAL_CRF, Need, chosen
from media_pipeline.film.ladder import CRF, Rung
from media_pipeline.film.plan import Budget, FilmPlan
from media_pipeline.programs.process import nobody
from tests.media_pipeline.recordings import PINK, ffmpeg, film

LADDER = tuple(
    Rung(f"{lines}p", 16 * lines // 9, lines, Fraction(30), lines * 4000, "4.0")
    for lines in (1080, 720, 480, 360, 240)
)


@pytest.fixture(autouse=True)
def _everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "LONG_SECONDS", 5.0)
    monkeypatch.setitem(deciding.LOOKED_AT_SECONDS, Budget.NORMAL, 5.0)


def kept(bits: str, *, frugal_is_good: bool = False) -> list[str]:
    names = [rung.name for rung in LADDER]
    need = dict(zip(names, map(float, bits.split()), strict=True))
    return [rung.name for rung in chosen(LADDER, Need(need, frugal_is_good))]


def planned(folder: Path, picture: str, *, budget: str = "normal") -> FilmPlan:
    recording = film(folder / "film.mp4", "-g", "250", seconds=14, picture=picture)
    admission = pipeline.check(recording, nobody)
    return pipeline.plan(recording, admission, folder, nobody, budget=budget)


def test_a_film_with_much_to_see_keeps_all_rungs() -> None:
    assert kept("4000 2000 1000 600 70") == ["1080p", "720p", "480p", "360p", "240p"]


def test_rungs_that_save_little_are_left_out() -> None:
    assert kept("400 350 270 250 70") == ["1080p", "480p", "240p"]


def test_the_largest_and_the_smallest_always_stay() -> None:
    assert kept("100 99 98 97 96") == ["1080p", "240p"]


def test_what_looks_as_good_with_fewer_bits_gets_fewer() -> None:
    need = dict.fromkeys((rung.name for rung in LADDER), 1.0)

    assert {r.crf for r in chosen(LADDER, Need(need, frugal_is_good=True))} == {
        FRUGAL_CRF
    }
    assert {r.crf for r in chosen(LADDER, Need(need, frugal_is_good=False))} == {CRF}


def test_a_standing_slide_gets_fewer_bits_than_noise(tmp_path: Path) -> None:
    (tmp_path / "slide").mkdir()
    slide = planned(tmp_path / "slide", "smptehdbars=size=854x480:rate=25")
    noise = planned(tmp_path, "testsrc2=size=854x480:rate=25,noise=alls=40:allf=t")

    assert slide.rungs[0].crf == FRUGAL_CRF
    assert noise.rungs[0].crf == CRF
    assert noise.rungs[0].height == slide.rungs[0].height == 480


def test_nothing_is_left_behind_by_looking(tmp_path: Path) -> None:
    planned(tmp_path, "testsrc2=size=320x180:rate=25")

    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


@pytest.mark.parametrize("name", ["x.mkv", "x.mp4"])
def test_a_film_that_ends_long_before_its_sound_is_looked_at(
    tmp_path: Path, name: str
) -> None:
    short = ["-f", "lavfi", "-t", "1", "-i", "testsrc2=size=854x480:rate=25"]
    sound = ["-f", "lavfi", "-t", "9", "-i", PINK]
    h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
    ffmpeg(*short, *sound, *h264, str(tmp_path / name))
    admission = pipeline.check(tmp_path / name, nobody)

    plan = pipeline.plan(tmp_path / name, admission, tmp_path, nobody)

    assert [rung.name for rung in plan.first] != [rung.name for rung in plan.rungs]
    assert plan.chunks


def test_a_small_budget_pays_for_no_looking(tmp_path: Path) -> None:
    slide = "smptehdbars=size=320x180:rate=25"

    assert planned(tmp_path, slide, budget="quick").rungs[0].crf == CRF


def test_a_film_whose_key_frames_lie_far_apart_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "LONGEST_LEAD_SECONDS", 1.0)

    slide = planned(tmp_path, "smptehdbars=size=320x180:rate=25")

    assert slide.rungs[0].crf == CRF
