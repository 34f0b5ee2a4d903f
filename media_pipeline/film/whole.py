"""The whole film in one file, for people who download it."""

from pathlib import Path

import ffmpeg

from media_pipeline.errors import WrongOutput
from media_pipeline.mp4.boxes import top_boxes
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import Limits, nobody, run
from media_pipeline.recording.probe import probe
from media_pipeline.rendition import EXACT_SECONDS, Kind, Rendition, finished

CONTENT_TYPE = "video/mp4"


def join_film(
    picture: Rendition, sound: Rendition, folder: Path, seconds: float
) -> Rendition:
    """Put a rung and the sound into one file that plays while it arrives."""
    film = folder / "film.mp4"
    joined = ffmpeg.output(
        ffmpeg.input(f"file:{picture.path.absolute()}").video,
        ffmpeg.input(f"file:{sound.path.absolute()}").audio,
        f"file:{film.absolute()}",
        c="copy",
        map_metadata=-1,
        fflags="+bitexact",
        movflags="+faststart",
        format="mp4",
    )
    run(
        find_ffmpeg().command(joined),
        limits=Limits.for_duration(seconds).with_a_rewrite(picture.size + sound.size),
        on_progress=nobody,
        reads=[picture.path, sound.path],
        writes=folder,
    )
    _check(film, seconds)
    return finished(
        Kind.FILM,
        film,
        CONTENT_TYPE,
        name=picture.name,
        duration_seconds=seconds,
        width=picture.width,
        height=picture.height,
        bitrate=(picture.bitrate or 0) + (sound.bitrate or 0),
        codecs=f"{picture.codecs},{sound.codecs}",
    )


def _check(film: Path, seconds: float) -> None:
    order = [box.kind for box in top_boxes(film)]
    found = probe(film)
    is_whole = (
        {b"moov", b"mdat"} <= set(order)
        and order.index(b"moov") < order.index(b"mdat")
        and found.picture is not None
        and found.sound is not None
        and abs(found.duration_seconds - seconds) <= EXACT_SECONDS
    )
    if not is_whole:
        raise WrongOutput(
            "The film for downloading did not come out right.",
            cause=f"{film.name}: boxes {order}, {found}",
        )
