"""WebVTT: what browsers and podcast apps show over a film, with voices.

Styles, positions and markup of others are left behind: cues are plain text. Meetings
name their speakers in the text (`Ada: Hello`), so in a file without voices, who speaks
is guessed from that, as `spoken.py` does. Captions that roll, as YouTube makes them,
show every line again while the next one is spoken: it was said once.
"""

import html
import re
import textwrap
from collections.abc import Iterator

from media_pipeline.words.plain_text import without_tags
from media_pipeline.words.script import Cue, Script
from media_pipeline.words.spoken import heard, written
from media_pipeline.words.timecode import read_time, write_time

WIDTH = 65  # characters, as Apple and the podcast namespace ask

_BLANK = re.compile(r"\n{2,}")  # a line with a space in it is still of the cue
_WORD_TIME = re.compile(r"<[\d:]+\.\d{3}>")  # when a word in the middle is said
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")


def write_vtt(script: Script) -> str:
    """Captions, with the speakers as voices."""
    note = [f"NOTE {escaped(script.note)}"] if script.note else []
    has_voices = any(cue.speaker for cue in script.captions)
    cues = (_written(cue, has_voices=has_voices) for cue in script.captions)
    return "\n\n".join(["WEBVTT", *note, *cues]) + "\n"


def read_vtt(text: str) -> Iterator[Cue]:
    """The cues as they stand, not yet normal."""
    has_voices = _VOICE.search(text) is not None
    rolls = not has_voices and _WORD_TIME.search(text) is not None
    line_before = ""
    for block in _BLANK.split(text):
        timing, words = timing_of(block)
        if timing and rolls:
            words, line_before = _said_now(words, line_before)
        if timing and has_voices:
            yield from _voices(*timing, words)
        elif timing:
            speaker, said = heard(without_tags(words))
            yield Cue(*timing, said, speaker)


def timing_of(block: str) -> tuple[tuple[float, float] | None, str]:
    """When a block of WebVTT or SubRip is shown, if it is a cue, and its words."""
    lines = block.split("\n")
    # The first line may be the name of the cue; notes and styles have no times.
    for number, line in enumerate(lines[:2]):
        before, arrow, rest = line.partition("-->")
        start = read_time(before) if arrow else None
        if start is not None:
            end = read_time((rest.split() or [""])[0])
            return (start, start if end is None else end), "\n".join(
                lines[number + 1 :]
            )
    return None, ""


def _said_now(words: str, line_before: str) -> tuple[str, str]:
    """The lines that are not still shown from before, and the last of all."""
    lines = [line for line in words.split("\n") if line.strip()]
    plain = [without_tags(line).strip() for line in lines]
    is_old = plain[:1] == [line_before] and not _WORD_TIME.search(lines[0])
    return "\n".join(lines[is_old:]), plain[-1] if plain else line_before


def escaped(text: str) -> str:
    """Characters that are no markup."""
    return html.escape(text, quote=False)


def wrapped(text: str, width: int) -> str:
    """In lines of so many characters, but no word is broken."""
    return "\n".join(
        textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    )


def _written(cue: Cue, *, has_voices: bool) -> str:
    times = f"{write_time(cue.start_seconds)} --> {write_time(cue.end_seconds)}"
    voice = f"<v {escaped(cue.speaker)}>" if cue.speaker else ""
    # Without any voice, a text that looks like somebody's must not be taken for it.
    text = cue.text if has_voices else written("", cue.text)
    return f"{times}\n{voice}{escaped(wrapped(text, WIDTH))}"


def _voices(start: float, end: float, words: str) -> Iterator[Cue]:
    before, *voiced = _VOICE.split(words)
    yield Cue(start, end, without_tags(before))
    for name, said in zip(voiced[::2], voiced[1::2], strict=True):
        yield Cue(start, end, without_tags(said), html.unescape(name))
