"""Transcripts as HTML, in the form of the podcast namespace: cite, time and p.

A time in the text is rounded for people; its `datetime` is exact. When a cue ends has
no place in that form, so it stands in an attribute of its own.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from media_pipeline.errors import UnusableText
from media_pipeline.words.script import Cue, Script
from media_pipeline.words.timecode import bounded, read_time, write_time
from media_pipeline.words.webvtt import escaped

ENDS = "data-ends"
MOST_PARTS = 60_000
LONGEST = 4_000_000  # characters: half a day of talk takes a third of that

_SECONDS = re.compile(
    r"P(?:0D)?T(?:(?P<h>\d{1,4})H)?(?:(?P<m>\d{1,6})M)?(?:(?P<s>\d{1,8}(?:\.\d{1,9})?)S)?",
    re.ASCII,
)
_UNHEARD = {"head", "script", "style", "template", "title"}
_BLOCKS = {"p", "div", "li", "section", "article", "blockquote", "br", "hr", "body"}
_BLOCKS |= {f"h{level}" for level in range(1, 7)}


def write_html(script: Script, *, title: str = "", language: str = "") -> str:
    """A page of its own that any browser and podcast app can show."""
    lang = f' lang="{_quoted(language)}"' if language else ""
    # The browser finds out the direction of each paragraph by its letters.
    head = f'<!doctype html>\n<html{lang}>\n<head>\n<meta charset="utf-8">'
    name = f"<title>{escaped(title)}</title>\n{_note(script)}</head>\n<body>"
    lines = [_written(cue, script.timed) for cue in script.cues]
    return "\n".join([head, name, *lines, "</body>\n</html>\n"])


def read_html(text: str) -> tuple[list[Cue], bool]:
    """The cues as they stand, and whether they have times. Raises `UnusableText`."""
    if len(text) > LONGEST:
        raise UnusableText("This page is longer than any transcript.")
    reading: Any = _Reading()  # it need not hear of comments
    parser = etree.HTMLParser(target=reading, encoding="utf-8", no_network=True)
    try:
        parts: list[_Part] = etree.fromstring(text.encode(), parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnusableText("The transcript is not readable HTML.") from error
    if any(part.start is not None for part in parts):
        return list(_timed(parts)), True
    return [Cue(0.0, 0.0, part.text, part.speaker) for part in parts], False


def _note(script: Script) -> str:
    # Beside the text, for whatever stands in the text counts as said.
    content = _quoted(script.note)
    return f'<meta name="description" content="{content}">\n' if content else ""


def _written(cue: Cue, timed: bool) -> str:
    cite = f"<cite>{escaped(cue.speaker)}:</cite>\n" if cue.speaker else ""
    return f'{cite}{_time(cue) if timed else ""}<p dir="auto">{escaped(cue.text)}</p>'


def _time(cue: Cue) -> str:
    shown = write_time(cue.start_seconds).partition(".")[0]
    exact = f'datetime="PT{cue.start_seconds:.3f}S" {ENDS}="PT{cue.end_seconds:.3f}S"'
    return f"<time {exact}>{shown}</time>\n"


def _quoted(value: str) -> str:
    return escaped(value).replace('"', "&quot;")


class _Part:
    """A paragraph, and what stood before it."""

    def __init__(self) -> None:
        self.start: float | None = None
        self.end: float | None = None
        # In pieces, which are joined once: there may be millions.
        self.named: list[str] = []
        self.said: list[str] = []

    @property
    def speaker(self) -> str:
        """The name, without the colon behind it."""
        return "".join(self.named).strip().removesuffix(":")

    @property
    def text(self) -> str:
        """The words."""
        return "".join(self.said)


class _Reading:
    """What the parser tells of a page, put into parts."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._part = _Part()
        self._inside: list[str] = []  # cite, time, or what nobody reads

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCKS:
            self._end_part()
        if tag == "time":
            self._end_part()
            self._part.start = _moment(attributes.get("datetime", ""))
            self._part.end = _moment(attributes.get(ENDS, ""))
        if tag == "cite":
            self._end_part()
            self._part.named.clear()
        if tag in _UNHEARD or tag in {"cite", "time"}:
            self._inside.append(tag)

    def end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_part()
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def data(self, text: str) -> None:
        if not self._inside:
            self._part.said.append(text)
        elif self._inside[-1] == "cite":
            self._part.named.append(text)
        elif self._inside[-1] == "time" and self._part.start is None:
            self._part.start = _moment(text)

    def close(self) -> list[_Part]:
        self._end_part()
        return self._parts

    def _end_part(self) -> None:
        if not self._part.text.strip():
            self._part.said.clear()
            return
        if len(self._parts) == MOST_PARTS:
            raise UnusableText(f"A page of more than {MOST_PARTS} paragraphs.")
        self._parts.append(self._part)
        self._part = _Part()


def _moment(text: str) -> float | None:
    text = text.strip()
    found = _SECONDS.fullmatch(text)
    if not found or text.endswith("T"):
        return read_time(text)
    hours, minutes, seconds = (float(part or 0) for part in found.group("h", "m", "s"))
    return bounded(hours * 3600 + minutes * 60 + seconds)


def _timed(parts: list[_Part]) -> Iterator[Cue]:
    """Each until the next; a paragraph without a time belongs to the one before."""
    begun = [_merged(group) for group in _grouped(parts)]
    starts = [part.start or 0.0 for part in begun]
    for part, start, following in zip(begun, starts, [*starts[1:], 0.0], strict=True):
        end = following if part.end is None else part.end
        yield Cue(start, end, part.text, part.speaker)


def _grouped(parts: list[_Part]) -> list[list[_Part]]:
    groups: list[list[_Part]] = []
    for part in parts:
        if groups and part.start is None and not part.speaker:
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _merged(group: list[_Part]) -> _Part:
    first = group[0]
    first.said = [" ".join(part.text for part in group)]
    return first
