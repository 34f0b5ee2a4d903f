"""The lines of a transcript, and what a person can do with them. Nothing is stored."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from app.errors import BadRequest
from app.models.identity import clean_line, clean_text
from media_pipeline.words.script import LONGEST_NAME

LONGEST_LINE = 5000  # characters

_EMPTY_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Line:
    """One cue, as it stands in the editor."""

    start_ms: int
    end_ms: int
    speaker: str
    text: str

    @classmethod
    def of(cls, cue: Mapping[str, Any]) -> "Line":
        """As it is stored."""
        return cls(
            cue["start_ms"], cue["end_ms"], cue.get("speaker", ""), cue.get("text", "")
        )

    def cue(self) -> dict[str, Any]:
        """To be stored."""
        return {
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
            "speaker": self.speaker,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has typed over a line."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that one press of a button asks for."""

    typed: Mapping[int, Typed]  # by the number of the line
    chosen: Collection[int] = ()
    action: str = "save"  # or join, delete, name
    name: str = ""


def changed(lines: Sequence[Line], order: Order) -> list[Line]:
    """The lines after an order: first what was typed, then what was pressed."""
    # By its old number, each line is one, several or none by now.
    parts = {
        number: list(_retyped(line, order.typed.get(number)))
        for number, line in enumerate(lines)
    }
    if order.action == "fill":
        return filled([line for part in parts.values() for line in part])
    chosen = _insist(order, parts)
    if order.action == "join":
        return list(_joined(parts, chosen))
    for number in chosen:
        if order.action == "delete":
            parts[number] = []
        elif order.action == "name":
            name = _name(order.name)
            parts[number] = [replace(line, speaker=name) for line in parts[number]]
    return [line for part in parts.values() for line in part]


def filled(lines: Sequence[Line]) -> list[Line]:
    """Lines without a name are said by whoever is named above them."""
    speaking, done = "", []
    for line in lines:
        speaking = line.speaker or speaking
        done.append(replace(line, speaker=speaking))
    return done


def _retyped(line: Line, typed: Typed | None) -> Iterator[Line]:
    if typed is None:
        yield line
        return
    name = _name(typed.speaker)
    texts = [clean_line(text) for text in _EMPTY_LINE.split(clean_text(typed.text))]
    texts = [text for text in texts if text]
    if any(len(text) > LONGEST_LINE for text in texts):
        raise BadRequest(f"Please keep each line under {LONGEST_LINE} characters.")
    if len(texts) == 1 and texts[0] == clean_line(line.text):
        texts = [line.text]  # how it is broken may have a meaning; nobody changed it
    yield from _split(replace(line, speaker=name), texts)


def _split(line: Line, texts: Sequence[str]) -> Iterator[Line]:
    # Nobody has said when: the time is shared by the number of letters.
    letters, length = sum(map(len, texts)), line.end_ms - line.start_ms
    begins, said = line.start_ms, 0
    for text in texts:
        said += len(text)
        ends = line.start_ms + length * said // letters
        yield replace(line, start_ms=begins, end_ms=ends, text=text)
        begins = ends


def _joined(parts: Mapping[int, list[Line]], chosen: Collection[int]) -> Iterator[Line]:
    runs = groupby(parts.items(), key=lambda item: item[0] in chosen)
    for is_chosen, run in runs:
        lines = [line for _, part in run for line in part]
        if is_chosen and len(lines) > 1:
            yield _as_one(lines)
        elif is_chosen:
            raise BadRequest("Please choose two or more lines that follow each other.")
        else:
            yield from lines


def _as_one(lines: Sequence[Line]) -> Line:
    return Line(
        lines[0].start_ms,
        max(line.end_ms for line in lines),
        next((line.speaker for line in lines if line.speaker), ""),
        " ".join(line.text for line in lines),
    )


def _insist(order: Order, parts: Mapping[int, list[Line]]) -> list[int]:
    chosen = sorted(number for number in order.chosen if number in parts)
    if order.action in {"join", "delete", "name"} and not chosen:
        raise BadRequest("Please choose some lines first.")
    return chosen


def _name(typed: str) -> str:
    name = clean_line(typed)
    if len(name) > LONGEST_NAME:
        raise BadRequest(f"Please keep names under {LONGEST_NAME} characters.")
    return name
