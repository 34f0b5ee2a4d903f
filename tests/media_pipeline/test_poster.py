from pathlib import Path

from media_pipeline.poster import make_poster
from media_pipeline.rendition import Kind, finished
from tests.media_pipeline.films import MadeFilm, colour
from tests.media_pipeline.recordings import ffmpeg


def poster_of(source: str, folder: Path, seconds: float, size: str = "320x180") -> Path:
    width, height = size.split("x")
    film = folder / "film.mp4"
    keys = ("-force_key_frames", "expr:gte(t,n_forced*2)", "-pix_fmt", "yuv420p")
    ffmpeg("-f", "lavfi", "-t", str(seconds), "-i", source, *keys, str(film))
    facts = {"width": int(width), "height": int(height)}
    rung = finished(Kind.HLS_MEDIA, film, "video/mp4", **facts)
    return make_poster(rung, folder, seconds).path


def test_a_film_has_a_poster_of_its_size(made_film: MadeFilm) -> None:
    poster = made_film.one(Kind.POSTER)

    assert (poster.width, poster.height) == (640, 360)
    assert poster.content_type == "image/jpeg"
    assert poster.path.read_bytes()[:3] == b"\xff\xd8\xff"


def test_a_black_beginning_is_passed_over(tmp_path: Path) -> None:
    black = "color=black:size=320x180:rate=10:d=6[a]"
    red = "color=red:size=320x180:rate=10:d=4[b]"

    poster = poster_of(f"{black};{red};[a][b]concat", tmp_path, seconds=10)

    assert colour(poster)[0] > 200


def test_a_film_that_goes_black_early_shows_its_beginning(tmp_path: Path) -> None:
    red = "color=red:size=320x180:rate=10:d=1[a]"
    black = "color=black:size=320x180:rate=10:d=19[b]"

    poster = poster_of(f"{red};{black};[a][b]concat", tmp_path, seconds=20)

    assert colour(poster)[0] > 200


def test_a_film_that_is_all_black_has_a_poster_too(tmp_path: Path) -> None:
    poster = poster_of("color=black:size=320x180:rate=10", tmp_path, seconds=3)

    assert max(colour(poster)) < 20


def test_a_film_of_one_second_has_a_poster(tmp_path: Path) -> None:
    assert poster_of("testsrc2=size=320x180:rate=10", tmp_path, seconds=1).exists()


def test_a_large_film_has_a_poster_of_1280_pixels(tmp_path: Path) -> None:
    source = "color=green:size=1920x1080:rate=5"

    poster = poster_of(source, tmp_path, seconds=2, size="1920x1080")

    assert poster.stat().st_size < 200_000
