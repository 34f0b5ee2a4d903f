"""The forms in which the sound of an episode is handed out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_pipeline.entrance.admission import Admission
from media_pipeline.errors import WrongOutput
from media_pipeline.kinds import Kind
from media_pipeline.rendition import EXACT_SECONDS
from media_pipeline.sound.length import played_seconds

LAME_SCALE = 0.95  # at constant bitrates, LAME makes everything this much quieter

# Phones write names and places into recordings: nothing of that goes on.
_NOTHING_OF_THE_SOURCE: dict[str, str | int] = {
    "map_metadata": -1,
    "map_chapters": -1,
    "fflags": "+bitexact",
    "flags:a": "+bitexact",
}


@dataclass(frozen=True, slots=True, eq=False)
class SoundFormat:
    """One form of the sound, and how ffmpeg writes it."""

    kind: Kind
    filename: str
    content_type: str
    codecs: str  # RFC 6381
    sample_rate: int  # Hz
    channels: int
    bitrate: int  # bit/s
    seconds: float
    options: Mapping[str, str | int]
    gain: float = 1.0  # what its encoder takes away

    def output(self, audio: Any, folder: Path) -> Any:
        """What ffmpeg-python is to write to the folder."""
        return audio.output(
            str(self.unfinished(folder)),
            **_NOTHING_OF_THE_SOURCE,
            audio_bitrate=self.bitrate,
            **self.options,
        )

    def even(self, audio: Any, *, is_mono: bool) -> Any:
        """Levelled sound with the rate, channels and length of this form."""
        if is_mono and self.channels == 2:
            audio = audio.filter("pan", args="stereo|c0=c0|c1=c0")
        layout = "mono" if self.channels == 1 else "stereo"
        rate = self.sample_rate
        even = audio.filter("aformat", sample_rates=rate, channel_layouts=layout)
        if self.kind == Kind.STREAM_SOUND:  # the film may go on without a sound
            even = even.filter("apad", whole_dur=self.seconds)
        if self.gain != 1.0:
            even = even.filter("volume", self.gain, precision="float")
        return even

    def unfinished(self, folder: Path) -> Path:
        """Where it lies until it has been verified."""
        return folder / f"unfinished-{self.filename}"

    def checked_seconds(self, made: Path) -> float:
        """How long a file plays, by its last page, index or size."""
        length = played_seconds(made)
        if abs(length - self.seconds) > EXACT_SECONDS:
            raise WrongOutput(
                "The sound did not come out complete.",
                cause=f"{made.name} plays {length} s instead of {self.seconds} s",
            )
        return length


def formats_for(admission: Admission) -> list[SoundFormat]:
    """Everything that is made of the sound of a recording, the MP3 first."""
    mono = admission.voices.is_mono
    formats = [_mp3(admission, mono=mono), _opus(admission, mono=mono)]
    return [*formats, _aac(admission, mono=mono)] if admission.is_film else formats


def _mp3(admission: Admission, *, mono: bool) -> SoundFormat:
    return SoundFormat(
        kind=Kind.PLAIN_SOUND,
        filename="sound.mp3",
        content_type="audio/mpeg",
        codecs="mp4a.6b",
        sample_rate=44_100,
        channels=1 if mono else 2,
        bitrate=96_000 if mono else 128_000,  # constant
        seconds=admission.sound_seconds,
        options={"acodec": "libmp3lame", "id3v2_version": 0, "format": "mp3"},
        gain=1 / LAME_SCALE,
    )


def _opus(admission: Admission, *, mono: bool) -> SoundFormat:
    return SoundFormat(
        kind=Kind.LOW_SOUND,
        filename="sound.opus",
        content_type="audio/ogg; codecs=opus",
        codecs="opus",
        sample_rate=48_000,
        channels=1 if mono else 2,
        bitrate=32_000 if mono else 48_000,
        seconds=admission.sound_seconds,
        # Three times fewer packets: nobody waits for the next one, as on the phone.
        options={"acodec": "libopus", "format": "ogg", "frame_duration": 60},
    )


def _aac(admission: Admission, *, mono: bool) -> SoundFormat:
    return SoundFormat(
        kind=Kind.STREAM_SOUND,
        filename="sound.m4a",
        content_type="audio/mp4",
        codecs="mp4a.40.2",
        sample_rate=48_000,
        channels=2,  # televisions insist on two
        # Leaves room for pictures below 192 kbit/s, and is nearer to the source than
        # the MP3: see docs/decisions/0010-hls.md.
        bitrate=80_000 if mono else 96_000,
        seconds=max(admission.sound_seconds, admission.duration_seconds),
        options={"acodec": "aac", "aac_coder": "fast", "format": "mp4"},
    )
