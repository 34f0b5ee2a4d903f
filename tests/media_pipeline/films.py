"""Films that went through the whole pipeline, and what can be asked about them."""

from dataclasses import dataclass
from pathlib import Path

import av

from media_pipeline import pipeline
from media_pipeline.entrance.admission import Admission
from media_pipeline.film.plan import FilmPlan
from media_pipeline.programs.process import nobody
from media_pipeline.rendition import Kind, Rendition


@dataclass(frozen=True)
class MadeFilm:
    """Everything that was made of one recording."""

    admission: Admission
    plan: FilmPlan
    renditions: list[Rendition]

    def one(self, kind: Kind, name: str | None = None) -> Rendition:
        return next(
            made
            for made in self.renditions
            if made.kind == kind and name in (None, made.name)
        )

    def names(self, kind: Kind) -> list[str]:
        return [made.name for made in self.renditions if made.kind == kind]


def make(recording: Path, folder: Path, *, language: str = "und") -> MadeFilm:
    """Take a recording through all the steps."""
    folder.mkdir(exist_ok=True)
    admission = pipeline.check(recording, nobody)
    made = pipeline.make_sound(recording, admission, folder, nobody)
    plan = pipeline.plan(recording, admission, folder, nobody)

    def files(kind: Kind, name: str) -> Path:
        return next(r.path for r in made if (r.kind, r.name) == (kind, name))

    for number in range(len(plan.first_chunks)):
        given = recording, admission, plan, number, folder, nobody
        made += pipeline.make_chunk(*given, is_first=True)
    made += pipeline.make_first(
        recording,
        admission,
        plan,
        files,
        folder,
        nobody,
        language=language,
    )
    for number in range(len(plan.chunks)):
        made += pipeline.make_chunk(recording, admission, plan, number, folder, nobody)
    made += pipeline.make_film(plan, files, folder, nobody, language=language)
    return MadeFilm(admission, plan, made)


def first_picture(path: Path, *, at: float = 0.0) -> av.VideoFrame:
    """The first picture at or after a moment."""
    with av.open(str(path)) as opened:
        for frame in opened.decode(video=0):
            if frame.time is not None and frame.time >= at:
                return frame
    raise AssertionError(f"nothing to see at {at} s")


def colour(path: Path, *, at: float = 0.0) -> tuple[int, int, int]:
    """The colour in the middle of a picture: red, green, blue."""
    image = first_picture(path, at=at).to_image()
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    red, green, blue = pixel
    return int(red), int(green), int(blue)
