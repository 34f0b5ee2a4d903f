"""Transcripts as plain text: a paragraph for each turn of a speaker, without times."""

import re
from collections.abc import Iterator

from media_pipeline.words.script import Cue, Script
from media_pipeline.words.spoken import JOINER, heard, written

_LIKE_OTHERS = re.compile(r"WEBVTT|[<{[]")  # a file that begins so is something else
_BLANK = re.compile(r"\n[ \t]*\n\s*")


def write_text(script: Script) -> str:
    """What was said, to be read."""
    note = [f"({script.note})"] if script.note else []
    paragraphs = [*note, *(_written(cue) for cue in script.turns.cues)]
    return "\n\n".join(paragraphs).replace("-->", f"--{JOINER}>") + "\n"


def read_text(text: str) -> Iterator[Cue]:
    """A cue for each paragraph, all at 0."""
    for paragraph in _BLANK.split(text):
        for turn in _turns(paragraph):
            speaker, said = heard(turn)
            yield Cue(0.0, 0.0, said, speaker)


def _written(cue: Cue) -> str:
    begins_oddly = _LIKE_OTHERS.match(cue.speaker or cue.text)
    return written(cue.speaker, cue.text, marked=bool(begins_oddly))


def _turns(paragraph: str) -> Iterator[str]:
    # Some leave no blank line between the turns.
    lines: list[str] = []
    for line in paragraph.split("\n"):
        if lines and heard(line)[0]:
            yield "\n".join(lines)
            lines = []
        lines.append(line)
    yield "\n".join(lines)
