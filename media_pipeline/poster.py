"""The still picture that stands for a film until somebody presses play."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.errors import WrongOutput
from media_pipeline.ffmpeg_program import find_ffmpeg
from media_pipeline.process import Limits, run
from media_pipeline.rendition import Kind, Rendition, finished

CONTENT_TYPE = "image/jpeg"
LARGEST_WIDTH = 1280
QUALITY = 4  # of mjpeg: 2 is the best
BEGIN_SHARE = 0.1  # of the film: the titles are over
WATCHED_SECONDS = 80.0
CANDIDATES = 40
BLACK_PERCENT = 90  # of the picture

_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8", b"\xff\xd9"
_LIMITS = Limits(total_seconds=300)


def make_poster(film: Rendition, folder: Path, seconds: float) -> Rendition:
    """Choose a picture from a finished rung that is like its neighbours, not black."""
    poster = folder / "poster.jpg"
    poster.unlink(missing_ok=True)
    width, height = _size(film)
    for choice in _choices(film.path, seconds):
        sized = choice.filter("scale", width, height, out_range="pc")
        run(
            find_ffmpeg().command(_written(sized, poster)),
            limits=_LIMITS,
            reads=[film.path],
            writes=folder,
        )
        if poster.exists() and poster.stat().st_size:
            break
    _check(poster)
    return finished(Kind.POSTER, poster, CONTENT_TYPE, width=width, height=height)


def _size(film: Rendition) -> tuple[int, int]:
    width, height = film.width or 0, film.height or 0
    if width <= LARGEST_WIDTH:
        return width, height
    return LARGEST_WIDTH, 2 * round(height * LARGEST_WIDTH / width / 2)


def _choices(film: Path, seconds: float) -> Iterator[Any]:
    """Ever humbler ways to find a picture."""
    for begin in (BEGIN_SHARE * seconds, 0.0):
        yield _typical(_not_black(_key_frames(film, begin)))
    yield _key_frames(film, 0.0)


def _key_frames(film: Path, begin: float) -> Any:
    # Only whole pictures are decoded: a film of any length costs the same.
    return ffmpeg.input(
        f"file:{film.absolute()}", ss=begin, t=WATCHED_SECONDS, skip_frame="nokey"
    ).video


def _not_black(pictures: Any) -> Any:
    measured = pictures.filter("blackframe", amount=0)
    return measured.filter(
        "metadata",
        "select",
        key="lavfi.blackframe.pblack",
        value=BLACK_PERCENT,
        function="less",
    )


def _typical(pictures: Any) -> Any:
    return pictures.filter("thumbnail", CANDIDATES)


def _written(picture: Any, poster: Path) -> Any:
    return picture.filter("format", "yuvj420p").output(
        f"file:{poster.absolute()}",
        vframes=1,
        vcodec="mjpeg",
        update=1,
        map_metadata=-1,
        fflags="+bitexact",
        format="image2",
        **{"q:v": QUALITY, "flags:v": "+bitexact"},
    )


def _check(poster: Path) -> None:
    data = poster.read_bytes() if poster.exists() else b""
    if not (data.startswith(_JPEG_BEGINS) and data.endswith(_JPEG_ENDS)):
        raise WrongOutput("The poster did not come out right.", cause=poster.name)
