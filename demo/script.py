"""A conversation as it is written: parts, lines, and who says them."""

import re
from dataclasses import dataclass
from pathlib import Path

_SENTENCE = re.compile(r"(?<=[.?!]) +")


@dataclass(frozen=True, slots=True)
class Line:
    """What one person says without being interrupted."""

    speaker: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter of the conversation, with the large words a film shows."""

    title: str
    words: str
    lines: tuple[Line, ...]


def read_script(path: Path) -> tuple[Part, ...]:
    """Read `# Part`, `> large words` and `NAME: what they say`."""
    parts: list[Part] = []
    for block in path.read_text().split("# ")[1:]:
        title, *rows = [row.strip() for row in block.splitlines() if row.strip()]
        words = [row[2:] for row in rows if row.startswith("> ")]
        said = tuple(_line(row) for row in rows if not row.startswith("> "))
        parts.append(Part(title, " ".join(words), said))
    return tuple(parts)


def _line(row: str) -> Line:
    speaker, _, text = row.partition(": ")
    return Line(speaker.title(), tuple(_SENTENCE.split(text)))
