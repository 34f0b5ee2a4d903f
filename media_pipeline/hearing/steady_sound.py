"""Sound that changes its channels or its rate on the way, brought into one form.

A jingle lies before a talk, a broadcast goes from stereo to surround: there ffmpeg sets
its filters up anew, and meters, limiter and clock begin again. So a first graph, which
remembers nothing, makes everything alike, and a decoder hands that to the real one.
"""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from media_pipeline.errors import ProgramFailed, Refused
from media_pipeline.hearing.meter import nowhere
from media_pipeline.programs.ffmpeg_program import (
    LOOPBACK_SINCE,
    find_ffmpeg,
    hostile_input,
)
from media_pipeline.recording.probe import SoundTrack

# One channel is as loud on both sides as it was: converters take 3 dB away.
_ONE_FORM = (
    "aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=mono|stereo,"
    "pan=stereo|FL=FL+FC|FR=FR+FC"
)
_CHANGED = "audio frame properties on the fly is not supported"


def opened(recording: Path, track: SoundTrack) -> Any:
    """An input that ends with an error rather than begin anew without a word."""
    return hostile_input(recording, reinit_filter=int(track.is_changing))


def changes_on_the_way(failed: ProgramFailed) -> bool:
    """Whether it was for this that a program ended."""
    return _CHANGED in failed.log


def in_one_form(track: SoundTrack) -> SoundTrack:
    """What will be heard of it; refused where nothing hands sound to a second graph."""
    version = find_ffmpeg().version
    if version < LOOPBACK_SINCE:
        raise Refused(
            "The sound changes its channels or its rate on the way, and the ffmpeg of "
            "this site is too old for that. Please export it with one of each.",
            cause=f"ffmpeg {version} has no loopback decoders",
        )
    return replace(track, channels=2, layout="stereo", is_changing=True)


def steadied(args: list[str], track: SoundTrack) -> list[str]:
    """The same command; its graphs hear the track in one form, if it has several.

    It has one input, and each of its outputs begins with a `-map`.
    """
    if not track.is_changing:
        return args
    maps = [at for at, arg in enumerate(args) if arg == "-map"]
    outputs = sum(args[at - 2] != "-map" for at in maps)
    source, heard = f"[0:{track.index}]", f"[dec:{args.count('-dec')}]"
    graphs = [
        arg.replace(source, heard) if before == "-filter_complex" else arg
        for before, arg in pairwise(args)
    ]
    one_form = ["-map", f"0:{track.index}", "-af", _ONE_FORM, "-c:a", "pcm_f32le"]
    return [args[0], *graphs, *one_form, *nowhere(), "-dec", f"{outputs}:0"]
