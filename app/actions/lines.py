"""What a host writes as lines, one for each thing: read, and written as they were."""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from urllib.parse import urlsplit

from app.errors import BadRequest
from app.models.identity import clean_line

MOST_LINES = 20
LONGEST_LINE = 300  # characters
_PLACE = re.compile(r"(?P<name>.+?),\s*(?P<country>[A-Za-z]{2})")


def links(words: str) -> Callable[[str], list[dict[str, str]]]:
    """Read an address and its words from each line."""

    def read(text: str) -> list[dict[str, str]]:
        found = []
        for line in typed(text):
            url, _, said = line.partition(" ")
            if not is_web(url):
                raise BadRequest(
                    f"Please begin each line with an address (https://): {line[:60]}"
                )
            found.append({"url": url, words: said.strip()})
        return found

    return read


def places(text: str) -> list[dict[str, str]]:
    """Read a city and its country from each line; never a house."""
    found = []
    for line in typed(text):
        match = _PLACE.fullmatch(line)
        name = match["name"] if match else line
        country = match["country"].upper() if match else ""
        if any(character.isdigit() for character in name):
            raise BadRequest(
                f"A city is near enough, please no street or number: {line[:60]}"
            )
        found.append({"name": name, "country": country})
    return found


def write_places(kept: Iterable[Mapping[str, str]]) -> str:
    """The places as they were written."""
    pairs = ((place["name"], place["country"]) for place in kept)
    return "\n".join(", ".join(part for part in pair if part) for pair in pairs)


def one(text: str, longest: int) -> str:
    """Read the only line."""
    line = clean_line(text)
    if len(line) > longest:
        raise BadRequest(f"Please keep this under {longest} characters.")
    return line


def one_of(text: str, known: Container[str]) -> str:
    """Read what was chosen."""
    if text not in known:
        raise BadRequest("Please choose one of these.")
    return text


def address(text: str) -> str:
    """Read the address of something on the web, or nothing."""
    line = one(text, LONGEST_LINE)
    if line and not is_web(line):
        raise BadRequest("Please write the whole address: https://...")
    return line


def typed(text: str) -> list[str]:
    """The lines that say something."""
    lines = [clean_line(line) for line in text.splitlines()]
    kept = [line for line in lines if line]
    if len(kept) > MOST_LINES:
        raise BadRequest(f"Please keep it to {MOST_LINES} lines.")
    if any(len(line) > LONGEST_LINE for line in kept):
        raise BadRequest(f"Please keep each line under {LONGEST_LINE} characters.")
    return kept


def is_web(url: str) -> bool:
    """Whether it is the address of something on the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def write(rows: Iterable[Iterable[str]]) -> str:
    """A line for each row."""
    return "\n".join(" ".join(part for part in row if part) for row in rows)
