"""Meters: how loud what we made came out.

The loudness of EBU R 128 costs more than most encoders. It is measured once in a
recording, and once in what was made of it: other forms of the same sound are compared
with that one by their plain power, and measured only where this leaves a doubt.
"""

import math
import re
from collections.abc import Mapping
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
BETWEEN_SAMPLES = {"filter_size": 16}
# A meter has told all it knows: to hand all its sound on costs more than to listen to
# it. Without any, ffmpeg would not know how far it is, and the watchdog would end it.
HEARD_OUT = r"aselect=not(mod(n\,64))"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter told about a file."""

    mean: float  # dB
    peak: float  # dBTP; never told to be above 0
    samples: int  # of all channels, at 192 kHz
    loudness: float | None = None  # LUFS; None when nobody asked for it

    def louder_than(self, other: "Reading", *, channels: float) -> float:
        """By how much (dB) there is more power in it, with times as many channels."""
        energies = [
            reading.samples * 10 ** (reading.mean / 10) for reading in (self, other)
        ]
        return 10 * math.log10(energies[0] / channels / energies[1])


def measure(file: Path, *, seconds: float) -> Measurement:
    """How loud a file of our own making is."""
    reading = read_file(file, seconds=seconds, exact=True)
    assert reading.loudness is not None  # noqa: S101 (we asked for it)
    return Measurement(reading.loudness, reading.peak)


def read_file(file: Path, *, seconds: float, exact: bool) -> Reading:
    """What a meter tells about a file of our own making; its loudness, if `exact`."""
    audio = ffmpeg.input(f"file:{file.absolute()}").audio
    meters = [audio]
    if exact:
        copies = audio.filter_multi_output("asplit", 2)
        meters = [copies[0], copies[1].filter("ebur128@0", **LOUDNESS)]
    between = meters[0].filter("aresample", OVERSAMPLED, **BETWEEN_SAMPLES)
    meters[0] = between.filter("volumedetect@0")
    outputs = [ffmpeg.output(meter, "-", format="null") for meter in meters]
    log = run(
        find_ffmpeg().command(ffmpeg.merge_outputs(*outputs), told="info"),
        limits=Limits.for_duration(seconds),
        on_progress=_nobody,
        reads=[file],
    ).log
    reading = _level_told(0, log)
    if reading is None:
        raise _unmeasured(log)
    return _with(reading, loudness_in(log)) if exact else reading


def loopback_meters(outputs: Mapping[int, bool]) -> list[str]:
    """Arguments with which ffmpeg listens to what it writes (since 7.1).

    `outputs` are the numbers of outputs, and whether their loudness is asked for.
    """
    args = []
    for number, (output, exact) in enumerate(outputs.items()):
        args += ["-dec", f"{output}:0", *_meter(f"dec:{number}", output, exact=exact)]
    return args


def reading_told(output: int, log: str, *, exact: bool) -> Reading | None:
    """What the meter of an output told; None when nobody can be sure.

    Meters end in threads of their own, and ffmpeg leaves the name of the sender out
    where a message follows an unfinished line: only a named report is believed.
    """
    reading = _level_told(output, log)
    if reading is None or not exact:
        return reading
    report = rf"\[ebur128@{output} @ [^\]]*\] Summary:\s+Integrated loudness:\s+I:\s+"
    told = re.findall(rf"{report}(-?[\d.]+) LUFS", log)
    loudness = float(told[-1]) if told else ABSOLUTE_GATE
    return _with(reading, loudness) if loudness > ABSOLUTE_GATE else None


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


def _meter(heard: str, output: int, *, exact: bool) -> list[str]:
    between = f"aresample={OVERSAMPLED}:{written(BETWEEN_SAMPLES)}"
    level = f"{between},volumedetect@{output},{HEARD_OUT}"
    graph, told = f"[{heard}]{level}[v{output}]", [f"[v{output}]"]
    if exact:
        loudness = f"ebur128@{output}={written(LOUDNESS)},{HEARD_OUT}"
        graph = (
            f"[{heard}]asplit[a{output}][b{output}];"
            f"[a{output}]{level}[v{output}];[b{output}]{loudness}[m{output}]"
        )
        told.append(f"[m{output}]")
    maps = [part for name in told for part in ("-map", name)]
    return ["-filter_complex", graph, *maps, "-f", "null", "-"]


def _level_told(output: int, log: str) -> Reading | None:
    meter = rf"\[volumedetect@{output} @ [^\]]*\] "
    names = ("mean_volume", "max_volume", "n_samples")
    told = [figures(meter + name, log) for name in names]
    if not all(told) or not told[2][-1]:
        return None
    mean, peak, samples = (values[-1] for values in told)
    return Reading(mean, peak, int(samples))


def _with(reading: Reading, loudness: float) -> Reading:
    return Reading(reading.mean, reading.peak, reading.samples, loudness)


def _nobody(done: float) -> None:
    """Nobody waits for this, but the watchdog looks on."""


def _unmeasured(log: str) -> ProgramFailed:
    return ProgramFailed("The sound could not be measured.", cause=log[-300:])
