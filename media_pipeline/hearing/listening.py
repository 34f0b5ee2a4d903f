"""Listening to all of a recording: how loud it is, and what was done wrong."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, log10, nan
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.errors import ProgramFailed
from media_pipeline.hearing.loudness import Measurement
from media_pipeline.hearing.meter import (
    HEARD_OUT,
    LOUDNESS,
    NOWHERE,
    figures,
    loudness_in,
    nowhere,
    written,
)
from media_pipeline.hearing.pauses import Step, filled, left_out, steps_without
from media_pipeline.hearing.steady_sound import (
    changes_on_the_way,
    in_one_form,
    opened,
    steadied,
)
from media_pipeline.hearing.voices import (
    SIGNALS,
    Voices,
    levels_told,
    understand_voices,
)
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import Limits, Progress, run
from media_pipeline.programs.resources import LISTENING_MEMORY
from media_pipeline.recording.packets import Spot
from media_pipeline.recording.probe import SoundTrack

ONE_OF_TWO = 3.0  # dB: a single channel that will come out of both loudspeakers
FLAT = 2.0  # dB: peaks that stay at the top for more than a sample, as astats counts
AT_THE_TOP = -0.5  # dBFS
MANY = 20  # such peaks
BEYOND_THE_TOP = 1.0  # dBFS: only what was cut off before it was packed comes out so
# How far above its highest sample speech may go between two. To look costs more than
# to be wrong: a limiter too many does nothing, and what came out is looked at closely.
HIDDEN = 1.0  # dB

_FLOATS = "pcm_f"  # some recorders write what has no top at all
# Unlike the cheaper `volumedetect`, it cuts nothing off: some recordings are hot.
_ALL = "measure_perchannel=none:measure_overall=Peak_level+Flat_factor+Peak_count"
_METERS = {
    "all": f"astats@all={_ALL}+RMS_level",
    # What is left at this rate is what EBU R 128 hardly counts: rumble, hum.
    "low": "aresample=240:filter_size=8,"
    "astats@low=measure_perchannel=none:measure_overall=RMS_level",
}
_FIGURES = ("Peak level dB", "RMS level dB", "Flat factor", "Peak count")
LITTLE_RUMBLE = 10.0  # dB below everything else
MUCH_RUMBLE = 1.0  # dB: four fifths of all there is


@dataclass(frozen=True, slots=True)
class Heard:
    """What one hears who listens to all of a recording."""

    track: SoundTrack  # that was listened to
    loudness: Measurement
    power: float | None  # dB, of a channel with voices; None where rumble hides them
    voices: Voices
    seconds: float
    is_rumbling: bool = False  # its voices drown in what is too low for a voice
    is_clipped: bool = False  # recorded too loud: its peaks are cut off
    complaints: int = 0  # of the decoder


def listen(
    recording: Path,
    track: SoundTrack,
    *,
    seconds: float,
    pauses: Sequence[Spot] = (),
    on_progress: Progress | None = None,
) -> Heard:
    """Listen to all of a track but its long pauses. Raises `SilentRecording`."""
    try:
        return _listen(recording, track, seconds, pauses, on_progress)
    except ProgramFailed as error:
        if not changes_on_the_way(error):
            raise
    return _listen(recording, in_one_form(track), seconds, pauses, on_progress)


def in_time(source: Any, track: SoundTrack, pauses: Sequence[Spot]) -> Any:
    """A track on the clock of its recording, in stereo or mono."""
    heard = filled(_through(_mixed(track), source[str(track.index)]), pauses)
    return _through([_layout(track)], heard)


def _listen(
    recording: Path,
    track: SoundTrack,
    seconds: float,
    pauses: Sequence[Spot],
    on_progress: Progress | None,
) -> Heard:
    steps = [*_mixed(track), *steps_without(pauses), _layout(track)]
    source = opened(recording, track)
    second = _SecondPair(recording, track, steps, seconds, on_progress)
    loud = _through(steps, source[str(track.index)]).filter("ebur128", **LOUDNESS)
    log = levels = second.told_beside(ffmpeg.output(loud, "-", **NOWHERE))
    heard_seconds = second.ended
    if not _have_all_told(log, track):
        packets = source[str(track.index)]
        levels = second.told_beside(ffmpeg.output(packets, "-", c="copy", **NOWHERE))
    return _understood(log, levels, track, heard_seconds, left_out(pauses))


@dataclass(slots=True)
class _SecondPair:
    """A second pair of ears: for peaks, and for voices in each channel."""

    recording: Path
    track: SoundTrack
    steps: Sequence[Step]
    seconds: float
    on_progress: Progress | None
    ended: float = 0.0  # seconds: the last thing that was heard

    def told_beside(self, output: Any) -> str:
        """What all meters tell while ffmpeg makes an output."""
        command = find_ffmpeg().command(output, told="info")
        # A graph of its own is a thread of its own, from ffmpeg 7 on.
        both = [*command, *_meters(self.track, self.steps)]
        return run(
            steadied(both, self.track),
            limits=Limits.for_duration(self.seconds, LISTENING_MEMORY),
            on_progress=self._follow,
            reads=[self.recording],
        ).log

    def _follow(self, done: float) -> None:
        self.ended = max(self.ended, done)
        if self.on_progress:
            self.on_progress(done)


def _understood(
    log: str, levels: str, track: SoundTrack, seconds: float, skipped: float
) -> Heard:
    """What the meters meant: that of loudness in `log`, the others in `levels`."""
    voices = Voices.MONO
    if not track.is_one_channel:
        voices = understand_voices(levels_told(levels))
    rumble, power = _all_above_rumble(levels), _power(levels, voices)
    if power is not None and skipped:  # there was none in what was left out
        power -= 10 * log10((seconds + skipped) / seconds)
    return Heard(
        track=track,
        loudness=_measured(log, levels, voices),
        power=power if rumble >= LITTLE_RUMBLE else None,
        voices=voices,
        seconds=seconds + skipped,
        is_rumbling=rumble < MUCH_RUMBLE,
        is_clipped=_is_clipped(levels, track),
        complaints=_complaints(log),
    )


def _have_all_told(log: str, track: SoundTrack) -> bool:
    """Whether no report lost its name.

    The meter of loudness tells its story in half lines. What a thread says between
    two of them is written as if it belonged to the story: one in thirty, on a busy
    machine.
    """
    reports = [_told(name, log) for name in _FIGURES]
    reports.append(_told("RMS level dB", log, meter="low"))
    if not track.is_one_channel:
        reports += levels_told(log)
    return all(report is not None and isfinite(report) for report in reports)


def _through(steps: Iterable[Step], audio: Any) -> Any:
    for name, options in steps:
        audio = audio.filter(name, **options)
    return audio


def _mixed(track: SoundTrack) -> Iterator[Step]:
    if track.channels > 1 and track.is_one_channel:
        everybody = "+".join(f"c{number}" for number in range(track.channels))
        yield "aformat", {"sample_fmts": "fltp"}
        yield "pan", {"args": f"mono|c0={everybody}"}
    if track.late_seconds:
        yield "asetpts", {"expr": f"PTS+{track.late_seconds:.6f}/TB"}


def _layout(track: SoundTrack) -> Step:
    # Many recorders write mono without saying so, and ffmpeg 5 will not guess.
    return "aformat", {"channel_layouts": "mono" if track.is_one_channel else "stereo"}


def _meters(track: SoundTrack, steps: Iterable[Step]) -> list[str]:
    """Arguments with which ffmpeg looks for peaks, and for voices in each channel."""
    signals = {} if track.is_one_channel else SIGNALS
    chain = ",".join(f"{name}={written(options)}" for name, options in steps)
    names = [*_METERS, *signals]
    graph = [
        f"[0:{track.index}]{chain},aformat=sample_fmts=fltp,"
        f"asplit={len(names)}" + "".join(f"[{name}]" for name in names),
    ]
    graph += [
        f"[{name}]{meter},{HEARD_OUT}[heard-{name}]" for name, meter in _METERS.items()
    ]
    graph += [
        f"[{name}]pan={mix},volumedetect@{name},{HEARD_OUT}[heard-{name}]"
        for name, mix in signals.items()
    ]
    maps = [part for name in names for part in ("-map", f"[heard-{name}]")]
    return ["-filter_complex", ";".join(graph), *maps, *nowhere()]


def _measured(log: str, levels: str, voices: Voices) -> Measurement:
    loudness, top = loudness_in(log), _told("Peak level dB", levels)
    if top is None:
        raise ProgramFailed("The sound could not be measured.", cause=levels[-300:])
    if voices.is_one_sided:
        loudness = round(loudness + ONE_OF_TWO, 1)
    return Measurement(loudness, round(top + HIDDEN, 1))


def _power(log: str, voices: Voices) -> float | None:
    power = _told("RMS level dB", log)
    if power is None:
        return None
    return power + ONE_OF_TWO if voices.is_one_sided else power


def _all_above_rumble(log: str) -> float:
    """How far all there is lies above rumble alone, in dB; not a number if unknown."""
    everything, low = (_told("RMS level dB", log, meter=name) for name in _METERS)
    return nan if everything is None or low is None else everything - low


def _is_clipped(log: str, track: SoundTrack) -> bool:
    top, flat = _told("Peak level dB", log), _told("Flat factor", log)
    count = _told("Peak count", log)
    if top is None or flat is None or count is None:
        return False
    is_flat = top >= AT_THE_TOP and flat >= FLAT and count >= MANY
    is_packed = not track.codec.startswith(_FLOATS)
    return is_flat or (is_packed and top >= BEYOND_THE_TOP)


def _told(name: str, log: str, *, meter: str = "all") -> float | None:
    told = figures(rf"\[astats@{meter} @ [^\]]*\] {name}", log)
    return told[-1] if told else None


def _complaints(log: str) -> int:
    return len(re.findall(r"rror submitting packet|rror while decoding", log))
