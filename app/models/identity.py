"""Names that nobody can guess, and names that people can read."""

import re
import unicodedata
from uuid import uuid4

# Everything that could turn a line around, hide in it, or end it: control
# characters, zero-width ones, and the marks that change the writing direction.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}  # words in Persian and many emoji need them


def new_id() -> str:
    """A random identity: 32 hexadecimal digits, fit for URLs and storage keys."""
    return uuid4().hex


def slug(text: str, fallback: str = "untitled") -> str:
    """A readable name for an address: lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower().replace("'", ""))
    return "-".join(words)[:80].strip("-") or fallback


def clean_line(text: str) -> str:
    """One line of somebody's text without anything invisible, blanks collapsed."""
    return " ".join("".join(_visible(c) for c in text).split())


def clean_text(text: str) -> str:
    """Somebody's paragraphs without anything invisible; line ends are kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(_visible(c) for c in line).rstrip() for line in lines)


def _visible(character: str) -> str:
    if character in _JOINERS:
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _UNPRINTABLE else character
