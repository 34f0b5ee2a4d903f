"""What is to be seen where a chapter begins, for apps that show it then."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from media_pipeline.pictures.still import CONTENT_TYPE, fitted, key_frames, take_still
from media_pipeline.programs.ffmpeg_program import hostile_input
from media_pipeline.rendition import Kind, Rendition, finished
from media_pipeline.words.chapters import Chapter

LARGEST_SIDE = 640
MOST_IMAGES = 100
LOOKED_AHEAD_SECONDS = 8.0  # a chapter may begin with a fade
BLACK_PERCENT = 90  # of the picture


def make_chapter_images(
    film: Rendition, folder: Path, chapters: Sequence[Chapter], seconds: float
) -> list[Rendition]:
    """A picture for each chapter, "1" for the first; `details` say when it begins."""
    inside = [chapter for chapter in chapters if chapter.start_seconds < seconds]
    starts = [chapter.start_seconds for chapter in inside]
    spans = zip(starts, [*starts, seconds][1:], strict=True)
    made = [
        _image(film, folder, number, start, end)
        for number, (start, end) in enumerate(list(spans)[:MOST_IMAGES], start=1)
    ]
    return [image for image in made if image]


def _image(
    film: Rendition, folder: Path, number: int, start: float, end: float
) -> Rendition | None:
    image = folder / f"chapter-{number}.jpg"
    width, height = fitted(film.width or 16, film.height or 9, LARGEST_SIDE)
    for pictures in _choices(film, start, min(end - start, LOOKED_AHEAD_SECONDS)):
        if take_still(pictures, film, image, (width, height)):
            return finished(
                Kind.CHAPTER_IMAGE,
                image,
                CONTENT_TYPE,
                name=str(number),
                width=width,
                height=height,
                details={"start_ms": round(start * 1000)},
            )
    return None


def _choices(film: Rendition, start: float, length: float) -> Iterator[Any]:
    """Ever humbler ways to find a picture of this chapter."""
    yield _not_black(key_frames(film, ss=start, t=length))
    yield hostile_input(film.path, ss=start, t=length).video


def _not_black(pictures: Any) -> Any:
    measured = pictures.filter("blackframe", amount=0)
    return measured.filter(
        "metadata",
        "select",
        key="lavfi.blackframe.pblack",
        value=BLACK_PERCENT,
        function="less",
    )
