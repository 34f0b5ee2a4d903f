"""Which bytes of a file a request wants (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of bytes."""

    start: int
    length: int
    size: int  # of the whole file

    @property
    def content_range(self) -> str:
        """As the answer says it."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


class Unsatisfiable(Exception):
    """No byte of the file is asked for: answer 416."""


def wanted(header: str | None, size: int) -> Span | None:
    """The span a Range header asks for; None for the whole file.

    What is not understood, and several ranges at once, are answered by the whole
    file: the specification allows it, and no podcast app needs more.
    """
    match = _ONE_RANGE.fullmatch(header.replace(" ", "")) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return _suffix(int(last), size)
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if start >= size:
        raise Unsatisfiable
    if last and int(last) < start:
        return None  # not a valid range, so the header does not count
    return Span(start, end - start + 1, size)


def _suffix(length: int, size: int) -> Span:
    if length == 0 or size == 0:
        raise Unsatisfiable
    taken = min(length, size)
    return Span(size - taken, taken, size)
