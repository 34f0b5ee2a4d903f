"""Every word of an episode with its time, in the one form that all others hold.

That form is *normal*: times in whole milliseconds, a cue ends after it starts, cues in
the order of their starts, words on one line as visible characters with single spaces,
a name of at most a hundred characters or none. Lines are layout: each form breaks them
where its readers want them. What is normal is the same after it was written in any
form and read again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from media_pipeline.errors import UnusableText
from media_pipeline.words.plain_text import one_line
from media_pipeline.words.timecode import LONGEST_SECONDS, bounded

LONGEST_NAME = 100  # characters


@dataclass(frozen=True, slots=True)
class Cue:
    """A few words, when they are said, and by whom if that is known."""

    start_seconds: float
    end_seconds: float
    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A transcript. Without times, its cues are paragraphs that all start at 0."""

    cues: tuple[Cue, ...]
    timed: bool = True
    note: str = ""  # what readers have to know about it; not read back

    @property
    def captions(self) -> tuple[Cue, ...]:
        """The cues with their times, or `UnusableText`."""
        if not self.timed:
            raise UnusableText("This transcript has no times, so it makes no captions.")
        return self.cues

    @property
    def turns(self) -> "Script":
        """Without times, one paragraph for each turn of a speaker."""
        if not self.timed:
            return self
        by_speaker = groupby(self.cues, key=lambda cue: cue.speaker)
        paragraphs = (
            Cue(0.0, 0.0, " ".join(cue.text for cue in turn), speaker)
            for speaker, turn in by_speaker
        )
        return Script(tuple(paragraphs), timed=False)


def normal(cues: Iterable[Cue], *, timed: bool = True) -> Script:
    """The same words in normal form; cues without words, or at no time, are left out.

    The cues of a script without times are paragraphs.
    """
    made = _timed(cues) if timed else _untimed(cues)
    return Script(tuple(sorted(made, key=lambda cue: cue.start_seconds)), timed)


def span(start: float | None, end: float | None) -> tuple[float, float] | None:
    """When a cue is shown; None when it starts at no time."""
    start = None if start is None else bounded(start)
    if start is None or start >= LONGEST_SECONDS:
        return None
    end = None if end is None else bounded(end)
    if end is None or end <= start:  # nobody could read it, but the words are real
        end = min(round(start + 1, 3), LONGEST_SECONDS)
    return start, end


def name(speaker: str) -> str:
    """Who speaks, as every form can write it."""
    return one_line(speaker)[:LONGEST_NAME].strip()


def _timed(cues: Iterable[Cue]) -> Iterator[Cue]:
    for cue in cues:
        words, times = one_line(cue.text), span(cue.start_seconds, cue.end_seconds)
        if words and times:
            yield Cue(*times, words, name(cue.speaker))


def _untimed(cues: Iterable[Cue]) -> Iterator[Cue]:
    for cue in cues:
        if words := one_line(cue.text):
            yield Cue(0.0, 0.0, words, name(cue.speaker))
