"""A rule of the podcast world, and a place in a feed where it is broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lxml import etree

Element = etree._Element


class Severity(StrEnum):
    """What a broken rule costs."""

    ERROR = "error"  # directories refuse the feed, or apps drop the episode
    WARNING = "warning"  # it works, and listeners miss something
    HINT = "hint"  # worth a thought


ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where, what, and what to do about it."""

    rule: str
    severity: Severity
    where: str
    message: str
    cure: str

    def __str__(self) -> str:
        told = f"{self.severity}: {self.where}: {self.message} {self.cure}"
        return f"{told} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A feed that could be read, and the moment in which it is judged."""

    channel: Element
    now: datetime

    @property
    def items(self) -> list[Element]:
        """The episodes, in the order of the feed."""
        return self.channel.findall("item")


# What a rule finds: the element that breaks it, and what is wrong with it.
Finding = tuple[Element, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule, and how to find the places where it is broken."""

    name: str
    severity: Severity
    cure: str
    find: Callable[[Sheet], Iterator[Finding]]


RULES: dict[str, Rule] = {}


def rule(
    name: str, severity: Severity, cure: str
) -> Callable[[Callable[[Sheet], Iterator[Finding]]], Rule]:
    """Make a rule of a function that finds where a whole feed breaks it."""

    def named(find: Callable[[Sheet], Iterator[Finding]]) -> Rule:
        RULES[name] = Rule(name, severity, cure, find)
        return RULES[name]

    return named


Judge = Callable[[Element], Iterator[str]]


def channel_rule(name: str, severity: Severity, cure: str) -> Callable[[Judge], Rule]:
    """Make a rule of a function that says what is wrong with a channel."""

    def named(judge: Judge) -> Rule:
        def find(sheet: Sheet) -> Iterator[Finding]:
            return ((sheet.channel, message) for message in judge(sheet.channel))

        return rule(name, severity, cure)(find)

    return named


def item_rule(name: str, severity: Severity, cure: str) -> Callable[[Judge], Rule]:
    """Make a rule of a function that says what is wrong with an item."""

    def named(judge: Judge) -> Rule:
        def find(sheet: Sheet) -> Iterator[Finding]:
            for item in sheet.items:
                yield from ((item, message) for message in judge(item))

        return rule(name, severity, cure)(find)

    return named


def each_rule(name: str, severity: Severity, cure: str) -> Callable[[Judge], Rule]:
    """Make a rule of a function that judges the channel and every item alike."""

    def named(judge: Judge) -> Rule:
        def find(sheet: Sheet) -> Iterator[Finding]:
            for element in (sheet.channel, *sheet.items):
                yield from ((element, message) for message in judge(element))

        return rule(name, severity, cure)(find)

    return named
