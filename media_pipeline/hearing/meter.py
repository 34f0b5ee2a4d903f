"""Meters: how loud what we made came out.

The loudness of EBU R 128 costs more than most encoders. It is measured once in a
recording; what was made of it is compared with it by plain power
(`sound/comparison.py`), and measured only where this leaves a doubt.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.errors import ProgramFailed, SilentRecording
from media_pipeline.hearing.loudness import ABSOLUTE_GATE, Measurement
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import Limits, nobody, run

# One microphone plays from two loudspeakers: `dualmono` counts both of them.
LOUDNESS = {"dualmono": "true", "framelog": "verbose"}
OVERSAMPLED = 192_000  # Hz: peaks hide between samples
FILTER_SIZE = 16  # half of what it would be; finds the same peaks
# A meter has told all it knows: to hand all its sound on costs more than to listen to
# it. Without any, ffmpeg would not know how far it is, and the watchdog would end it.
HEARD_OUT = r"aselect=not(mod(n\,64))"
# Where nobody looks for sound, but for meters. It repeats no tags: they could be taken
# for what a meter tells.
NOWHERE: dict[str, Any] = {"format": "null", "map_metadata": -1}
_BEGINS = "\nStream mapping:\n"  # before it, the log repeats the tags of the recording


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter told about a sound."""

    mean: float  # dB
    peak: float  # dBTP; never told to be above 0
    samples: int  # of all channels, at 192 kHz

    def energy(self, *, channels: int) -> float:
        """All the power that there is in one of so many channels, over time."""
        return self.samples / channels * 10 ** (self.mean / 10)


def measure(file: Path, *, seconds: float) -> Measurement:
    """How loud a file of our own making is."""
    reading = read_file(file, seconds=seconds)
    return Measurement(loudness_of(file, seconds=seconds), reading.peak)


def read_file(file: Path, *, seconds: float) -> Reading:
    """What a meter tells about a file of our own making."""
    between = _sound(file).filter("aresample", OVERSAMPLED, filter_size=FILTER_SIZE)
    log = _heard(file, between.filter("volumedetect@0"), seconds)
    reading = reading_told(0, log)
    if reading is None:
        raise _unmeasured(log)
    return reading


def loudness_of(file: Path, *, seconds: float) -> float:
    """The loudness (LUFS) of a file of our own making."""
    return loudness_in(
        _heard(file, _sound(file).filter("ebur128", **LOUDNESS), seconds)
    )


def loopback_meters(outputs: Iterable[int]) -> list[str]:
    """Arguments with which ffmpeg listens to outputs as it writes them (since 7.1)."""
    args = []
    for number, output in enumerate(outputs):
        between = f"aresample={OVERSAMPLED}:filter_size={FILTER_SIZE}"
        level = f"{between},volumedetect@{output},{HEARD_OUT}"
        graph = f"[dec:{number}]{level}[v{output}]"
        meter = ["-filter_complex", graph, "-map", f"[v{output}]", *nowhere()]
        args += ["-dec", f"{output}:0", *meter]
    return args


def reading_told(output: int, log: str) -> Reading | None:
    """What the meter of an output told; None when nobody can be sure.

    Meters end in threads of their own, and ffmpeg leaves the name of the sender out
    where a message follows an unfinished line: only a named report is believed.
    """
    meter = rf"\[volumedetect@{output} @ [^\]]*\] "
    names = ("mean_volume", "max_volume", "n_samples")
    told = [figures(meter + name, log) for name in names]
    if not all(told) or not told[2][-1]:
        return None
    mean, peak, samples = (values[-1] for values in told)
    return Reading(mean, peak, int(samples))


def loudness_in(log: str) -> float:
    """What the only loudness meter of a run told. Raises `SilentRecording`."""
    # A graph that was set up again has told its first, empty figures too.
    told = figures(r"\s+I", log)
    if not told:  # that is no silence: nobody has listened
        raise _unmeasured(log)
    if told[-1] <= ABSOLUTE_GATE:
        raise SilentRecording(
            "We could not hear anything in this recording. Was the microphone on?"
        )
    return told[-1]


def figures(name: str, log: str) -> list[float]:
    """Every figure that follows a name (a pattern) at the beginning of a line."""
    told = log.rpartition(_BEGINS)[2]
    found = re.findall(rf"^{name}:\s+(-?[\d.]+|-?inf|nan)", told, re.MULTILINE)
    return [-math.inf if figure == "nan" else float(figure) for figure in found]


def nowhere() -> list[str]:
    """`NOWHERE` as arguments of ffmpeg."""
    return ["-f", "null", "-map_metadata", "-1", "-"]


def written(options: dict[str, Any]) -> str:
    """Options of a filter, as ffmpeg reads them."""
    return ":".join(f"{name}='{value}'" for name, value in options.items())


def _sound(file: Path) -> Any:
    return ffmpeg.input(f"file:{file.absolute()}").audio


def _heard(file: Path, meter: Any, seconds: float) -> str:
    return run(
        find_ffmpeg().command(ffmpeg.output(meter, "-", **NOWHERE), told="info"),
        limits=Limits.for_duration(seconds),
        on_progress=nobody,
        reads=[file],
    ).log


def _unmeasured(log: str) -> ProgramFailed:
    return ProgramFailed("The sound could not be measured.", cause=log[-300:])
