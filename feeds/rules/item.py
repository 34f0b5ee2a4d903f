"""What an episode must say about itself."""

import re
from collections import Counter
from collections.abc import Iterator

from feeds.rules.problem import (
    ERROR,
    HINT,
    WARNING,
    Element,
    Finding,
    Sheet,
    item_rule,
    rule,
)
from feeds.rules.reading import attribute_of, children, text_of

_NUMBERED = re.compile(r"(?:ep(?:isode|\.)?\s*|#|s\d+\s*e)\d+|\d+\s*[.:)-]\s", re.I)
_WHOLE = re.compile(r"[1-9]\d*")


@item_rule("item-title-missing", ERROR, "Give the episode a title.")
def title_missing(item: Element) -> Iterator[str]:
    if not text_of(item, "title"):
        yield "The episode has no title."


@item_rule("item-title-number", HINT, "Use itunes:season and itunes:episode for that.")
def title_number(item: Element) -> Iterator[str]:
    if _NUMBERED.match(text_of(item, "title")):
        yield "The title begins with a number, which apps show by themselves."


@rule("item-title-repeats-show", HINT, "Leave the show out: apps show it beside.")
def title_repeats_show(sheet: Sheet) -> Iterator[Finding]:
    show = text_of(sheet.channel, "title").lower()
    for item in sheet.items:
        title = text_of(item, "title").lower()
        if show and title != show and title.startswith(show):
            yield item, "The title begins with the name of the show."


@item_rule("guid-missing", ERROR, 'Add <guid isPermaLink="false"> with a UUID.')
def guid_missing(item: Element) -> Iterator[str]:
    if not text_of(item, "guid"):
        yield "The episode has no guid."


@rule("guid-duplicate", ERROR, "Give every episode, also a teaser, a guid of its own.")
def guid_duplicate(sheet: Sheet) -> Iterator[Finding]:
    counts = Counter(text_of(item, "guid") for item in sheet.items)
    for item in sheet.items:
        guid = text_of(item, "guid")
        if guid and counts[guid] > 1:
            yield item, f"{counts[guid]} episodes share the guid {guid!r}."


@item_rule("guid-permalink", WARNING, 'Write <guid isPermaLink="false">.')
def guid_permalink(item: Element) -> Iterator[str]:
    guid = text_of(item, "guid")
    is_link = guid.startswith(("http://", "https://"))
    if guid and not is_link and attribute_of(item, "guid", "isPermaLink") != "false":
        yield "The guid is no address, and does not say so."


@item_rule("guid-is-enclosure", WARNING, "Use a UUID: files move, and guids must not.")
def guid_is_enclosure(item: Element) -> Iterator[str]:
    guid = text_of(item, "guid")
    if guid and guid == attribute_of(item, "enclosure", "url"):
        yield "The guid is the address of the file."


@item_rule("item-description-missing", WARNING, "Say in a sentence what is in it.")
def description_missing(item: Element) -> Iterator[str]:
    if not text_of(item, "description"):
        yield "The episode has no description."


@item_rule("item-link-missing", WARNING, "Add <link> with the address of its page.")
def link_missing(item: Element) -> Iterator[str]:
    if not text_of(item, "link").startswith(("http://", "https://")):
        yield "The episode names no web page of its own."


@item_rule("duration-missing", WARNING, "Add <itunes:duration> in seconds.")
def duration_missing(item: Element) -> Iterator[str]:
    if not children(item, "itunes:duration"):
        yield "The episode does not say how long it is."


@item_rule("duration-value", WARNING, "Write whole seconds: 1801.")
def duration_value(item: Element) -> Iterator[str]:
    for duration in children(item, "itunes:duration"):
        if not _WHOLE.fullmatch((duration.text or "").strip()):
            yield f"itunes:duration says {duration.text!r}."


@item_rule(
    "item-explicit-missing", WARNING, "Add <itunes:explicit>false</...>, or true."
)
def explicit_missing(item: Element) -> Iterator[str]:
    if not children(item, "itunes:explicit"):
        yield "The episode does not say whether it has explicit language."


@item_rule("number-value", ERROR, "Write a whole number from 1 on, or leave it out.")
def number_value(item: Element) -> Iterator[str]:
    for name in ("itunes:season", "itunes:episode"):
        for number in children(item, name):
            if not _WHOLE.fullmatch((number.text or "").strip()):
                yield f"{name} says {number.text!r}."


@item_rule("episode-type-value", ERROR, "Write full, trailer or bonus.")
def episode_type_value(item: Element) -> Iterator[str]:
    for kind in children(item, "itunes:episodeType"):
        if (kind.text or "").strip() not in {"full", "trailer", "bonus"}:
            yield f"itunes:episodeType says {kind.text!r}."
