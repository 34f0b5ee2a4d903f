"""How much of a film was lost on its way, as people see it."""

import re
from pathlib import Path

import ffmpeg

from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import Limits, run

EACH = 4  # pictures: the others are as good
_LIMITS = Limits(total_seconds=3600)


def unlike(made: Path, source: Path) -> float:
    """What is missing to a VMAF of 100, of a film as large as its source."""
    # Ours say their colours, and a source may not: it would be converted to them.
    same = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
    both = [
        ffmpeg.input(str(file)).video.filter("setparams", range="tv", **same)
        for file in (made, source)
    ]
    compared = ffmpeg.filter(both, "libvmaf", n_subsample=EACH)
    command = find_ffmpeg().command(compared.output("-", format="null"), told="info")
    told = re.findall(r"VMAF score: ([\d.]+)", run(command, limits=_LIMITS).log)
    return 100 - float(told[-1])
