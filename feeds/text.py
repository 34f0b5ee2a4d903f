"""Somebody's words, made fit for XML and for the limits that directories set."""

import re

LINE_CHARACTERS = 255  # Apple's limit for any text that names no other
DESCRIPTION_BYTES = 4000
NAMESPACE_CHARACTERS = 128  # the podcast namespace's limit

# XML has no place for these, nor would anybody see them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def paragraphs(text: str, limit_bytes: int = DESCRIPTION_BYTES) -> str:
    """Text whose lines are kept, at most so many bytes long."""
    return cut(printable(text).strip(), limit_bytes)


def line(text: str, limit_characters: int = LINE_CHARACTERS) -> str:
    """Text on one line, blanks collapsed, at most so many characters long."""
    one = " ".join(printable(text).split())
    if len(one) <= limit_characters:
        return one
    return one[: limit_characters - 1].rstrip() + "…"


def cut(text: str, limit_bytes: int) -> str:
    """The longest beginning that fits, and a sign that something is missing."""
    data = text.encode()
    if len(data) <= limit_bytes:
        return text
    room = limit_bytes - len("…".encode())
    return data[: max(room, 0)].decode(errors="ignore").rstrip() + "…"


def printable(text: str) -> str:
    """Text without the characters that XML forbids."""
    if text.isprintable():  # nearly always, and then nothing need be looked for
        return text
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n"))
