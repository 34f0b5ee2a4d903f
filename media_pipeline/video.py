"""The pictures of a film: one decode, one ffmpeg, all rungs of the ladder."""

import os
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.admission import Admission
from media_pipeline.ffmpeg_program import find_ffmpeg, hostile_input
from media_pipeline.plan import FilmPlan, Rung
from media_pipeline.probe import Picture
from media_pipeline.process import Limits, Progress, run

# Slower presets spend their time on encoding, of which there is no sharing.
PRESET = "veryfast"
BUFFER_SECONDS = 1.5  # of the cap: what a decoder may have to hold
MOST_THREADS = 4  # each holds frames of its own: this bounds the memory
# Formats that count the time of each track from its own beginning.
_EACH_FROM_ITS_START = {"mpegts", "ogg"}
_HELD_SHARE, _HELD_SECONDS = 0.02, 1.0  # what headers may be wrong about

_NOTHING_OF_THE_SOURCE: dict[str, str | int] = {
    "map_metadata": -1,
    "map_chapters": -1,
    "fflags": "+bitexact",
    "flags:v": "+bitexact+cgop",
    "bsf:v": "filter_units=remove_types=6",  # SEI: cameras and encoders sign there
}


def encode_rungs(
    recording: Path,
    admission: Admission,
    picture: Picture,
    plan: FilmPlan,
    folder: Path,
    *,
    seconds: float,
    on_progress: Progress,
) -> list[Path]:
    """Encode every rung of the plan, `seconds` long; what came out is not yet checked.

    `seconds` is the length of the sound: the last picture is held, or the rest cut.
    """
    opened = hostile_input(recording, threads=_threads(), reinit_filter=0)
    film = _as_meant(opened[str(picture.index)], picture, plan.first[0])
    film = _in_time(film, admission, picture, plan, seconds)
    copies = film.filter_multi_output("split", len(plan.first))
    files = [folder / f"{rung.name}.mp4" for rung in plan.first]
    outputs = [
        _rung(copies[number], rung, plan, file)
        for number, (rung, file) in enumerate(zip(plan.first, files, strict=True))
    ]
    run(
        find_ffmpeg().command(ffmpeg.merge_outputs(*outputs)),
        limits=Limits.for_duration(seconds),
        on_progress=on_progress,
        reads=[recording],
        writes=folder,
    )
    return files


def _threads() -> int:
    return min(os.cpu_count() or 1, MOST_THREADS)


def _as_meant(film: Any, picture: Picture, largest: Rung) -> Any:
    # ffmpeg itself has turned it upright before any filter.
    if picture.is_interlaced:
        film = film.filter("bwdif", mode="send_frame", deint="all")
    film = _sized(film, largest)
    if picture.is_hdr:
        film = _toned(film)
    return film.filter("format", "yuv420p")


def _sized(film: Any, rung: Rung) -> Any:
    sized = film.filter(
        "scale", rung.width, rung.height, flags="bicubic", out_range="tv"
    )
    return sized.filter("setsar", 1)


def _toned(film: Any) -> Any:
    linear = film.filter("zscale", t="linear", npl=100).filter("format", "gbrpf32le")
    toned = linear.filter("zscale", p="bt709").filter("tonemap", "hable", desat=0)
    return toned.filter("zscale", t="bt709", m="bt709", r="tv")


def _in_time(
    film: Any, admission: Admission, picture: Picture, plan: FilmPlan, seconds: float
) -> Any:
    largest = plan.first[0]
    late = _late_seconds(admission, picture)
    if late:
        film = film.filter("setpts", f"PTS+({late:.6f})/TB")
    steady = film.filter("fps", _fraction(largest), start_time=0)
    held = _held_seconds(picture, admission.duration_seconds, seconds)
    endless = steady.filter("tpad", stop_mode="clone", stop_duration=f"{held:.3f}")
    return endless.filter("trim", end_frame=plan.frames(largest))


def _late_seconds(admission: Admission, picture: Picture) -> float:
    if admission.probe.container not in _EACH_FROM_ITS_START:
        return 0.0
    return picture.start_seconds - admission.sound.start_seconds


def _held_seconds(picture: Picture, lasts: float, seconds: float) -> float:
    # Not for ever: a decoder that gives up in the middle must not go unnoticed.
    if picture.is_variable_rate or picture.duration_seconds is None:
        return seconds
    missing = max(0.0, seconds - picture.duration_seconds)
    return missing + _HELD_SHARE * lasts + _HELD_SECONDS


def _rung(film: Any, rung: Rung, plan: FilmPlan, file: Path) -> Any:
    largest = plan.first[0]
    if rung.frame_rate != largest.frame_rate:
        film = film.filter("framestep", int(largest.frame_rate / rung.frame_rate))
    if rung != largest:
        film = _sized(film, rung)
    group = int(plan.group_seconds * rung.frame_rate)
    return film.output(
        f"file:{file.absolute()}",
        **_NOTHING_OF_THE_SOURCE,
        **{
            "c:v": "libx264",
            "preset": PRESET,
            "profile:v": "high",
            "level": rung.level,
            "crf": rung.crf,
            "maxrate": rung.most_bits,
            "bufsize": int(rung.most_bits * BUFFER_SECONDS),
            "force_key_frames": f"expr:gte(n,n_forced*{group})",
            "g": 2 * group,  # never reached: forced ones come first
            "sc_threshold": 0,
            "threads": _threads(),
            # A fragment for each group; the head waits for the first, to tell when
            # pictures begin. (By negative offsets, ffmpeg's players show them late.)
            "movflags": "+frag_keyframe+delay_moov+default_base_moof+skip_trailer",
            "format": "mp4",
        },
    )


def _fraction(rung: Rung) -> str:
    return f"{rung.frame_rate.numerator}/{rung.frame_rate.denominator}"
