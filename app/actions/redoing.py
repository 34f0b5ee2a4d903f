"""One form of many episodes is made anew, because we make it differently now."""

import threading
from collections.abc import Sequence

from app.actions import again, tagging, wording
from app.actions.captions import captions_file
from app.actions.facts import read_admission
from app.actions.remaking import Bench, Gone, Make, remake
from app.models import Episode, Processing
from app.platform import Platform
from media_pipeline import pipeline
from media_pipeline.entrance.admission import Admission
from media_pipeline.hls.packaging import SOUND, remake_master
from media_pipeline.pictures.chapter_images import make_chapter_images
from media_pipeline.pictures.poster import make_poster
from media_pipeline.pictures.storyboard import make_storyboard
from media_pipeline.programs.process import nobody
from media_pipeline.recipes import MAKES, Form
from media_pipeline.rendition import Kind, Rendition

SMALL_SIDE = 360  # pixels, of a rung that is large enough for small pictures


def redo(
    platform: Platform,
    episode_id: str,
    form: Form,
    stop: threading.Event | None = None,
) -> bool:
    """Make this form of an episode anew. False: there is none, or nobody needs it."""
    if form == Form.FILM:
        return again.make_again(platform, episode_id)
    return remake(platform, episode_id, form, _MAKERS[form], stop)


def _sound(bench: Bench) -> Sequence[Rendition]:
    plain = next(r for r in _listened(bench) if r.kind == Kind.PLAIN_SOUND)
    place = bench.platform, bench.episode_id, bench.revision
    return [plain, tagging.tag(*place, plain.path, bench.folder)]


def _low_sound(bench: Bench) -> Sequence[Rendition]:
    return [r for r in _listened(bench) if r.kind in MAKES[Form.LOW_SOUND]]


def _waveform(bench: Bench) -> Sequence[Rendition]:
    return [r for r in _listened(bench) if r.kind in MAKES[Form.WAVEFORM]]


def _listened(bench: Bench) -> list[Rendition]:
    # One decode makes them all; what was not asked for is not kept.
    recording = bench.recording()
    admission = _admission(bench) or pipeline.check(recording, nobody)
    return pipeline.make_sound(recording, admission, bench.folder, nobody)


def _captions(bench: Bench) -> Sequence[Rendition]:
    place = bench.platform, bench.episode_id
    digest = wording.digests_now(*place)[Kind.HLS_MASTER]
    made = remake_master(
        bench.take(Kind.HLS_MASTER),
        bench.folder,
        language=_episode(bench).spoken_language,
        captions=captions_file(*place, bench.folder),
    )
    # The master remembers for all of them: there may be no captions at all.
    return [
        wording.remembering(file, digest) if file.kind == Kind.HLS_MASTER else file
        for file in made
    ]


def _poster(bench: Bench) -> Sequence[Rendition]:
    large, small = _rung(bench, large=True), _rung(bench)
    return [make_poster(large, bench.folder, _seconds(large), small=small)]


def _storyboard(bench: Bench) -> Sequence[Rendition]:
    film = _rung(bench)
    return make_storyboard(film, bench.folder, _seconds(film))


def _chapter_images(bench: Bench) -> Sequence[Rendition]:
    digest = wording.digests_now(bench.platform, bench.episode_id)[Kind.CHAPTER_IMAGE]
    chapters, film = wording.chapters_of(_episode(bench)), _rung(bench)
    images = make_chapter_images(film, bench.folder, chapters, _seconds(film))
    return [wording.remembering(image, digest) for image in images]


_MAKERS: dict[Form, Make] = {
    Form.SOUND: _sound,
    Form.TAGS: tagging.tagged,
    Form.LOW_SOUND: _low_sound,
    Form.WAVEFORM: _waveform,
    Form.FILM_TAGS: tagging.tagged_film,
    Form.CAPTIONS: _captions,
    Form.POSTER: _poster,
    Form.STORYBOARD: _storyboard,
    Form.CHAPTER_IMAGES: _chapter_images,
}


def _rung(bench: Bench, *, large: bool = False) -> Rendition:
    rungs = [row for row in bench.rows(Kind.HLS_MEDIA) if row.name != SOUND]
    rungs.sort(key=lambda row: row.height or 0, reverse=True)
    enough = [r for r in rungs if min(r.width or 0, r.height or 0) >= SMALL_SIDE]
    chosen = rungs[:1] if large else (enough or rungs[:1])[-1:]
    return bench.fetch(next(iter(chosen), None))


def _seconds(film: Rendition) -> float:
    return film.duration_seconds or 0.0


def _admission(bench: Bench) -> Admission | None:
    with bench.platform.database.reading() as session:
        of_this = session.query(Processing.admission).filter_by(
            episode_id=bench.episode_id, revision=bench.revision
        )
        return read_admission(of_this.scalar())


def _episode(bench: Bench) -> Episode:
    with bench.platform.database.reading() as session:
        episode = session.get(Episode, bench.episode_id)
        if episode is None:
            raise Gone
        _ = episode.spoken_language, episode.chapters
        return episode
