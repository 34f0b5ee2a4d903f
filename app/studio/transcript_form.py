"""The page of a transcript that somebody edits: its lines, and what was typed there."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import FormData

from app.actions.cues import Line, Order, Typed
from app.models import Episode, Transcript
from app.studio.posting import text

LINES_ON_A_PAGE = 50
ACTIONS = ("save", "join", "delete", "name", "fill")


@dataclass(frozen=True, slots=True)
class Row:
    """One line on the page."""

    number: int
    line: Line  # as it is stored
    typed: Typed  # as it stands in the fields
    is_chosen: bool = False

    @property
    def mark(self) -> str:
        """Tells whether somebody has touched the fields."""
        return mark_of(self.line.speaker, self.line.text)

    @property
    def is_touched(self) -> bool:
        """Whether the fields say something else than what is stored."""
        return (self.typed.speaker, self.typed.text) != (
            self.line.speaker,
            self.line.text,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a transcript in the editor."""

    words: Transcript
    number: int
    count: int
    rows: list[Row]
    people: list[str]
    homeless: list[str] = field(default_factory=list)  # typed, and without a place

    @property
    def version(self) -> str:
        """From which version the page was made."""
        return self.words.version


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back from a page."""

    order: Order
    version: str
    page: int
    starts: Mapping[int, int]
    touched: frozenset[int]


def sent(form: FormData) -> Sent:
    """What was typed, chosen and pressed."""
    numbers = [_number(name.removeprefix("text-")) for name in form if _is_text(name)]
    typed = {
        number: Typed(text(form, f"speaker-{number}"), text(form, f"text-{number}"))
        for number in numbers
    }
    touched = frozenset(
        number
        for number, said in typed.items()
        if mark_of(said.speaker, said.text) != text(form, f"mark-{number}")
    )
    chosen = {_number(str(value)) for value in form.getlist("chosen")}
    return Sent(
        # Nobody shall be undone by a line that was only on the page.
        Order(
            {number: typed[number] for number in touched},
            chosen,
            text(form, "action") if text(form, "action") in ACTIONS else "save",
            text(form, "name"),
        ),
        text(form, "version"),
        _number(text(form, "page")),
        {number: _number(text(form, f"start-{number}")) for number in numbers},
        touched,
    )


def page_of(episode: Episode, words: Transcript, number: int) -> Page:
    """A page as it is stored."""
    lines = [Line.of(cue) for cue in words.cues]
    count = max(1, -(-len(lines) // LINES_ON_A_PAGE))
    number = min(max(number, 1), count)
    first = (number - 1) * LINES_ON_A_PAGE
    rows = [
        Row(first + place, line, Typed(line.speaker, line.text))
        for place, line in enumerate(lines[first : first + LINES_ON_A_PAGE])
    ]
    return Page(words, number, count, rows, _people(episode, lines))


def page_with(episode: Episode, words: Transcript, back: Sent, *, same: bool) -> Page:
    """The page with what was typed; `same`: no other version is there by now."""
    page = page_of(episode, words, back.page)
    places = {
        number if same else back.starts[number]: said
        for number, said in back.order.typed.items()
    }
    rows = []
    for row in page.rows:
        said = places.pop(row.number if same else row.line.start_ms, row.typed)
        chosen = same and row.number in back.order.chosen
        rows.append(Row(row.number, row.line, said, chosen))
    homeless = [f"{said.speaker}: {said.text}".lstrip(": ") for said in places.values()]
    return Page(words, page.number, page.count, rows, page.people, homeless)


def mark_of(speaker: str, said: str) -> str:
    """A few letters that change with the words."""
    # Browsers send other line ends than they were given.
    plain = "\n".join(f"{speaker}\n{said}".split("\r\n"))
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def _people(episode: Episode, lines: Sequence[Line]) -> list[str]:
    credited = (credit.person.name for credit in episode.credits)
    speaking = (line.speaker for line in lines if line.speaker)
    return list(dict.fromkeys([*credited, *speaking]))


def _is_text(name: str) -> bool:
    start, _, number = name.partition("-")
    return start == "text" and number.isascii() and number.isdigit()


def _number(written: str) -> int:
    is_number = written.isascii() and written.isdigit() and len(written) < 10
    return int(written) if is_number else 0
