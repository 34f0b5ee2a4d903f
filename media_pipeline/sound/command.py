"""The one ffmpeg command that makes every form of the sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media_pipeline.entrance.admission import Admission
from media_pipeline.hearing.listening import in_time
from media_pipeline.hearing.loudness import Levelling, level
from media_pipeline.hearing.steady_sound import opened
from media_pipeline.hearing.voices import untangle, without_rumble
from media_pipeline.kinds import Kind
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.sound.format import SoundFormat
from media_pipeline.sound.waveform import outline

DRAWN = Kind.PLAIN_SOUND  # every episode has it


@dataclass(frozen=True, slots=True)
class SoundCommand:
    """What is run, and which of its outputs is which form."""

    args: list[str]
    outputs: dict[SoundFormat, int]


def sound_command(
    recording: Path,
    admission: Admission,
    folder: Path,
    levellings: Mapping[SoundFormat, Levelling],
) -> SoundCommand:
    """Decode once, level, and write every form; the MP3 is drawn on its way."""
    source = opened(recording, admission.sound)
    heard = in_time(source, admission.sound, admission.pauses)
    is_one = admission.sound.is_one_channel
    voices = heard if is_one else untangle(heard, admission.voices)
    if admission.is_rumbling:
        voices = without_rumble(voices)
    kinds = list(dict.fromkeys(levellings.values()))
    copies = voices.filter_multi_output("asplit", len(kinds))
    outputs = []
    for number, levelling in enumerate(kinds):
        alike = [form for form, wanted in levellings.items() if wanted == levelling]
        levelled = level(copies[number], levelling)
        outputs += list(_outputs(levelled, alike, admission, folder))
    args = find_ffmpeg().command(ffmpeg.merge_outputs(*outputs), told="info")
    return SoundCommand(args, _numbered(args, levellings, folder))


def _outputs(
    levelled: Any, alike: list[SoundFormat], admission: Admission, folder: Path
) -> list[Any]:
    copies = levelled.filter_multi_output("asplit", len(alike))
    made = []
    for number, form in enumerate(alike):
        even = form.even(copies[number], is_mono=admission.voices.is_mono)
        if form.kind == DRAWN:
            both = even.filter_multi_output("asplit", 2)
            made.append(_drawn(both[1], form))
            even = both[0]
        made.append(form.output(even, folder))
    return made


def _drawn(audio: Any, form: SoundFormat) -> Any:
    return outline(audio, sample_rate=form.sample_rate, seconds=form.seconds)


def _numbered(
    args: list[str], levellings: Mapping[SoundFormat, Levelling], folder: Path
) -> dict[SoundFormat, int]:
    # ffmpeg-python puts outputs into an order of its own; "-" is where peaks go.
    places = {form: args.index(str(form.unfinished(folder))) for form in levellings}
    ends = sorted([*places.values(), *(i for i, arg in enumerate(args) if arg == "-")])
    return {form: ends.index(place) for form, place in places.items()}
