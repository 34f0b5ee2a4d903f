"""A film as HLS: finished media, and the playlists that name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.ffmpeg_program import find_ffmpeg
from media_pipeline.inspection import check_playlist, check_rung, check_sound
from media_pipeline.mp4_track import Track, read_track
from media_pipeline.plan import FilmPlan, Rung
from media_pipeline.playlist import (
    Rate,
    SoundGroup,
    Variant,
    cut,
    master_playlist,
    media_playlist,
    rate_of,
)
from media_pipeline.process import Limits, run
from media_pipeline.rendition import Kind, Rendition, finished

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
FILM_TYPE, SOUND_TYPE = "video/mp4", "audio/mp4"
SOUND = "audio"  # the name of its renditions

_UNUSED_PLAYLIST = f"{SOUND}.unused.m3u8"
_WITHOUT_PRIMING = r"noise=drop=lt(pts\,0)"


@dataclass(frozen=True, slots=True)
class Packaged:
    """One track with its playlist, ready to be listed in a master."""

    media: Rendition
    playlist: Rendition
    rate: Rate
    seconds: float

    @property
    def files(self) -> list[Rendition]:
        """In the order in which they must be stored."""
        return [self.media, self.playlist]


def package_sound(aac: Path, plan: FilmPlan, folder: Path, seconds: float) -> Packaged:
    """Cut the sound of a film where its pictures will be cut, without encoding."""
    media = folder / f"{SOUND}.m4a"
    run(
        find_ffmpeg().command(_fragmented(aac, plan, media.name)),
        cwd=folder,  # the name of a folder could hold a % that ffmpeg would read
        limits=Limits.for_duration(seconds),
        reads=[aac],
        writes=folder,
    )
    (folder / _UNUSED_PLAYLIST).unlink()
    check_sound(media, read_track(media), plan, seconds)
    return packaged_sound(media, plan)


def packaged_sound(media: Path, plan: FilmPlan) -> Packaged:
    """The sound that was cut before, and its playlist: always the same again."""
    track = read_track(media)
    return _packaged(media, track, plan, float(track.seconds), SOUND_TYPE, name=SOUND)


def packaged_rung(media: Path, rung: Rung, plan: FilmPlan, seconds: float) -> Packaged:
    """A rung, once it is what was planned, and its playlist; `seconds` of the sound."""
    track = read_track(media)
    check_rung(media, track, rung, plan, seconds)
    facts = {"name": rung.name, "width": rung.width, "height": rung.height}
    return _packaged(media, track, plan, seconds, FILM_TYPE, **facts)


def make_master(
    plan: FilmPlan,
    rungs: Sequence[Packaged],
    sound: Packaged,
    folder: Path,
    *,
    language: str,
) -> Rendition:
    """The playlist that lists them all; `rungs` in the order of the plan."""
    group = SoundGroup(
        uri=sound.playlist.filename,
        codec=sound.media.codecs,
        rate=sound.rate,
        language=language,
    )
    path = folder / "master.m3u8"
    variants = [_variant(*pair) for pair in zip(plan.rungs, rungs, strict=True)]
    text = master_playlist(variants, group)
    path.write_text(text, encoding="utf-8")
    return finished(
        Kind.HLS_MASTER, path, PLAYLIST_TYPE, duration_seconds=sound.seconds
    )


def _fragmented(aac: Path, plan: FilmPlan, name: str) -> Any:
    return ffmpeg.output(
        ffmpeg.input(f"file:{aac.absolute()}").audio,
        _UNUSED_PLAYLIST,
        **{
            "c": "copy",
            # Players of fragments know no edit lists: sound would come 21 ms late.
            "bsf:a": _WITHOUT_PRIMING,
            "map_metadata": -1,
            "fflags": "+bitexact",
            "format": "hls",
            "hls_time": f"{float(plan.segment_seconds):.6f}",
            "hls_playlist_type": "vod",
            "hls_flags": "single_file",
            "hls_segment_type": "fmp4",
            "hls_segment_options": "movflags=+skip_sidx+skip_trailer:fflags=+bitexact",
            "hls_segment_filename": name,
        },
    )


def _packaged(
    media: Path,
    track: Track,
    plan: FilmPlan,
    seconds: float,
    content_type: str,
    **facts: Any,
) -> Packaged:
    segments = cut(track, plan.segment_seconds, plan.segment_count(seconds))
    rate, target = rate_of(segments, plan.target_seconds), plan.target_seconds
    length = float(track.seconds)
    facts |= {"bitrate": rate.average, "duration_seconds": length}
    film = finished(Kind.HLS_MEDIA, media, content_type, codecs=track.codec, **facts)
    text = media_playlist(segments, film.filename, track.head_size, target)
    check_playlist(media, track, text)
    path = media.with_suffix(".m3u8")
    path.write_text(text, encoding="utf-8")
    playlist = finished(Kind.HLS_PLAYLIST, path, PLAYLIST_TYPE, **facts)
    return Packaged(film, playlist, rate, length)


def _variant(rung: Rung, packaged: Packaged) -> Variant:
    return Variant(
        uri=packaged.playlist.filename,
        width=rung.width,
        height=rung.height,
        frame_rate=rung.frame_rate,
        codec=packaged.media.codecs,
        rate=packaged.rate,
    )
