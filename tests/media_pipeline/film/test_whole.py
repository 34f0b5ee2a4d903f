from pathlib import Path
from typing import Any

import av
import pytest

from media_pipeline.errors import WrongOutput
from media_pipeline.film.whole import join_film
from media_pipeline.mp4.boxes import top_boxes
from media_pipeline.rendition import Kind
from tests.media_pipeline.films import MadeFilm


def test_the_film_to_download_plays_while_it_arrives(made_film: MadeFilm) -> None:
    kinds = [box.kind for box in top_boxes(made_film.one(Kind.FILM).path)]

    assert kinds.index(b"moov") < kinds.index(b"mdat")


def test_the_film_to_download_is_a_rung_with_the_sound(made_film: MadeFilm) -> None:
    film = made_film.one(Kind.FILM)

    assert (film.name, film.width, film.height) == ("360p", 640, 360)
    assert film.codecs == "avc1.64001e,mp4a.40.2"
    assert film.duration_seconds == pytest.approx(14, abs=0.1)


def begin_and_length(stream: Any) -> tuple[float, float]:
    begin = float((stream.start_time or 0) * stream.time_base)
    return begin, float(stream.duration * stream.time_base)


def test_pictures_and_sound_of_it_begin_and_end_together(made_film: MadeFilm) -> None:
    with av.open(str(made_film.one(Kind.FILM).path)) as opened:
        tracks = [begin_and_length(stream) for stream in opened.streams]

    assert len(tracks) == 2
    for begin, length in tracks:
        assert begin == pytest.approx(0, abs=0.001)
        assert length == pytest.approx(14, abs=0.04)


def test_a_film_without_its_end_is_found(made_film: MadeFilm, tmp_path: Path) -> None:
    picture = made_film.one(Kind.HLS_MEDIA, "240p")
    sound = made_film.one(Kind.HLS_MEDIA, "audio")

    with pytest.raises(WrongOutput):
        join_film(picture, sound, tmp_path, seconds=20)
