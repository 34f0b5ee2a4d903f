"""What a host is told about a recording: what was wrong, and what becomes of it."""

from collections.abc import Iterator

from media_pipeline.entrance.damage import LISTEN_FIRST
from media_pipeline.hearing.listening import Heard
from media_pipeline.hearing.loudness import PODCAST
from media_pipeline.hearing.voices import Voices
from media_pipeline.recording.picture import KNOWN_MATRICES, Picture
from media_pipeline.recording.probe import Probe, SoundTrack


def remarks_on(found: Probe, sound: SoundTrack, heard: Heard) -> Iterator[str]:
    """Sentences about everything that will be put right, or cannot be."""
    yield from _on_what_is_left_out(found, sound)
    if found.other_sounds:
        yield _which(found, sound)
    yield from _on_sound(sound, heard)
    if found.picture:
        yield from _on_picture(found.picture)


def _on_what_is_left_out(found: Probe, sound: SoundTrack) -> Iterator[str]:
    if found.unread_picture:
        instead = "another one is shown" if found.picture else "only its sound is there"
        yield (
            f"{LISTEN_FIRST} the picture is in a form that we cannot read "
            f"({found.unread_picture}), so {instead}. To have it watched, please "
            "export it as MP4."
        )
    if sound.unread_before:
        yield (
            f"{LISTEN_FIRST} a sound track is in a form that we cannot read "
            f"({sound.unread_before}), so another one is heard."
        )


def _which(found: Probe, sound: SoundTrack) -> str:
    of_them = f"{sound.number} of {1 + len(found.other_sounds)}"
    named = f" ({sound.language})" if sound.language else ""
    return f"There are several sound tracks: number {of_them}{named} is the one heard."


def _on_sound(sound: SoundTrack, heard: Heard) -> Iterator[str]:
    distance = round(PODCAST.loudness - heard.loudness.loudness)
    if distance:
        wrong = f"{abs(distance)} LU too {'quiet' if distance > 0 else 'loud'}"
        yield f"The sound was {wrong}: corrected to {PODCAST.loudness:g} LUFS."
    if heard.is_clipped:
        yield (
            "It was recorded too loud, and its peaks are cut off: that cannot be "
            "undone. Next time, turn the recorder down."
        )
    if heard.is_rumbling:
        yield (
            "Something hummed or rumbled louder than the voices (wind, a table, a "
            "motor): the deepest notes are taken away."
        )
    if sound.is_changing:
        yield (
            "The sound changes its channels or its rate on the way: it will be the "
            "same throughout."
        )
    elif sound.channels > 1 and sound.is_one_channel:
        yield f"All {sound.channels} channels are mixed into one."
    elif sound.channels > 2:
        yield "The surround sound becomes stereo."
    if heard.voices in _WORDS_FOR_VOICES:
        yield _WORDS_FOR_VOICES[heard.voices]


_WORDS_FOR_VOICES = {
    Voices.MONO: "The sound is mono: it will be heard on both sides.",
    Voices.LEFT: "Only the left side had sound: it will be heard on both sides.",
    Voices.RIGHT: "Only the right side had sound: it will be heard on both sides.",
    Voices.ANTIPHASE: "One side cancelled the other (a turned cable): put right.",
    Voices.INVERTED: "One side worked against the other (a turned cable): put right.",
}


def _on_picture(picture: Picture) -> Iterator[str]:
    if picture.is_variable_rate:
        yield "The film had a varying frame rate: it becomes a steady one."
    if picture.rotation:
        yield "The film lay on its side: it will stand upright."
    if picture.is_hdr:
        yield "The colours were HDR: they become what every screen can show."
    if picture.matrix not in KNOWN_MATRICES:
        yield "Its colours are stored in a rare way: look at them before you publish."
    if picture.is_interlaced:
        yield "The film was interlaced: its lines will be put together."
