"""Meters: how loud what we made came out.

The loudness of EBU R 128 costs as much as an encoder. It is measured once, in the
recording; everything that is made of it is the same sound turned up or down, and so is
compared with it by plain power. Where this leaves a doubt, its loudness is measured.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.errors import ProgramFailed, SilentRecording
from media_pipeline.ffmpeg_program import find_ffmpeg
from media_pipeline.loudness import ABSOLUTE_GATE, Measurement
from media_pipeline.process import Limits, run

# One microphone plays from two loudspeakers: `dualmono` counts both of them.
LOUDNESS = {"dualmono": "true", "framelog": "verbose"}
OVERSAMPLED = 192_000  # Hz: peaks hide between samples
PIECE = 19_200  # samples that are looked at together
BETWEEN_SAMPLES = {"filter_size": 16}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a plain meter tells about a file."""

    mean: float  # dB
    peak: float  # dBTP; never told to be above 0
    samples: int  # of all channels, at 192 kHz

    def mean_over(self, seconds: float, *, channels: int) -> float:
        """Its mean (dB), had it lasted so long: with no silence added at its end."""
        return self.mean + 10 * math.log10(
            self.samples / (seconds * channels * OVERSAMPLED)
        )


def measure(file: Path, *, seconds: float) -> Measurement:
    """How loud a file of our own making is."""
    copies = _opened(file).filter_multi_output("asplit", 2)
    loudness = copies[0].filter("ebur128", **LOUDNESS)
    log = _read(file, [loudness, _level_meter(copies[1])], seconds)
    return Measurement(loudness_in(log), _sure(reading_told(0, log), log).peak)


def read_file(file: Path, *, seconds: float) -> Reading:
    """What a plain meter tells about a file of our own making."""
    log = _read(file, [_level_meter(_opened(file))], seconds)
    return _sure(reading_told(0, log), log)


def loopback_meters(outputs: Iterable[int]) -> list[str]:
    """Arguments with which ffmpeg listens to what it writes (since 7.1)."""
    args = []
    for number, output in enumerate(outputs):
        # Encoders give small pieces, and each costs something to hand on.
        larger = f"asetnsamples={PIECE}:p=0,aresample={OVERSAMPLED}"
        meter = f"{larger}:{written(BETWEEN_SAMPLES)},volumedetect@{output}[v{output}]"
        heard = ["-filter_complex", f"[dec:{number}]{meter}", "-map", f"[v{output}]"]
        args += ["-dec", f"{output}:0", *heard, "-f", "null", "-"]
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
    told = figures(r"^\s+I", log)
    if not told:  # that is no silence: nobody has listened
        raise _unmeasured(log)
    if told[-1] <= ABSOLUTE_GATE:
        raise SilentRecording(
            "We could not hear anything in this recording. Was the microphone on?"
        )
    return told[-1]


def between_samples_rate(sample_rate: int) -> int:
    """At which rate the peaks of a recording can be seen: four times its own."""
    return min(OVERSAMPLED, 4 * sample_rate)


def figures(name: str, log: str) -> list[float]:
    """Every figure that follows a name (a pattern) in a log."""
    found = re.findall(rf"{name}:\s+(-?[\d.]+|-?inf|nan)", log, re.MULTILINE)
    return [-math.inf if figure == "nan" else float(figure) for figure in found]


def written(options: dict[str, Any]) -> str:
    """Options of a filter, as ffmpeg reads them."""
    return ":".join(f"{name}={value}" for name, value in options.items())


def _opened(file: Path) -> Any:
    return ffmpeg.input(f"file:{file.absolute()}").audio


def _level_meter(audio: Any) -> Any:
    between = audio.filter("aresample", OVERSAMPLED, **BETWEEN_SAMPLES)
    return between.filter("volumedetect@0")


def _read(file: Path, meters: list[Any], seconds: float) -> str:
    outputs = [ffmpeg.output(meter, "-", format="null") for meter in meters]
    return run(
        find_ffmpeg().command(ffmpeg.merge_outputs(*outputs), told="info"),
        limits=Limits.for_duration(seconds),
        on_progress=_nobody,
        reads=[file],
    ).log


def _nobody(done: float) -> None:
    """Nobody waits for this, but the watchdog looks on."""


def _sure(reading: Reading | None, log: str) -> Reading:
    if reading is None:
        raise _unmeasured(log)
    return reading


def _unmeasured(log: str) -> ProgramFailed:
    return ProgramFailed("The sound could not be measured.", cause=log[-300:])
