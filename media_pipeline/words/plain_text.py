"""Text from outside, without anything that is not text."""

import html
import re
import unicodedata

from media_pipeline.errors import UnusableText

LARGEST_BYTES = 10_000_000

_SPACES = re.compile(r"\s+")
# Categories of control, format, surrogate, private and unassigned characters; they
# turn the direction of a line, hide words, or break XML.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINERS = {"\u200c", "\u200d"}  # Persian, Hindi and families of emoji need these


def decode(data: bytes, what: str) -> str:
    """Text in UTF-8, or as old editors saved it. Raises `UnusableText`."""
    if len(data) > LARGEST_BYTES:
        raise UnusableText(f"The {what} is larger than any real one.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnusableText(f"The {what} is not a text file.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    """The visible characters of a text, on one line."""
    return _SPACES.sub(" ", _visible(_SPACES.sub(" ", text))).strip()


def without_tags(marked_up: str) -> str:
    """The words of WebVTT, where every < begins a tag; entities become characters."""
    first, *rest = marked_up.split("<")
    words = first + "".join(part.partition(">")[2] for part in rest)
    return html.unescape(words)


def _visible(text: str) -> str:
    if text.isprintable():  # none of them, and found out much faster
        return text
    return "".join(
        letter
        for letter in text
        if letter in _JOINERS or unicodedata.category(letter) not in _UNSAFE
    )
