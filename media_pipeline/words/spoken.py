"""Who says what, in text that has no markup for it: `Ada: Good morning.`

Such text is guessed at: "Note: this" is no person. Where the guess would be wrong, a
word joiner, which nobody sees and which is never part of what we keep, stands in front:
then a name ends at the next one, and without a next one nobody is named.
"""

import re

JOINER = "\u2060"  # WORD JOINER
NAME_ENDS = f"{JOINER}: "
_LONGEST_NAME_WORDS = 4

_SPACES = re.compile(r"\s+")
_SAID_BY = re.compile(r"(?P<name>[^\W\d_][^:.,;!?]{0,39}): (?P<text>\S.*)")


def written(speaker: str, text: str, *, marked: bool = False) -> str:
    """One line that `heard` takes apart again; `marked` does without any guess."""
    plain = f"{speaker}: {text}" if speaker else text
    if not marked and heard(plain) == (speaker, text):
        return plain
    return f"{JOINER}{speaker}{NAME_ENDS}{text}" if speaker else f"{JOINER}{text}"


def heard(line: str) -> tuple[str, str]:
    """Who says it, or "", and what."""
    line = _SPACES.sub(" ", line).strip()
    if line.startswith(JOINER):
        speaker, ends, text = line[1:].partition(NAME_ENDS)
        return (speaker, text) if ends else ("", line[1:])
    found = _SAID_BY.fullmatch(line)
    if found and _is_name(found["name"].split()):
        return found["name"], found["text"]
    return "", line


def is_nobodys(line: str) -> bool:
    """Whether it is marked as said by nobody who is named."""
    line = line.lstrip()
    return line.startswith(JOINER) and not heard(line)[0]


def _is_name(words: list[str]) -> bool:
    # "Speaker 1" and "Ada van Dijk" are names; "And then he said" is not.
    is_short = len(words) <= _LONGEST_NAME_WORDS
    return is_short and not (words[0][0].islower() or words[-1][0].islower())
