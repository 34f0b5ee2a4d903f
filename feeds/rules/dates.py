"""When things were published, as RFC 2822 writes it."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from feeds.rules.problem import (
    ERROR,
    WARNING,
    Element,
    Finding,
    Sheet,
    each_rule,
    item_rule,
    rule,
)
from feeds.rules.reading import text_of

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FORM = re.compile(
    rf"({'|'.join(_DAYS)}), \d{{1,2}} [A-Z][a-z]{{2}} \d{{4}} "
    r"\d{2}:\d{2}:\d{2} ([+-]\d{4}|[A-Z]{1,3})"
)
_EXAMPLE = "Write it like this: Sun, 22 Nov 2026 17:36:00 +0000."


@item_rule("date-missing", WARNING, f"Add <pubDate>. {_EXAMPLE}")
def date_missing(item: Element) -> Iterator[str]:
    if not text_of(item, "pubDate"):
        yield "The episode does not say when it was published."


@each_rule("date-format", ERROR, _EXAMPLE)
def date_format(element: Element) -> Iterator[str]:
    for name in ("pubDate", "lastBuildDate"):
        text = text_of(element, name)
        if text and _moment(text) is None:
            yield f"{name} says {text!r}."


@each_rule("date-zone", WARNING, f"Write the zone as a number. {_EXAMPLE}")
def date_zone(element: Element) -> Iterator[str]:
    text = text_of(element, "pubDate")
    if _moment(text) and text[-1].isalpha():
        yield f"The zone of pubDate is a name: {text!r}."


@each_rule("date-weekday", WARNING, "Name the weekday that the date falls on.")
def date_weekday(element: Element) -> Iterator[str]:
    text = text_of(element, "pubDate")
    moment = _moment(text)
    if moment and not text.startswith(_DAYS[moment.weekday()]):
        yield f"{text!r} is no {text[:3]}."


@rule("date-future", ERROR, "Keep scheduled episodes out of the feed until their time.")
def date_future(sheet: Sheet) -> Iterator[Finding]:
    for item in sheet.items:
        moment = _moment(text_of(item, "pubDate"))
        if moment and moment > sheet.now:
            yield item, f"The episode is from the future: {text_of(item, 'pubDate')}."


def _moment(text: str) -> datetime | None:
    if not _FORM.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
        # Without a known zone there is no moment to compare.
        return moment.astimezone(moment.tzinfo)
    except (ValueError, OverflowError):
        return None
