"""SubRip (SRT): captions for old players. A speaker is named at every change.

A file whose first cue names somebody keeps to that: a cue without a name is said by
the one before. In all others, a cue without a name is said by nobody we know.
"""

import re
from collections.abc import Iterator

from media_pipeline.words.script import Cue, Script
from media_pipeline.words.spoken import JOINER, heard, is_nobodys, written
from media_pipeline.words.timecode import write_time
from media_pipeline.words.webvtt import timing_of, wrapped

WIDTH = 32  # characters, as the podcast namespace asks

# Some programs leave the blank line out: a number before a time begins a cue, too.
_BLANK = re.compile(r"\n[ \t]*\n\s*|\n(?=[ \t]*\d+[ \t]*\n[ \t]*[\d:.,]+[ \t]*-->)")

_MARKUP = re.compile(r"</?(?:i|b|u|s|font|c|v)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)
_LIKE_MARKUP = re.compile(r"--(?=>)|<(?=/?(?:i|b|u|s|font|c|v)\b)|\{(?=\\)", re.I)


def write_srt(script: Script) -> str:
    """Captions, numbered."""
    lines = _lines(script.captions)
    return "\n".join(
        _block(number, cue, line)
        for number, (cue, line) in enumerate(
            zip(script.captions, lines, strict=True), start=1
        )
    )


def read_srt(text: str) -> Iterator[Cue]:
    """The cues as they stand, not yet normal."""
    carries, speaking = None, ""
    for block in _BLANK.split(text):
        timing, words = timing_of(block)
        if timing is None:
            continue
        line = _MARKUP.sub("", words)
        speaker, said = heard(line)
        if carries and not speaker and not is_nobodys(line):
            speaker = speaking
        carries = bool(speaker) if carries is None else carries
        speaking = speaker
        yield Cue(*timing, said, speaker)


def _lines(cues: tuple[Cue, ...]) -> Iterator[str]:
    carries = bool(cues) and bool(cues[0].speaker)
    speaking = ""
    for cue in cues:
        goes_on = carries and cue.speaker == speaking
        if goes_on and heard(cue.text) == ("", cue.text):
            yield cue.text
        else:
            # Silence about the speaker would mean the one before.
            yield written(cue.speaker, cue.text, marked=carries and not cue.speaker)
        speaking = cue.speaker


def _block(number: int, cue: Cue, line: str) -> str:
    start, end = write_time(cue.start_seconds, ","), write_time(cue.end_seconds, ",")
    words = wrapped(_LIKE_MARKUP.sub(rf"\g<0>{JOINER}", line), WIDTH)
    return f"{number}\n{start} --> {end}\n{words}\n"
