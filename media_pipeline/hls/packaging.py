"""A film as HLS: finished media, and the playlists that name them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from media_pipeline.film.inspection import check_rung, check_sound
from media_pipeline.film.plan import FilmPlan, Rung
from media_pipeline.hls.bandwidth import Rate, rate_of
from media_pipeline.hls.conformance import check_package, check_words
from media_pipeline.hls.master import Offer, master_of, with_words
from media_pipeline.hls.playlist import (
    MasterPlaylist,
    MediaPlaylist,
    write_master_playlist,
    write_media_playlist,
)
from media_pipeline.hls.playlist_reader import read_master_playlist
from media_pipeline.hls.segments import list_iframes, list_segments
from media_pipeline.hls.subtitles import PLAYLIST_TYPE, Captions, package_captions
from media_pipeline.mp4.sound import fragment_sound
from media_pipeline.mp4.track import Track, read_track
from media_pipeline.rendition import Kind, Rendition, finished

FILM_TYPE, SOUND_TYPE = "video/mp4", "audio/mp4"
SOUND = "audio"  # the name of its renditions
CONFORMANCE = "conformance"  # in the details of the master


@dataclass(frozen=True, slots=True)
class Packaged:
    """One track with its playlists, ready to be listed in a master."""

    media: Rendition
    playlist: Rendition
    iframes: Rendition | None
    offer: Offer
    seconds: float

    @property
    def files(self) -> list[Rendition]:
        """In the order in which they must be stored."""
        return [self.media, self.playlist, *([self.iframes] if self.iframes else [])]


def package_sound(aac: Path, plan: FilmPlan, folder: Path, seconds: float) -> Packaged:
    """Cut the sound of a film where its pictures will be cut, without encoding."""
    media = folder / f"{SOUND}.m4a"
    fragment_sound(aac, plan.cuts, media)
    check_sound(media, read_track(media), plan, seconds)
    return packaged_sound(media, plan)


def packaged_sound(media: Path, plan: FilmPlan) -> Packaged:
    """The sound that was cut before, and its playlist: always the same again."""
    track = read_track(media)
    facts = {"name": SOUND, "duration_seconds": float(track.seconds)}
    film, listed, rate = _listed(media, track, plan, SOUND_TYPE, facts)
    offer = Offer(listed.filename, track.codec, rate, channels=track.channels)
    return Packaged(film, listed, None, offer, float(track.seconds))


def packaged_rung(media: Path, rung: Rung, plan: FilmPlan, seconds: float) -> Packaged:
    """A rung that is as planned, and its playlists; `seconds` is the sound's length."""
    track = read_track(media)
    check_rung(media, track, rung, plan, seconds)
    size = {"width": rung.width, "height": rung.height}
    facts = {"name": rung.name, "duration_seconds": float(track.seconds)} | size
    film, listed, rate = _listed(media, track, plan, FILM_TYPE, facts)
    keys = list_iframes(track, film.filename, plan.target_seconds)
    path = media.with_suffix(".iframes.m3u8")
    iframes = _written(Kind.HLS_IFRAMES, path, keys, facts)
    offer = Offer(
        listed.filename,
        track.codec,
        rate,
        **size,
        frame_rate=rung.frame_rate,
        iframes_uri=iframes.filename,
        iframes_rate=rate_of(keys.segments, plan.target_seconds),
    )
    return Packaged(film, listed, iframes, offer, float(track.seconds))


def make_master(
    plan: FilmPlan,
    rungs: Sequence[Packaged],
    sound: Packaged,
    folder: Path,
    *,
    language: str,
    captions: Path | None = None,
) -> list[Rendition]:
    """The captions and their playlist, if there are any; the master is the last."""
    master = master_of([rung.offer for rung in rungs], sound.offer)
    words = _captions(captions, folder, rungs[0].seconds)
    listed: list[Packaged | Captions] = [*rungs, sound, *words]
    made = [file for one in listed for file in one.files]
    path = _write(with_words(master, language, *words), folder)
    report = check_package(path, made, is_whole=len(rungs) == len(plan.rungs))
    said = [file for one in words for file in one.files]
    return [*said, _finished(path, sound.seconds, report)]


def remake_master(
    old: Rendition, folder: Path, *, language: str, captions: Path | None
) -> list[Rendition]:
    """The same with other words, from nothing but the old master: see `make_master`."""
    master = read_master_playlist(old.path.read_bytes())
    seconds = old.duration_seconds or 0.0
    words = _captions(captions, folder, seconds)
    made = [file for one in words for file in one.files]
    path = _write(with_words(master, language, *words), folder)
    report = old.details[CONFORMANCE] | check_words(path, made, seconds)
    return [*made, _finished(path, seconds, report)]


def _captions(vtt: Path | None, folder: Path, seconds: float) -> list[Captions]:
    return [package_captions(vtt, folder, Fraction(seconds))] if vtt else []


def _listed(
    media: Path,
    track: Track,
    plan: FilmPlan,
    content_type: str,
    facts: dict[str, Any],
) -> tuple[Rendition, Rendition, Rate]:
    film = finished(Kind.HLS_MEDIA, media, content_type, codecs=track.codec, **facts)
    segments = list_segments(track, film.filename, plan.cuts, plan.target_seconds)
    rate = rate_of(segments.segments, plan.target_seconds)
    path = media.with_suffix(".m3u8")
    facts = facts | {"bitrate": rate.average}
    listed = _written(Kind.HLS_PLAYLIST, path, segments, facts)
    return replace(film, bitrate=rate.average), listed, rate


def _written(
    kind: Kind, path: Path, playlist: MediaPlaylist, facts: dict[str, Any]
) -> Rendition:
    path.write_text(write_media_playlist(playlist), encoding="utf-8")
    return finished(kind, path, PLAYLIST_TYPE, **facts)


def _write(master: MasterPlaylist, folder: Path) -> Path:
    path = folder / "master.m3u8"
    path.write_text(write_master_playlist(master), encoding="utf-8")
    return path


def _finished(path: Path, seconds: float, report: Mapping[str, str]) -> Rendition:
    return finished(
        Kind.HLS_MASTER,
        path,
        PLAYLIST_TYPE,
        duration_seconds=seconds,
        details={CONFORMANCE: dict(report)},
    )
