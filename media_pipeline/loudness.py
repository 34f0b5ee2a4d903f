"""Bring every voice to the same loudness, so that nobody reaches for the dial.

We listen to the whole recording first, as EBU R 128 says, and then turn all of it up
or down by one constant amount. Doing both at once would be cheaper, but has to guess
as it goes: it turns up every pause, and the listener hears the room breathe.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.errors import ProgramFailed, SilentRecording
from media_pipeline.ffmpeg_program import find_ffmpeg, hostile_input
from media_pipeline.probe import SoundTrack
from media_pipeline.process import Limits, Progress, run

ABSOLUTE_GATE = -70.0  # LUFS: below this, EBU R 128 counts everything as silence
SILENT = -90.0  # dB: nothing but zeros in 16 bits
APART = 40.0  # dB between two signals, when only one of them can be heard
CONFUSED = 10.0  # dB that are lost when one loudspeaker plays both channels
ONE_OF_TWO = 3.0  # dB: a single channel that will come out of both loudspeakers

# Peaks hide between samples. At four times the rate, the limiter can see them.
OVERSAMPLED_RATE = 192_000


class Voices(StrEnum):
    """How the voices lie in the channels of a recording."""

    STEREO = "stereo"
    MONO = "mono"  # one channel, or two that are the same
    LEFT = "left"  # the other channel is silent
    RIGHT = "right"
    ANTIPHASE = "antiphase"  # one voice with a cable turned: summing gives silence
    INVERTED = "inverted"  # the same mistake in stereo

    @property
    def is_mono(self) -> bool:
        """Whether one loudspeaker would lose nothing."""
        return self not in (Voices.STEREO, Voices.INVERTED)


@dataclass(frozen=True, slots=True)
class Target:
    """Where every episode ends up. Apple asks for -16 LUFS, within 1 dB."""

    loudness: float = -16.0  # LUFS
    peak: float = -1.0  # dBTP
    tolerance: float = 0.5  # LU
    headroom: float = 0.6  # dB that encoding adds to the peaks of speech


@dataclass(frozen=True, slots=True)
class Measurement:
    """How loud something is."""

    loudness: float  # LUFS, with mono counted as two loudspeakers
    peak: float  # dBTP

    def meets(self, target: Target) -> bool:
        """Whether this may be published."""
        distance = abs(self.loudness - target.loudness)
        return distance <= target.tolerance and self.peak <= target.peak


@dataclass(frozen=True, slots=True)
class Heard:
    """What one hears who listens to all of a recording."""

    loudness: Measurement
    voices: Voices
    seconds: float


@dataclass(frozen=True, slots=True)
class Levelling:
    """One constant gain, and a ceiling where it would push peaks too high."""

    gain: float  # dB
    ceiling: float | None  # dBTP; None when no peak comes near it


PODCAST = Target()


def listen(
    recording: Path,
    track: SoundTrack,
    *,
    seconds: float,
    on_progress: Progress | None = None,
) -> Heard:
    """Listen to all of a track of a recording. Raises `SilentRecording`."""
    audio = in_time(hostile_input(recording), track)
    meters = [_loudness_meter(audio)]
    if track.channels > 1:
        copies = audio.filter_multi_output("asplit", 1 + len(_METERS))
        meters = [_loudness_meter(copies[0]), *_side_meters(copies)]
    ended = 0.0

    def follow(done: float) -> None:
        nonlocal ended
        ended = max(ended, done)
        if on_progress:
            on_progress(done)

    log = _read(recording, meters, seconds, follow)
    measured, voices = _loudness(log), Voices.MONO
    if track.channels > 1:
        voices = understand_voices(*_levels(log))
    if voices in (Voices.LEFT, Voices.RIGHT):
        both = round(measured.loudness + ONE_OF_TWO, 1)
        measured = Measurement(both, measured.peak)
    return Heard(measured, voices, ended)


def measure(file: Path, *, seconds: float) -> Measurement:
    """How loud a file of our own making is."""
    opened = ffmpeg.input(f"file:{file.absolute()}")
    return _loudness(_read(file, [_loudness_meter(opened.audio)], seconds, _nobody))


def loopback_meter(output: int) -> list[str]:
    """Arguments with which ffmpeg listens to what it writes (since 7.1)."""
    meter = f"ebur128@{output}=peak=true:dualmono=true:framelog=verbose"
    decoded = [
        "-dec",
        f"{output}:0",
        "-filter_complex",
        f"[dec:{output}]{meter}[m{output}]",
    ]
    return [*decoded, "-map", f"[m{output}]", "-f", "null", "-"]


def heard_by(output: int, log: str) -> Measurement | None:
    """What the meter of one output told; None when it cannot be made out.

    Each meter ends in a thread of its own, in several messages, and ffmpeg leaves the
    name of the sender out where a message follows an unfinished line. So only a report
    that nothing has come between is believed.
    """
    told = re.findall(rf"\[ebur128@{output} @ [^\]]*\] Summary:([^\[]*)", log)
    last = told[-1] if told else ""
    loudness, peaks = _figures(r"^\s+I", last), _figures(r"^\s+Peak", last)
    if len(loudness) != 1 or len(peaks) != 1 or loudness[0] <= ABSOLUTE_GATE:
        return None
    return Measurement(loudness[0], peaks[0])


def in_time(opened: Any, track: SoundTrack) -> Any:
    """A track on the clock of its recording, in stereo or mono."""
    layout = "mono" if track.channels == 1 else "stereo"
    on_time = opened[str(track.index)].filter("aresample", **{"async": 1}, first_pts=0)
    # Many recorders write mono without saying so, and ffmpeg 5 will not guess.
    return on_time.filter("aformat", channel_layouts=layout)


def untangle(audio: Any, voices: Voices, channels: int) -> Any:
    """One channel where there is one voice, and no channel against another."""
    if channels == 1 or voices is Voices.STEREO:
        return audio
    return audio.filter("pan", args=_MIXES[voices])


def plan_levelling(heard: Measurement, target: Target = PODCAST) -> Levelling:
    """How to bring what was heard to the target."""
    gain = target.loudness - heard.loudness
    ceiling = target.peak - target.headroom
    return Levelling(round(gain, 2), ceiling if heard.peak + gain > ceiling else None)


def corrected(
    tried: Levelling, result: Measurement, target: Target = PODCAST
) -> Levelling:
    """What to do differently, after a try that missed the target."""
    excess = max(0.0, result.peak - target.peak)
    gain = tried.gain + target.loudness - result.loudness
    ceiling = target.peak - target.headroom if tried.ceiling is None else tried.ceiling
    return Levelling(round(gain, 2), round(ceiling - 1.2 * excess, 2))


def level(audio: Any, levelling: Levelling) -> Any:
    """Turn an ffmpeg audio stream up or down, and hold its peaks."""
    louder = audio.filter("volume", f"{levelling.gain:.2f}dB", precision="float")
    if levelling.ceiling is None:
        return louder
    amplitude = round(10 ** (levelling.ceiling / 20), 4)
    return louder.filter("aresample", OVERSAMPLED_RATE).filter(
        "alimiter", limit=amplitude, level="disabled", latency="true"
    )


def understand_voices(left: float, right: float, middle: float, side: float) -> Voices:
    """Tell from four mean levels (dB) how the voices lie in two channels."""
    if _drowns(left, right):
        return Voices.LEFT
    if _drowns(right, left):
        return Voices.RIGHT
    if _drowns(middle, side):
        return Voices.MONO
    if _drowns(side, middle):
        return Voices.ANTIPHASE
    return Voices.INVERTED if side - middle > CONFUSED else Voices.STEREO


_MIXES = {
    Voices.MONO: "mono|c0=0.5*c0+0.5*c1",
    Voices.LEFT: "mono|c0=c0",
    Voices.RIGHT: "mono|c0=c1",
    Voices.ANTIPHASE: "mono|c0=0.5*c0-0.5*c1",
    Voices.INVERTED: "stereo|c0=c0|c1=-1*c1",
}
_METERS = {
    "left": "mono|c0=c0",
    "right": "mono|c0=c1",
    "middle": "mono|c0=0.5*c0+0.5*c1",
    "side": "mono|c0=0.5*c0-0.5*c1",
}


def _drowns(one: float, other: float) -> bool:
    return one > SILENT and (other <= SILENT or one - other >= APART)


def _loudness_meter(audio: Any) -> Any:
    # One microphone plays from two loudspeakers: `dualmono` counts both of them.
    return audio.filter("ebur128", peak="true", dualmono="true", framelog="verbose")


def _side_meters(copies: Any) -> list[Any]:
    return [
        copies[number].filter("pan", args=mix).filter(f"volumedetect@{name}")
        for number, (name, mix) in enumerate(_METERS.items(), start=1)
    ]


def _read(file: Path, meters: list[Any], seconds: float, on_progress: Progress) -> str:
    outputs = [ffmpeg.output(meter, "-", format="null") for meter in meters]
    return run(
        find_ffmpeg().command(ffmpeg.merge_outputs(*outputs), told="info"),
        limits=Limits.for_duration(seconds),
        on_progress=on_progress,
        reads=[file],
    ).log


def _nobody(done: float) -> None:
    """Nobody waits for this, but the watchdog looks on."""


def _loudness(log: str) -> Measurement:
    # A graph that was set up again has told its first, empty figures too.
    loudness, peaks = _figures(r"^\s+I", log), _figures(r"^\s+Peak", log)
    if not loudness or not peaks:  # that is no silence: nobody has listened
        raise ProgramFailed("The sound could not be measured.", cause=log[-300:])
    if loudness[-1] <= ABSOLUTE_GATE:
        raise SilentRecording(
            "We could not hear anything in this recording. Was the microphone on?"
        )
    return Measurement(loudness[-1], peaks[-1])


def _levels(log: str) -> list[float]:
    told = [_figures(rf"volumedetect@{name} .*mean_volume", log) for name in _METERS]
    return [figures[-1] if figures else -math.inf for figures in told]


def _figures(name: str, log: str) -> list[float]:
    found = re.findall(rf"{name}:\s+(-?[\d.]+|-?inf|nan)", log, re.MULTILINE)
    return [-math.inf if figure == "nan" else float(figure) for figure in found]
