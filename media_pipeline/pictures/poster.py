"""The still picture that stands for a film until somebody presses play."""

from pathlib import Path

from media_pipeline.errors import WrongOutput
from media_pipeline.pictures.candidates import best_first, candidates
from media_pipeline.pictures.still import CONTENT_TYPE, fitted, key_frames, take_still
from media_pipeline.programs.ffmpeg_program import hostile_input
from media_pipeline.rendition import Kind, Rendition, finished

LARGEST_SIDE = 1280
TRIES = 3


def make_poster(
    film: Rendition, folder: Path, seconds: float, *, small: Rendition | None = None
) -> Rendition:
    """Choose a picture by what is in it; looking at a `small` rung is faster."""
    poster = folder / "poster.jpg"
    size = fitted(film.width or LARGEST_SIDE, film.height or LARGEST_SIDE, LARGEST_SIDE)
    found = best_first(candidates(small or film, seconds))[:TRIES]
    for moment in (candidate.at_seconds for candidate in found):
        picture = hostile_input(film.path, ss=f"{moment:.3f}").video
        if take_still(picture, film, poster, size):
            return _finished(poster, size, moment)
    if not take_still(key_frames(film), film, poster, size):
        raise WrongOutput("The poster did not come out right.", cause=film.path.name)
    return _finished(poster, size, 0.0)


def _finished(poster: Path, size: tuple[int, int], moment: float) -> Rendition:
    width, height = size
    return finished(
        Kind.POSTER,
        poster,
        CONTENT_TYPE,
        width=width,
        height=height,
        details={"at_seconds": round(moment, 3)},
    )
