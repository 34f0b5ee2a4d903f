"""Whether the podcast namespace is used as it is written: readers drop what is not."""

import re
from collections import Counter
from collections.abc import Iterator

from feeds.rules.namespace_tags import TAGS, Tag
from feeds.rules.problem import ERROR, WARNING, Element, each_rule
from feeds.rules.reading import inside, shown
from feeds.xml import PODCAST

_OURS = f"{{{PODCAST}}}"


@each_rule("podcast-tag-unknown", WARNING, "Leave it out: no app reads it.")
def tag_unknown(element: Element) -> Iterator[str]:
    for child in _tags(element):
        if _name(child) not in TAGS:
            yield f"The namespace has no {shown(child)}."


@each_rule("podcast-tag-misplaced", ERROR, "Move it to where the namespace wants it.")
def tag_misplaced(element: Element) -> Iterator[str]:
    for child, known in _known(element):
        parent = child.getparent()
        if parent is not None and _name(parent) not in known.parents:
            yield f"{shown(child)} may not be in {shown(parent)}."


@each_rule("podcast-tag-repeated", ERROR, "Keep one.")
def tag_repeated(element: Element) -> Iterator[str]:
    counts = Counter(
        (child.getparent(), _name(child))
        for child, known in _known(element)
        if known.is_single
    )
    for (_, name), count in counts.items():
        if count > 1:
            yield f"podcast:{name} is there {count} times."


@each_rule("podcast-attribute-missing", ERROR, "Add it: readers drop the tag without.")
def attribute_missing(element: Element) -> Iterator[str]:
    for child, known in _known(element):
        for name in known.required:
            if not child.get(name):
                yield f"{shown(child)} has no {name}."


@each_rule("podcast-attribute-unknown", WARNING, "Check its spelling, also its case.")
def attribute_unknown(element: Element) -> Iterator[str]:
    for child, known in _known(element):
        for name in child.attrib:
            if name not in known.required | known.optional:
                yield f"{shown(child)} knows no {name!s}."


@each_rule("podcast-attribute-value", ERROR, "Look its values up in the namespace.")
def attribute_value(element: Element) -> Iterator[str]:
    for child, known in _known(element):
        for name, pattern in (known.required | known.optional).items():
            value = child.get(name)
            if value and not re.fullmatch(pattern, value, re.DOTALL):
                yield f"{shown(child)} says {name}={value!r}."


@each_rule("podcast-text", ERROR, "Look up in the namespace what it may say.")
def text_value(element: Element) -> Iterator[str]:
    for child, known in _known(element):
        text = (child.text or "").strip()
        if known.text and not re.fullmatch(known.text, text, re.DOTALL):
            yield f"{shown(child)} says {text!r}."


@each_rule("podcast-text-too-long", WARNING, "Shorten it: apps cut it anywhere.")
def text_too_long(element: Element) -> Iterator[str]:
    for child, known in _known(element):
        size = len((child.text or "").strip())
        if size > known.longest:
            yield f"{shown(child)} is {size} characters long; {known.longest} fit."


def _tags(element: Element) -> Iterator[Element]:
    return (child for child in inside(element) if str(child.tag).startswith(_OURS))


def _known(element: Element) -> Iterator[tuple[Element, Tag]]:
    for child in _tags(element):
        if found := TAGS.get(_name(child)):
            yield child, found


def _name(element: Element) -> str:
    return str(element.tag).removeprefix(_OURS)
