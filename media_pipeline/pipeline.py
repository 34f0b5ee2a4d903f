"""The order of the steps from a recording to an episode: read this first.

    check   is it something we can work with, and how loud is it?     admission.py
    sound   level it, write the MP3; for a film cut its AAC track     audio.py hls.py
    film    plan the ladder, encode it at once, look at every file    plan.py video.py
            write playlists, the file to download, the poster         hls.py film.py
    finish  nothing here: whoever called keeps what was made

Every step takes files and gives files, all in one folder. Taken again, a step writes
over what it left there, and ends with the same result.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from media_pipeline.admission import Admission, admit
from media_pipeline.audio import encode_sound
from media_pipeline.errors import Refused
from media_pipeline.film import join_film
from media_pipeline.hls import (
    make_master,
    package_sound,
    packaged_rung,
    packaged_sound,
)
from media_pipeline.plan import plan_film
from media_pipeline.poster import make_poster
from media_pipeline.probe import Picture
from media_pipeline.rendition import Rendition
from media_pipeline.video import encode_rungs

Told = Callable[[float], None]  # how much of a step is done, from 0 to 1

ENCODING_SHARE = 0.95  # of the time that a film takes


class Step(StrEnum):
    """The steps in their order, and how much of the waiting each of them is."""

    CHECK = "check"
    SOUND = "sound"
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


_SHARES = {Step.CHECK: 0.06, Step.SOUND: 0.2, Step.FILM: 0.72, Step.FINISH: 0.02}


def check(recording: Path, on_progress: Told) -> Admission:
    """Let a recording in, or raise `Refused` with a sentence for the host."""
    # How long it is, is only known in the end: the watchdog looks on.
    admission = admit(recording, lambda seconds: None)
    on_progress(1.0)
    return admission


def make_sound(
    recording: Path, admission: Admission, folder: Path, on_progress: Told
) -> list[Rendition]:
    """Everything one needs to listen; for a film, its sound cut for streaming too."""
    sound = encode_sound(
        recording,
        admission,
        folder,
        for_film=admission.is_film,
        on_progress=_share_of(admission.duration_seconds, on_progress),
    )
    if not admission.is_film or sound.hls_audio is None:
        return [sound.mp3]
    plan = plan_film(_picture(admission))
    seconds = max(admission.duration_seconds, admission.sound_seconds)
    return [sound.mp3, *package_sound(sound.hls_audio, plan, folder, seconds).files]


def make_film(
    recording: Path,
    admission: Admission,
    audio: Path,
    folder: Path,
    on_progress: Told,
    *,
    language: str = "und",
) -> list[Rendition]:
    """Everything one needs to watch; `audio` is the cut sound of `make_sound`."""
    picture = _picture(admission)
    plan = plan_film(picture)
    sound = packaged_sound(audio, plan)
    files = encode_rungs(
        recording,
        admission,
        picture,
        plan,
        folder,
        seconds=sound.seconds,
        on_progress=_share_of(sound.seconds / ENCODING_SHARE, on_progress),
    )
    rungs = [
        packaged_rung(file, rung, plan, sound.seconds)
        for file, rung in zip(files, plan.rungs, strict=True)
    ]
    master = make_master(plan, rungs, sound, folder, language=language)
    kept = rungs[plan.rungs.index(plan.rung_to_keep)].media
    film = join_film(kept, sound.media, folder, sound.seconds)
    poster = make_poster(rungs[0].media, folder, sound.seconds)
    # The master last: whoever stores in this order never shows what is not there.
    return [poster, film, *(file for rung in rungs for file in rung.files), master]


def _picture(admission: Admission) -> Picture:
    if admission.picture is None:
        raise Refused("There is nothing to watch in this recording.")
    return admission.picture


def _share_of(whole_seconds: float, tell: Told) -> Callable[[float], None]:
    return lambda seconds: tell(min(1.0, seconds / whole_seconds))
