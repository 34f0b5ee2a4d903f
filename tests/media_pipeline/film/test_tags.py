import dataclasses
from pathlib import Path
from typing import Any

import av
import pytest
from mutagen.mp4 import MP4
from PIL import Image

from media_pipeline.film.tags import tag_film
from media_pipeline.pictures.artwork import make_artwork
from media_pipeline.rendition import Kind, Rendition, finished
from media_pipeline.words.chapters import LONGEST_TITLE, MOST_CHAPTERS, Chapter
from tests.media_pipeline.recordings import film
from tests.media_pipeline.sound.test_tags import CHAPTERS, WORDS


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Rendition:
    made = film(tmp_path_factory.mktemp("film") / "film.mp4", "-metadata", "title=Old")
    return finished(Kind.FILM, made, "video/mp4", width=320, height=180)


def read(file: Path) -> Any:
    return MP4(file)


def test_the_words_are_in_the_film(plain: Rendition, tmp_path: Path) -> None:
    words = dataclasses.replace(WORDS, title="a=b; #1\nback\\slash")

    tag = read(tag_film(plain, words, tmp_path).path)

    assert tag["\xa9nam"] == [words.title]
    assert (tag["\xa9ART"], tag["\xa9alb"]) == ([WORDS.artist], [WORDS.album])
    assert (tag["desc"], tag["\xa9day"]) == ([WORDS.summary], ["2026-11-20"])


@pytest.mark.parametrize("title", ["The drive C:\\", "\\", "=", ";", "#1"])
def test_no_word_swallows_the_next_one(
    plain: Rendition, tmp_path: Path, title: str
) -> None:
    words = dataclasses.replace(WORDS, title=title, transcript=f"Ines: {title}")

    tag = read(tag_film(plain, words, tmp_path).path)

    assert (tag["\xa9nam"], tag["\xa9ART"]) == ([title], [WORDS.artist])
    assert [chapter.title for chapter in tag.chapters] == [c.title for c in CHAPTERS]


def test_what_is_said_is_in_the_film(plain: Rendition, tmp_path: Path) -> None:
    said = "\n".join(f"Ines: {number} = \\ # ; many words" for number in range(9000))

    tag = read(
        tag_film(plain, dataclasses.replace(WORDS, transcript=said), tmp_path).path
    )

    assert tag["\xa9lyr"] == [said]


def test_what_comes_before_the_first_chapter_is_named_after_the_episode(
    plain: Rendition, tmp_path: Path
) -> None:
    words = dataclasses.replace(WORDS, chapters=CHAPTERS[1:])

    tag = read(tag_film(plain, words, tmp_path).path)

    seen = [(chapter.start, chapter.title) for chapter in tag.chapters]
    assert seen == [(0.0, WORDS.title), (1.5, "Two"), (2.25, "And the third")]


@pytest.mark.parametrize("letter", ["x", "\u0434", "\u65e5", "\U0001f600"])
def test_a_title_too_long_for_the_list_of_chapters_ends_with_a_whole_letter(
    plain: Rendition, tmp_path: Path, letter: str
) -> None:
    long = Chapter(0, (letter * LONGEST_TITLE)[:LONGEST_TITLE])
    chapters = (long, Chapter(1, "a" + long.title[1:]))

    words = dataclasses.replace(WORDS, chapters=chapters)
    tag = read(tag_film(plain, words, tmp_path).path)

    for chapter, told in zip(chapters, tag.chapters, strict=True):
        assert told.title == chapter.title or told.title.endswith("\u2026")
        assert chapter.title.startswith(told.title.removesuffix("\u2026"))
        assert len(told.title.encode()) > min(200, len(chapter.title.encode()) - 1)


def test_as_many_chapters_as_there_may_be_fit_also_when_the_first_is_late(
    plain: Rendition, tmp_path: Path
) -> None:
    many = tuple(Chapter((n + 1) / 1000, f"{n}") for n in range(MOST_CHAPTERS))

    tagged = tag_film(plain, dataclasses.replace(WORDS, chapters=many), tmp_path)

    with av.open(str(tagged.path)) as opened:
        titles = [chapter["metadata"]["title"] for chapter in opened.chapters()]
    assert titles == [WORDS.title, *(chapter.title for chapter in many)]


def test_its_chapters_are_in_order(plain: Rendition, tmp_path: Path) -> None:
    tagged = tag_film(plain, WORDS, tmp_path)

    with av.open(str(tagged.path)) as opened:
        seen = [
            (float(found["start"] * (found["time_base"] or 0)), found["metadata"])
            for found in opened.chapters()
        ]

    assert [start for start, _ in seen] == [c.start_seconds for c in CHAPTERS]
    assert [words["title"] for _, words in seen] == [c.title for c in CHAPTERS]


def test_the_artwork_is_its_cover(plain: Rendition, tmp_path: Path) -> None:
    Image.new("RGB", (1400, 1400), "teal").save(tmp_path / "given.png")
    artwork = make_artwork(tmp_path / "given.png", tmp_path).path

    tagged = tag_film(plain, dataclasses.replace(WORDS, artwork=artwork), tmp_path)

    assert bytes(read(tagged.path)["covr"][0]) == artwork.read_bytes()


def test_it_still_plays_while_it_arrives(plain: Rendition, tmp_path: Path) -> None:
    whole = tag_film(plain, WORDS, tmp_path).path.read_bytes()

    assert whole.index(b"moov") < whole.index(b"mdat")


def test_new_words_replace_the_old_ones(plain: Rendition, tmp_path: Path) -> None:
    first = tag_film(plain, WORDS, tmp_path)
    (tmp_path / "again").mkdir()

    few = dataclasses.replace(WORDS, title="New", chapters=(), summary="")
    second = tag_film(first, few, tmp_path / "again")

    tag = read(second.path)
    assert (tag["\xa9nam"], tag.chapters or []) == (["New"], [])
    assert "desc" not in tag
    assert (second.width, second.size) == (320, second.path.stat().st_size)
