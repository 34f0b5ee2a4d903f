"""What was said, written down for reading along."""

import textwrap
from pathlib import Path

from demo.script import Part
from demo.voices import Said

LINE_CHARACTERS = 42  # what fits on a phone


def write_transcript(said: list[Said], path: Path) -> None:
    """WebVTT, with the names of the speakers."""
    cues = [
        f"{_clock(cue.start_seconds)} --> {_clock(cue.end_seconds)}\n"
        f"<v {cue.speaker}>{cue.text}\n"
        for sentence in said
        for cue in _in_two_lines(sentence)
    ]
    path.write_text("WEBVTT\n\n" + "\n".join(cues))


def write_chapters(parts: tuple[Part, ...], starts: list[float], path: Path) -> None:
    """One line for each part: when, and what it is called."""
    rows = zip(starts, parts, strict=True)
    path.write_text("".join(f"{_clock(s)} {part.title}\n" for s, part in rows))


def _in_two_lines(sentence: Said) -> list[Said]:
    lines = textwrap.wrap(sentence.text, LINE_CHARACTERS)
    count = -(-len(lines) // 2)
    if count == 1:
        return [sentence]
    pieces = textwrap.wrap(sentence.text, len(sentence.text) // count + 8)
    seconds = sentence.end_seconds - sentence.start_seconds
    per_letter = seconds / sum(map(len, pieces))
    cues, start = [], sentence.start_seconds
    for piece in pieces:
        end = start + per_letter * len(piece)
        cues.append(Said(start, end, sentence.speaker, piece, sentence.part))
        start = end
    return cues


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
