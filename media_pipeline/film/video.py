"""The pictures of a film: one decode, one ffmpeg, many rungs of the ladder."""

import os
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.entrance.admission import Admission
from media_pipeline.film.colours import as_meant, shrunk
from media_pipeline.film.plan import Chunk, FilmPlan, Rung
from media_pipeline.film.presets import preset_for
from media_pipeline.programs.ffmpeg_program import find_ffmpeg, hostile_input
from media_pipeline.programs.process import Limits, Progress, run
from media_pipeline.recording.picture import Picture
from media_pipeline.recording.probe import EACH_FROM_ITS_START

MOST_THREADS = 4  # each holds frames of its own: this bounds the memory
_HELD_SHARE, _HELD_SECONDS = 0.02, 1.0  # what headers may be wrong about
_LARGE = 1280 * 720  # smaller ones are not what everybody waits for
_MUCH_LARGER = 4  # times the pixels: 720p is so much larger than 360p
_CROPS_SINCE = (7, 1, 0)  # ffmpeg: what a container says, of which PyAV tells nothing
_SLOWEST = 4  # large HDR on a small machine; who stands still is ended before
_FINEST = 720_000  # ticks a second, at least: clocks of cameras go up to 90 000

# A fragment for each group; the head waits for the first, to tell when pictures begin.
# (By negative offsets, ffmpeg's players show them late.)
MOVFLAGS = "+frag_keyframe+delay_moov+default_base_moof+skip_trailer"

# What makes a picture upright that is to be turned so far, mirrored or not.
_TURNS = {
    (0, False): (),
    (90, False): (("transpose", ("cclock",)),),
    (180, False): (("hflip", ()), ("vflip", ())),
    (270, False): (("transpose", ("clock",)),),
    (0, True): (("vflip", ()),),
    (90, True): (("transpose", ("clock_flip",)),),
    (180, True): (("hflip", ()),),
    (270, True): (("transpose", ("cclock_flip",)),),
}

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
    plan: FilmPlan,
    files: dict[Rung, Path],
    *,
    chunk: Chunk | None = None,
    on_progress: Progress,
) -> None:
    """Encode some rungs of a plan, whole or a chunk; the result is not yet checked.

    The last picture is held, or the rest cut, until the film is as long as planned.
    """
    span = chunk or Chunk(0, plan.frame_count)
    graph = _graph(recording, admission, plan, files, span)
    run(
        find_ffmpeg().command(graph),
        limits=Limits.for_duration(_SLOWEST * float(span.frames / plan.frame_rate)),
        on_progress=on_progress,
        reads=[recording],
        writes=next(iter(files.values())).parent,
    )


def seen_picture(admission: Admission) -> Picture:
    """What is to be watched. Only for a film."""
    if admission.picture is None:
        raise ValueError("a recording without pictures was planned as a film")
    return admission.picture


def _graph(
    recording: Path,
    admission: Admission,
    plan: FilmPlan,
    files: dict[Rung, Path],
    span: Chunk,
) -> Any:
    largest, *smaller = files
    picture = seen_picture(admission)
    opened = hostile_input(recording, **_opening(span, picture, largest))
    film = opened[str(picture.index)]
    film = _shown(film, admission, plan, largest, span)
    outputs, larger = [], largest
    for rung in smaller:
        # Each size is made from the next larger one: the largest is shrunk but once.
        copies = film.filter_multi_output("split", 2)
        outputs.append(_output(copies[0], larger, plan, span, files[larger]))
        film = shrunk(_slowed(copies[1], larger, rung), rung)
        larger = rung
    outputs.append(_output(film, larger, plan, span, files[larger]))
    return ffmpeg.merge_outputs(*outputs)


def _shown(
    film: Any, admission: Admission, plan: FilmPlan, largest: Rung, span: Chunk
) -> Any:
    picture = seen_picture(admission)
    if picture.is_interlaced:
        film = film.filter("bwdif", mode="send_frame", deint="all")
    film = _upright(film, picture)
    if largest.frame_rate == plan.rungs[0].frame_rate:
        return _in_time(as_meant(film, picture, largest), admission, plan, span)
    # Few pictures of many: the others need no work.
    steady = _in_time(film, admission, plan, span)
    return as_meant(_slowed(steady, plan.rungs[0], largest), picture, largest)


def _upright(film: Any, picture: Picture) -> Any:
    # By ourselves: ffmpeg turns films before their lines are put together.
    for name, how in _TURNS[picture.rotation, picture.is_mirrored]:
        film = film.filter(name, *how)
    return film.filter("sidedata", mode="delete", type="DISPLAYMATRIX")


def _opening(span: Chunk, picture: Picture, largest: Rung) -> dict[str, Any]:
    threads = _decoding_threads(picture, largest)
    options: dict[str, Any] = {
        "threads": threads,
        "reinit_filter": 0,
        "noautorotate": None,
    }
    if find_ffmpeg().version >= _CROPS_SINCE:
        options["apply_cropping"] = "codec"  # all that was filmed, as browsers show it
    if span.seek_seconds:
        # Not trimmed by ffmpeg, and with the times of the whole: we count pictures.
        return options | {
            "ss": f"{span.seek_seconds:.6f}",
            "noaccurate_seek": None,
            "copyts": None,
            "start_at_zero": None,
        }
    return options


def _decoding_threads(picture: Picture, largest: Rung) -> int:
    # To decode takes longer than all the rest only where little is made of much. One
    # thread needs less for a picture than two that wait for each other's lines.
    is_most = picture.width * picture.height > _MUCH_LARGER * largest.pixels
    return _threads() if is_most else ceil(_threads() / 2)


def _threads() -> int:
    return min(len(os.sched_getaffinity(0)), MOST_THREADS)


def _in_time(film: Any, admission: Admission, plan: FilmPlan, span: Chunk) -> Any:
    """Exactly the pictures of this span, the same ones as in the whole film.

    The clock is made so fine that a picture lasts a whole number of its ticks: then
    nothing is rounded differently when we begin to count somewhere else.
    """
    picture = seen_picture(admission)
    rate, slowest = plan.rungs[0].frame_rate, plan.frame_rate
    fine = 2 * -(-_FINEST // rate.numerator)
    clock = rate.numerator * fine
    late = round(_late_seconds(admission, picture) * clock)
    begin = span.begin * int(clock / slowest)
    film = film.filter("settb", f"1/{clock}").filter("setpts", f"PTS+{late - begin}")
    film = film.filter("fps", _fraction(rate), start_time=0)
    if span.end == plan.frame_count:
        held = _held_seconds(picture, admission.duration_seconds, float(plan.seconds))
        film = film.filter("tpad", stop_mode="clone", stop_duration=f"{held:.3f}")
    return film.filter("trim", end_frame=span.frames * int(rate / slowest))


def _late_seconds(admission: Admission, picture: Picture) -> float:
    if admission.probe.container not in EACH_FROM_ITS_START:
        return 0.0
    sound = admission.sound
    return picture.start_seconds - sound.start_seconds + sound.late_seconds


def _held_seconds(picture: Picture, lasts: float, seconds: float) -> float:
    # Not for ever: a decoder that gives up in the middle must not go unnoticed.
    if picture.is_variable_rate or picture.duration_seconds is None:
        return seconds
    missing = max(0.0, seconds - picture.duration_seconds)
    return missing + _HELD_SHARE * lasts + _HELD_SECONDS


def _slowed(film: Any, faster: Rung, rung: Rung) -> Any:
    times = int(faster.frame_rate / rung.frame_rate)
    return film.filter("framestep", times) if times > 1 else film


def _output(film: Any, rung: Rung, plan: FilmPlan, span: Chunk, file: Path) -> Any:
    return film.output(
        f"file:{file.absolute()}",
        **_NOTHING_OF_THE_SOURCE,
        **preset_for(rung, plan.budget),
        **_keys(rung, plan, span),
        **{
            "c:v": "libx264",
            "profile:v": "high",
            "level": rung.level,
            "sc_threshold": 0,
            "threads": _threads() if rung.pixels >= _LARGE else 1,
            "movflags": MOVFLAGS,
            "format": "mp4",
        },
    )


def _keys(rung: Rung, plan: FilmPlan, span: Chunk) -> dict[str, str | int]:
    longest = int(plan.group_seconds * rung.frame_rate)
    # `g` is never reached: forced ones come first.
    if not plan.keys:
        forced = f"expr:gte(n,n_forced*{longest})"
    else:
        forced = ",".join(_times(plan, span))
    return {"force_key_frames": forced, "g": 2 * longest}


def _times(plan: FilmPlan, span: Chunk) -> Iterator[str]:
    for key in plan.keys:
        if span.begin <= key < span.end:
            micros = int((key - span.begin) / plan.frame_rate * 1_000_000)
            yield f"{micros // 1_000_000}.{micros % 1_000_000:06}"


def _fraction(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"
