"""The order of the steps from a recording to an episode: read this first.

    check   is it something we can work with, and how loud is it?     entrance/
                                                                      admission.py
    sound   level it, write the MP3; for a film the AAC of its sound  sound/audio.py
    plan    which rungs, cut where, encoded in which chunks           film/deciding.py
    first   cut the sound, make the first rungs: it can be watched    film/video.py
                                                                      hls/packaging.py
    chunk   a few segments of all other rungs, on any machine         film/video.py
    film    join the chunks, look at every file, write playlists,     mp4/joining.py
            the file to download, the pictures                        hls/packaging.py
                                                                      film/whole.py
    finish  nothing here: whoever called keeps what was made

Every step takes files and gives files, all in one folder. Taken again, a step writes
over what it left there, and ends with the same result.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from media_pipeline.entrance.admission import Admission, admit
from media_pipeline.film.chunks import chunk_name, finished_chunk
from media_pipeline.film.deciding import decide
from media_pipeline.film.plan import Budget, FilmPlan, Rung
from media_pipeline.film.stream_copy import copy_pictures
from media_pipeline.film.video import encode_rungs, seen_picture
from media_pipeline.film.whole import join_film
from media_pipeline.hls.packaging import (
    SOUND,
    Packaged,
    make_master,
    package_sound,
    packaged_rung,
    packaged_sound,
)
from media_pipeline.mp4.joining import join_chunks
from media_pipeline.pictures.chapter_images import make_chapter_images
from media_pipeline.pictures.poster import make_poster
from media_pipeline.pictures.storyboard import make_storyboard
from media_pipeline.programs.process import nobody
from media_pipeline.rendition import Kind, Rendition
from media_pipeline.sound.audio import encode_sound
from media_pipeline.words.chapters import Chapter

__all__ = ["Budget", "FilmPlan", "Step"]

Told = Callable[[float], None]  # how much of a step is done, from 0 to 1
Found = Callable[[Kind, str], Path]  # a file that was made before

ENCODING_SHARE = 0.95  # of the time that a step takes


class Step(StrEnum):
    """The steps in their order, and how much of the waiting each of them is."""

    CHECK = "check"
    SOUND = "sound"
    FIRST = "first"
    CHUNK = "chunk"
    FILM = "film"
    FINISH = "finish"

    @property
    def share(self) -> float:
        """Of the whole, from 0 to 1."""
        return _SHARES[self]

    @property
    def begins_at(self) -> float:
        """How much of the whole is done when it begins."""
        steps = list(Step)
        return sum(_SHARES[step] for step in steps[: steps.index(self)])


_SHARES = {
    Step.CHECK: 0.06,
    Step.SOUND: 0.2,
    Step.FIRST: 0.2,
    Step.CHUNK: 0.42,
    Step.FILM: 0.1,
    Step.FINISH: 0.02,
}


def check(recording: Path, on_progress: Told) -> Admission:
    """Let a recording in, or raise `Refused` with a sentence for the host."""
    # How long it is, is only known in the end: the watchdog looks on.
    admission = admit(recording, nobody)
    on_progress(1.0)
    return admission


def make_sound(
    recording: Path, admission: Admission, folder: Path, on_progress: Told
) -> list[Rendition]:
    """Everything one needs to listen; for a film, its sound for streaming too."""
    told = _share_of(admission.duration_seconds, on_progress)
    sound = encode_sound(recording, admission, folder, on_progress=told)
    return list(sound.renditions)


def plan(
    recording: Path,
    admission: Admission,
    folder: Path,
    on_progress: Told,
    *,
    budget: str = Budget.NORMAL,
) -> FilmPlan:
    """Decide how the film will be made; raises `Refused` when there is none."""
    planned = decide(recording, admission, folder, Budget(budget))
    on_progress(1.0)
    return planned


def make_first(
    recording: Path,
    admission: Admission,
    plan: FilmPlan,
    files: Found,
    folder: Path,
    on_progress: Told,
    *,
    language: str = "und",
    captions: Path | None = None,
) -> list[Rendition]:
    """The cut sound, the first rungs, and a master of both: it can be watched."""
    stream_sound = files(Kind.STREAM_SOUND, "")
    sound = package_sound(stream_sound, plan, folder, float(plan.seconds))
    if plan.first_chunks:
        media = {rung: _joined(plan, rung, files, folder) for rung in plan.first}
    else:
        media = {rung: folder / f"{rung.name}.mp4" for rung in plan.first}
        _make_rungs(recording, admission, plan, media, on_progress)
    rungs = [
        packaged_rung(file, rung, plan, sound.seconds) for rung, file in media.items()
    ]
    # The master last: whoever stores in this order never shows what is not there.
    return [
        *sound.files,
        *(file for rung in rungs for file in rung.files),
        *make_master(plan, rungs, sound, folder, language=language, captions=captions),
    ]


def make_chunk(
    recording: Path,
    admission: Admission,
    plan: FilmPlan,
    number: int,
    folder: Path,
    on_progress: Told,
    *,
    is_first: bool = False,
) -> list[Rendition]:
    """A few segments of all other rungs, or of the first ones; no sound."""
    rungs = plan.first if is_first else plan.rest
    chunk = plan.chunks_of(rungs[0])[number]
    files = {rung: folder / f"{chunk_name(rung, number)}.mp4" for rung in rungs}
    told = _share_of(float(chunk.frames / plan.frame_rate), on_progress)
    encode_rungs(recording, admission, plan, files, chunk=chunk, on_progress=told)
    return [finished_chunk(file, rung, plan, chunk) for rung, file in files.items()]


def make_film(
    plan: FilmPlan,
    files: Found,
    folder: Path,
    on_progress: Told,
    *,
    language: str = "und",
    captions: Path | None = None,
    chapters: tuple[Chapter, ...] = (),
) -> list[Rendition]:
    """The whole ladder, the file to download, and the pictures of the film."""
    sound = packaged_sound(files(Kind.HLS_MEDIA, SOUND), plan)
    media = {rung: files(Kind.HLS_MEDIA, rung.name) for rung in plan.first}
    media |= {rung: _joined(plan, rung, files, folder) for rung in plan.rest}
    rungs = [
        packaged_rung(media[rung], rung, plan, sound.seconds) for rung in plan.rungs
    ]
    kept = rungs[plan.rungs.index(plan.rung_to_keep)].media
    film = join_film(kept, sound.media, folder, sound.seconds)
    pictures = _pictures(plan, rungs, kept, folder, sound.seconds, chapters)
    master = make_master(
        plan, rungs, sound, folder, language=language, captions=captions
    )
    on_progress(1.0)
    joined = (r for r in rungs if r.media.name not in plan.at_once)
    made = [file for rung in joined for file in rung.files]
    return [film, *pictures, *made, *master]


def _pictures(
    plan: FilmPlan,
    rungs: list[Packaged],
    middle: Rendition,
    folder: Path,
    seconds: float,
    chapters: tuple[Chapter, ...],
) -> list[Rendition]:
    # The smallest good rung is looked at, as often as need be; the largest shows.
    large = rungs[0].media
    small = rungs[plan.rungs.index(plan.rung_to_look_at)].media
    return [
        make_poster(large, folder, seconds, small=small),
        *make_storyboard(small, folder, seconds),
        *make_chapter_images(middle, folder, chapters, seconds),
    ]


def _make_rungs(
    recording: Path,
    admission: Admission,
    plan: FilmPlan,
    files: dict[Rung, Path],
    on_progress: Told,
) -> None:
    copied = [rung for rung in files if rung.name == plan.copied]
    encoded = {rung: file for rung, file in files.items() if rung not in copied}
    for rung in copied:
        copy_pictures(recording, seen_picture(admission), plan, files[rung])
    if encoded:
        told = _share_of(float(plan.seconds) / ENCODING_SHARE, on_progress)
        encode_rungs(recording, admission, plan, encoded, on_progress=told)


def _joined(plan: FilmPlan, rung: Rung, files: Found, folder: Path) -> Path:
    chunks = plan.chunks_of(rung)
    names = (chunk_name(rung, number) for number in range(len(chunks)))
    parts = [files(Kind.CHUNK, name) for name in names]
    starts = [chunk.begin / plan.frame_rate for chunk in chunks]
    whole = folder / f"{rung.name}.mp4"
    join_chunks(parts, starts, whole)
    return whole


def _share_of(whole_seconds: float, tell: Told) -> Callable[[float], None]:
    return lambda seconds: tell(min(1.0, seconds / whole_seconds))
