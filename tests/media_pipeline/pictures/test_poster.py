from pathlib import Path

from media_pipeline.pictures.poster import make_poster
from media_pipeline.rendition import Kind
from tests.media_pipeline.films import MadeFilm
from tests.media_pipeline.pictures.rungs import colour_at, plain, rung, scenes, size_of

MIDDLE = (160, 90)


def poster_of(source: str, folder: Path, seconds: float) -> Path:
    return make_poster(rung(folder, source, seconds), folder, seconds).path


def test_a_film_has_a_poster_of_its_size(made_film: MadeFilm) -> None:
    poster = made_film.one(Kind.POSTER)

    assert (poster.width, poster.height) == (640, 360) == size_of(poster.path)
    assert poster.content_type == "image/jpeg"


def test_a_black_beginning_is_passed_over(tmp_path: Path) -> None:
    poster = poster_of(scenes(plain("black", 6), plain("red", 4)), tmp_path, 10)

    assert colour_at(poster, *MIDDLE)[0] > 200


def test_a_film_that_goes_black_early_shows_its_beginning(tmp_path: Path) -> None:
    poster = poster_of(scenes(plain("red", 1), plain("black", 19)), tmp_path, 20)

    assert colour_at(poster, *MIDDLE)[0] > 200


def test_a_film_that_is_all_black_has_a_poster_too(tmp_path: Path) -> None:
    poster = poster_of(plain("black", 3), tmp_path, 3)

    assert max(colour_at(poster, *MIDDLE)) < 20


def test_a_film_of_one_picture_has_a_poster(tmp_path: Path) -> None:
    assert poster_of("testsrc2=size=320x180:rate=10", tmp_path, 0.1).exists()


def test_the_title_card_of_a_long_film_does_not_stand_for_it(tmp_path: Path) -> None:
    card = "testsrc=size=320x180:rate=2:d=3"
    face = "color=0xc68642:size=320x180:rate=2:d=97,noise=alls=20"

    poster = poster_of(scenes(card, face), tmp_path, 100)

    red, green, blue = colour_at(poster, *MIDDLE)
    assert red > green > blue


def test_a_lesser_rung_is_looked_at_and_the_large_one_is_shown(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    source = "color=green:size={}:rate=5"
    large = rung(tmp_path, source.format("1920x1080"), 2, size="1920x1080")
    small = rung(tmp_path / "small", source.format("320x180"), 2)

    poster = make_poster(large, tmp_path, 2, small=small)

    assert size_of(poster.path) == (1280, 720)
    assert poster.size < 200_000


def test_the_moment_of_the_poster_is_kept(tmp_path: Path) -> None:
    film = rung(tmp_path, scenes(plain("black", 4), plain("red", 4)), 8)

    assert make_poster(film, tmp_path, 8).details["at_seconds"] in (4, 6)
