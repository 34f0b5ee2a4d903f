"""The outline of the sound: how high it goes from moment to moment, for drawing.

    {"version": 1, "seconds": 1834.2, "peaks": [0, 12, 83, ...]}

`peaks` are the highest samples of equally long pieces, one after the other, as a
share of full scale from 0 to 100. However long the recording is, there are at most
`POINTS` of them; a short one has fewer, of a twentieth of a second each.
"""

import itertools
import json
import math
import re
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.errors import WrongOutput
from media_pipeline.hearing.meter import NOWHERE
from media_pipeline.kinds import Kind
from media_pipeline.rendition import Rendition, finished

VERSION = 1
POINTS = 1200  # more than a wide screen can show as bars
BARS = 160  # that a page draws
SHORTEST_PIECE_SECONDS = 0.05
CONTENT_TYPE = "application/json"

_PEAK = "lavfi.astats.Overall.Peak_level"
# In the folder that ffmpeg writes, where it begins. Not in its log: what a recording
# says of itself stands there too, and of a long log only the end is kept.
_TOLD = "unfinished-peaks.txt"


def piece_seconds(seconds: float) -> float:
    """How long a piece of the sound is that one point stands for."""
    return max(SHORTEST_PIECE_SECONDS, seconds / POINTS)


def outline(audio: Any, *, sample_rate: int, seconds: float) -> Any:
    """An ffmpeg output that writes the peaks down, on the way to the encoder."""
    samples = math.ceil(piece_seconds(seconds) * sample_rate)
    told = (
        audio.filter("asetnsamples", samples, p=0)
        .filter(
            "astats",
            metadata=1,
            reset=1,
            measure_perchannel="none",
            measure_overall="Peak_level",
        )
        .filter("ametadata", "print", key=_PEAK, file=_TOLD)
    )
    return ffmpeg.output(told, "-", **NOWHERE)


def taken_peaks(folder: Path) -> list[int]:
    """The peaks that an outline wrote down, from 0 to 100; nothing of it stays."""
    told = folder / _TOLD
    if not told.exists():  # nothing was drawn this time
        return []
    levels = re.findall(rf"^{re.escape(_PEAK)}=(.*)$", told.read_text(), re.MULTILINE)
    told.unlink()
    return [_share(level) for level in levels]


def write_waveform(peaks: list[int], seconds: float, folder: Path) -> Rendition:
    """Keep the outline, when there is as much of it as there should be."""
    expected = math.ceil(seconds / piece_seconds(seconds))
    if abs(len(peaks) - expected) > 1 + expected // 100:
        raise WrongOutput(
            "The outline of the sound did not come out complete.",
            cause=f"{len(peaks)} peaks instead of {expected}",
        )
    path = folder / "waveform.json"
    told = {"version": VERSION, "seconds": round(seconds, 3), "peaks": peaks[:POINTS]}
    path.write_text(json.dumps(told, separators=(",", ":")))
    details = {"bars": bars(peaks[:POINTS])}
    return finished(
        Kind.WAVEFORM, path, CONTENT_TYPE, duration_seconds=seconds, details=details
    )


def bars(peaks: list[int]) -> list[int]:
    """As much of the outline as a page draws; kept where the page need not fetch it."""
    count = min(BARS, len(peaks))
    edges = [number * len(peaks) // count for number in range(count + 1)]
    return [max(peaks[start:end]) for start, end in itertools.pairwise(edges)]


def _share(level: str) -> int:
    if level in ("-inf", "inf", "nan"):
        return 0
    return min(100, round(100 * 10 ** (float(level) / 20)))
