import json
from pathlib import Path

from media_pipeline.pictures.chapter_images import MOST_IMAGES, make_chapter_images
from media_pipeline.rendition import Rendition
from media_pipeline.words.chapters import Chapter
from tests.media_pipeline.pictures.rungs import colour_at, plain, rung, scenes


def red_then_blue(folder: Path) -> Rendition:
    return rung(folder, scenes(plain("red", 4), plain("blue", 4)), 8)


def test_each_chapter_has_the_picture_where_it_begins(tmp_path: Path) -> None:
    chapters = (Chapter(0, "Red"), Chapter(4.5, "Blue"))

    first, second = make_chapter_images(red_then_blue(tmp_path), tmp_path, chapters, 8)

    assert (first.name, second.name) == ("1", "2")
    assert colour_at(first.path, 160, 90)[0] > 200
    assert colour_at(second.path, 160, 90)[2] > 200
    assert second.details["start_ms"] == 4500


def test_a_chapter_that_begins_black_shows_what_comes_then(tmp_path: Path) -> None:
    film = rung(tmp_path, scenes(plain("black", 2), plain("red", 4)), 6)

    (image,) = make_chapter_images(film, tmp_path, [Chapter(0, "Fade in")], 6)

    assert colour_at(image.path, 160, 90)[0] > 200


def test_a_chapter_after_the_end_has_no_picture(tmp_path: Path) -> None:
    chapters = (Chapter(0, "Red"), Chapter(99, "Never"))

    made = make_chapter_images(red_then_blue(tmp_path), tmp_path, chapters, 8)

    assert [image.name for image in made] == ["1"]


def test_an_episode_of_countless_chapters_has_a_hundred_pictures(
    tmp_path: Path,
) -> None:
    film = rung(tmp_path, "color=red:size=32x18:rate=50", 2.2)
    chapters = [Chapter(n / 100, f"{n}") for n in range(MOST_IMAGES + 20)]

    assert len(make_chapter_images(film, tmp_path, chapters, 2.2)) == MOST_IMAGES


def test_made_again_they_are_the_same(tmp_path: Path) -> None:
    film, chapters = red_then_blue(tmp_path), [Chapter(4, "Blue")]

    before = make_chapter_images(film, tmp_path, chapters, 8)

    assert make_chapter_images(film, tmp_path, chapters, 8) == before
    assert json.dumps(before[0].details)


def test_an_episode_without_chapters_has_no_pictures(tmp_path: Path) -> None:
    film = rung(tmp_path, "color=red:size=32x18:rate=5", 1)

    assert make_chapter_images(film, tmp_path, (), 1) == []
