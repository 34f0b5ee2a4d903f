"""The sound of an episode: one decode, one MP3, and for a film its AAC track too."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.admission import Admission
from media_pipeline.errors import Refused, WrongOutput
from media_pipeline.ffmpeg_program import find_ffmpeg, hostile_input
from media_pipeline.loudness import (
    PODCAST,
    Levelling,
    Measurement,
    corrected,
    heard_by,
    in_time,
    level,
    loopback_meter,
    measure,
    plan_levelling,
    untangle,
)
from media_pipeline.probe import probe
from media_pipeline.process import Limits, Progress, run
from media_pipeline.rendition import Kind, Rendition, finished

MP3_RATE = 44_100  # Hz
MP3_MONO_BITRATE, MP3_STEREO_BITRATE = 96_000, 128_000  # bit/s, constant
AAC_RATE = 48_000  # Hz
AAC_BITRATE = 128_000  # bit/s
LAME_SCALE = 0.95  # at constant bitrates, LAME makes everything this much quieter
TRIES = 6  # a try is wrong only where the limiter has much to do
EXACT_SECONDS = 0.1
LOOPBACK_SINCE = (7, 1, 0)

# Phones write names and places into recordings: nothing of that goes on.
_NOTHING_OF_THE_SOURCE: dict[str, str | int] = {
    "map_metadata": -1,
    "map_chapters": -1,
    "fflags": "+bitexact",
    "flags:a": "+bitexact",
}


@dataclass(frozen=True, slots=True)
class Sound:
    """What was made, and how loud it came out."""

    mp3: Rendition  # plain: without tags
    hls_audio: Path | None  # AAC-LC in MP4, 48 kHz stereo, as long as the film
    loudness: Measurement


def encode_sound(
    recording: Path,
    admission: Admission,
    folder: Path,
    *,
    for_film: bool,
    on_progress: Progress | None = None,
) -> Sound:
    """Level and encode the sound of a recording, and verify what came out."""
    mp3 = folder / "sound.part.mp3"
    aac = folder / "sound.part.m4a" if for_film else None
    loudness = _encode_until_right(recording, admission, mp3, aac, on_progress)
    seconds = _checked_length(mp3, admission.sound_seconds)
    if aac:
        _checked_length(aac, _film_seconds(admission))
    return Sound(
        mp3=finished(
            Kind.PLAIN_SOUND,
            mp3.replace(folder / "sound.mp3"),
            "audio/mpeg",
            duration_seconds=seconds,
            bitrate=_mp3_bitrate(admission),
            codecs="mp4a.6b",
        ),
        hls_audio=aac.replace(folder / "sound.m4a") if aac else None,
        loudness=loudness,
    )


def _encode_until_right(
    recording: Path,
    admission: Admission,
    mp3: Path,
    aac: Path | None,
    on_progress: Progress | None,
) -> Measurement:
    levelling = plan_levelling(admission.loudness)
    for _ in range(TRIES):
        work = _Work(recording, admission, levelling, mp3, aac)
        result = work.encode(on_progress or _nobody)
        if result.meets(PODCAST):
            return result
        levelling = corrected(levelling, result)
    raise Refused(
        f"The sound cannot be brought to {PODCAST.loudness:g} LUFS: between its "
        "loudest moments there is nearly nothing. Please send a more even recording.",
        cause=f"after {TRIES} tries: {result}",
    )


@dataclass(frozen=True, slots=True)
class _Work:
    recording: Path
    admission: Admission
    levelling: Levelling
    mp3: Path
    aac: Path | None

    def encode(self, on_progress: Progress) -> Measurement:
        """Encode once, and tell how it came out: the loudness, and the highest peak."""
        command = find_ffmpeg().command(self._graph(), told="info")
        files = [file for file in (self.mp3, self.aac) if file]
        files.sort(key=lambda file: command.index(str(file)))
        listens = find_ffmpeg().version >= LOOPBACK_SINCE
        if listens:  # while it encodes: a second core has little else to do
            for output in range(len(files)):
                command += loopback_meter(output)
        seconds = self.admission.duration_seconds
        limits = Limits.for_duration(seconds)
        log = run(
            command,
            limits=limits,
            on_progress=on_progress,
            reads=[self.recording],
            writes=self.mp3.parent,
        ).log
        heard = {
            file: (heard_by(output, log) if listens else None)
            or measure(file, seconds=seconds)
            for output, file in enumerate(files)
        }
        # In a film that goes on without sound, the meter of the AAC hears the end too.
        peak = max(measured.peak for measured in heard.values())
        return Measurement(heard[self.mp3].loudness, peak)

    def _graph(self) -> Any:
        admission = self.admission
        heard = in_time(hostile_input(self.recording), admission.sound)
        voices = untangle(heard, admission.voices, admission.sound.channels)
        levelled = level(voices, self.levelling)
        if self.aac is None:
            return _mp3(levelled, admission, self.mp3)
        copies = levelled.filter_multi_output("asplit", 2)
        return ffmpeg.merge_outputs(
            _mp3(copies[0], admission, self.mp3), _aac(copies[1], admission, self.aac)
        )


def _nobody(done: float) -> None:
    """Nobody waits for this, but the watchdog looks on."""


def _mp3(audio: Any, admission: Admission, path: Path) -> Any:
    layout = "mono" if admission.voices.is_mono else "stereo"
    even = audio.filter("aformat", sample_rates=MP3_RATE, channel_layouts=layout)
    return even.filter("volume", 1 / LAME_SCALE, precision="float").output(
        str(path),
        **_NOTHING_OF_THE_SOURCE,
        acodec="libmp3lame",
        audio_bitrate=_mp3_bitrate(admission),
        id3v2_version=0,
        format="mp3",
    )


def _mp3_bitrate(admission: Admission) -> int:
    return MP3_MONO_BITRATE if admission.voices.is_mono else MP3_STEREO_BITRATE


def _aac(audio: Any, admission: Admission, path: Path) -> Any:
    if admission.voices.is_mono:  # televisions insist on two channels
        audio = audio.filter("pan", args="stereo|c0=c0|c1=c0")
    even = audio.filter("aformat", sample_rates=AAC_RATE, channel_layouts="stereo")
    return even.filter("apad", whole_dur=_film_seconds(admission)).output(
        str(path),
        **_NOTHING_OF_THE_SOURCE,
        acodec="aac",
        aac_coder="fast",
        audio_bitrate=AAC_BITRATE,
        format="mp4",
    )


def _film_seconds(admission: Admission) -> float:
    return max(admission.sound_seconds, admission.duration_seconds)


def _checked_length(made: Path, expected: float) -> float:
    length = probe(made).duration_seconds
    if abs(length - expected) > EXACT_SECONDS:
        raise WrongOutput(
            "The sound did not come out complete.",
            cause=f"{made.name} plays {length} s instead of {expected} s",
        )
    return length
