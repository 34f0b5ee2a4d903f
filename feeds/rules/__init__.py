"""What Apple and others insist on: every rule by its name, each with a cure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from feeds.rules import channel, dates, enclosure, item, meaning, namespace, texts
from feeds.rules.problem import RULES, Problem, Severity, Sheet
from feeds.rules.reading import Tree, UnreadableFeed, read, text_of

__all__ = ["RULES", "Problem", "Severity", "check", "report"]

# Imported for the rules that they add.
_CHAPTERS = (channel, item, enclosure, dates, texts, namespace, meaning)
_ORDER = [Severity.ERROR, Severity.WARNING, Severity.HINT]


def check(feed: bytes, now: datetime | None = None) -> list[Problem]:
    """Everything that is wrong with a feed, in the order of the feed."""
    try:
        tree = read(feed)
    except UnreadableFeed as error:
        return [error.problem]
    return [*tree.problems, *_broken(tree, now or datetime.now(UTC))]


def report(problems: Iterable[Problem]) -> str:
    """The problems in lines for people, the worst first."""
    ordered = sorted(problems, key=lambda problem: _ORDER.index(problem.severity))
    lines = [str(problem) for problem in ordered]
    return "\n".join(lines) if lines else "Nothing to complain about."


def _broken(tree: Tree, now: datetime) -> list[Problem]:
    sheet = Sheet(tree.channel, now)
    places = {element: number for number, element in enumerate(sheet.items, start=1)}
    found = [
        (places.get(element, 0), rule, message)
        for rule in RULES.values()
        for element, message in rule.find(sheet)
    ]
    found.sort(key=lambda finding: finding[0])
    return [
        Problem(rule.name, rule.severity, _where(sheet, place), message, rule.cure)
        for place, rule, message in found
    ]


def _where(sheet: Sheet, place: int) -> str:
    if place == 0:
        return "channel"
    title = text_of(sheet.items[place - 1], "title")[:60]
    return f"item {place} ({title})" if title else f"item {place}"
