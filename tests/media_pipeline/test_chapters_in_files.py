"""Chapters inside the sound and the film, as players read them."""

import dataclasses
from pathlib import Path

import av

from media_pipeline.chapters import Chapter, normal
from media_pipeline.film_tags import tag_film
from media_pipeline.rendition import Kind, finished
from media_pipeline.tags import tag_sound
from tests.media_pipeline.recordings import ffmpeg, film
from tests.media_pipeline.test_tags import WORDS

ODD = normal(
    Chapter(number / 1000, title)
    for number, title in [
        (0, "00:00 --> 00:01 <b>&amp;</b>"),
        (1, "מתחילים: שלום"),
        (999, "👩‍👩‍👧 = family; # \\ 'quoted' \"twice\""),
        (1001, "e\u0301 [CHAPTER] title=no"),
        (1002, "- the end"),
    ]
)
WORDS_OF_ODD = dataclasses.replace(WORDS, chapters=ODD)


def seen(file: Path) -> list[tuple[float, str]]:
    with av.open(str(file)) as opened:
        return [
            (float(c["start"] * (c["time_base"] or 0)), c["metadata"]["title"])
            for c in opened.chapters()
        ]


def said() -> list[tuple[float, str]]:
    return [(chapter.start_seconds, chapter.title) for chapter in ODD]


def test_they_come_out_of_an_mp3_equal(tmp_path: Path) -> None:
    plain = tmp_path / "plain.mp3"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=2", "-c:a", "libmp3lame", str(plain))

    tagged = tag_sound(plain, WORDS_OF_ODD, tmp_path)

    assert seen(tagged.path) == said()


def test_they_come_out_of_an_mp4_equal(tmp_path: Path) -> None:
    plain = finished(Kind.FILM, film(tmp_path / "film.mp4"), "video/mp4")

    tagged = tag_film(plain, WORDS_OF_ODD, tmp_path)

    assert seen(tagged.path) == said()
