"""Chapters inside the sound and the film, as players read them."""

from dataclasses import replace
from pathlib import Path

import av
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from media_pipeline.film.tags import TITLE_BYTES, tag_film
from media_pipeline.rendition import Kind, Rendition, finished
from media_pipeline.sound.tags import INNER_BYTES, tag_sound
from media_pipeline.words.chapters import LONGEST_TITLE, Chapter, normal
from tests.media_pipeline.recordings import ffmpeg, film
from tests.media_pipeline.sound.test_tags import WORDS
from tests.media_pipeline.words.test_chapter_forms import titles

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
# Each example is a file. Longer titles are cut: see INNER_BYTES and TITLE_BYTES.
FEW = settings(max_examples=15, deadline=None)
somewhere = st.integers(0, 1900).map(lambda ms: ms / 1000)
long_titles = titles | st.text(min_size=30, max_size=LONGEST_TITLE)
found = st.lists(st.builds(Chapter, somewhere, long_titles), max_size=8).map(normal)


def short(chapters: tuple[Chapter, ...], most_bytes: int) -> tuple[Chapter, ...]:
    return tuple(c for c in chapters if len(c.title.encode()) <= most_bytes)


def seen(file: Path) -> list[tuple[float, str]]:
    with av.open(str(file)) as opened:
        return [
            (float(c["start"] * (c["time_base"] or 0)), c["metadata"]["title"])
            for c in opened.chapters()
        ]


def said(chapters: tuple[Chapter, ...]) -> list[tuple[float, str]]:
    return [(chapter.start_seconds, chapter.title) for chapter in chapters]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plain = tmp_path_factory.mktemp("sound") / "plain.mp3"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=2", "-c:a", "libmp3lame", str(plain))
    return plain


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Rendition:
    made = film(tmp_path_factory.mktemp("film") / "film.mp4")
    return finished(Kind.FILM, made, "video/mp4")


@FEW
@example(ODD)
@given(found.map(lambda made: short(made, INNER_BYTES)))
def test_they_come_out_of_an_mp3_equal(
    sound: Path, chapters: tuple[Chapter, ...]
) -> None:
    tagged = tag_sound(sound, replace(WORDS, chapters=chapters), sound.parent)

    assert seen(tagged.path) == said(chapters)


@FEW
@example(ODD)
@given(found.map(lambda made: short(made, TITLE_BYTES)))
def test_they_come_out_of_an_mp4_equal(
    picture: Rendition, chapters: tuple[Chapter, ...]
) -> None:
    words = replace(WORDS, chapters=chapters)

    tagged = tag_film(picture, words, picture.path.parent)

    begins_late = bool(chapters) and chapters[0].start_seconds > 0
    before = [(0.0, WORDS.title)] if begins_late else []
    assert seen(tagged.path) == before + said(chapters)


def test_a_title_too_long_for_players_of_mp3_says_so(sound: Path) -> None:
    long = Chapter(0.0, "\u65e5" * 57)  # 171 bytes

    tagged = tag_sound(sound, replace(WORDS, chapters=(long,)), sound.parent)

    assert seen(tagged.path) == [(0.0, "\u65e5" * 40 + "\u2026")]
