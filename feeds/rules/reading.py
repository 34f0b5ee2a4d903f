"""A feed as a tree: read without entities, a DTD or the network."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from feeds.rules.problem import ERROR, WARNING, Element, Problem
from feeds.xml import ATOM, CONTENT, ITUNES, OLD_PODCAST, PODCAST

PREFIXES = {"itunes": ITUNES, "podcast": PODCAST, "atom": ATOM, "content": CONTENT}
_EXTENDED = re.compile(r"(itunes|podcast|atom|content):")


class UnreadableFeed(Exception):
    """It cannot be judged any further than this one problem."""

    def __init__(self, rule: str, message: str, cure: str) -> None:
        super().__init__(message)
        self.problem = Problem(rule, ERROR, "the file", message, cure)


@dataclass(frozen=True, slots=True)
class Tree:
    """The channel of a feed, and what is odd about the XML around it."""

    channel: Element
    problems: tuple[Problem, ...]


def read(feed: bytes) -> Tree:
    """Read a feed, or raise `UnreadableFeed`."""
    root = _parse(feed)
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        raise UnreadableFeed(
            "rss-version",
            "This is not an RSS 2.0 feed with a channel.",
            'Begin with <rss version="2.0"><channel>.',
        )
    problems = [*_odd_encoding(root), *_odd_namespaces(root)]
    _rename_old_namespace(root)
    return Tree(channel, tuple(problems))


def tag(name: str) -> str:
    """`itunes:image` as lxml writes it."""
    prefix, colon, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}" if colon else name


def shown(element: Element) -> str:
    """The name of an element as people write it."""
    name = str(element.tag)
    for prefix, uri in PREFIXES.items():
        name = name.replace(f"{{{uri}}}", f"{prefix}:")
    return name


def children(parent: Element, name: str) -> list[Element]:
    """All children of this name."""
    return parent.findall(tag(name))


def text_of(parent: Element, name: str) -> str:
    """What the first child of this name says, without blanks around it."""
    found = parent.find(tag(name))
    return (found.text or "").strip() if found is not None else ""


def attribute_of(parent: Element, name: str, attribute: str) -> str:
    """An attribute of the first child of this name."""
    found = parent.find(tag(name))
    return found.get(attribute, "").strip() if found is not None else ""


def inside(parent: Element) -> Iterator[Element]:
    """Everything inside a channel but its items, or inside an item."""
    for child in parent.iterchildren("*"):
        if child.tag != "item":
            yield from child.iter("*")


def _parse(feed: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        strip_cdata=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(feed, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFeed(
            "xml-malformed",
            f"The XML is broken: {error}.",
            "Escape &, < and > in texts, close every tag, and send it whole.",
        ) from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableFeed(
            "xml-doctype",
            "The feed brings a document type, which apps refuse for safety.",
            "Remove the <!DOCTYPE ...> and write entities as characters.",
        )
    return root


def _odd_encoding(root: Element) -> Iterator[Problem]:
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    if encoding.upper() not in {"UTF-8", "UTF8", "US-ASCII", "ASCII"}:
        message = f"The feed is written in {encoding}."
        yield Problem("xml-encoding", ERROR, "the file", message, "Write it in UTF-8.")


def _odd_namespaces(root: Element) -> Iterator[Problem]:
    for prefix, uri in PREFIXES.items():
        declared = root.nsmap.get(prefix)
        if declared is None:
            yield Problem(
                "namespace-missing",
                WARNING,
                "rss",
                f"The namespace {prefix} is not declared.",
                f'Add xmlns:{prefix}="{uri}".',
            )
        elif declared not in {uri, OLD_PODCAST}:
            yield Problem(
                "namespace-address",
                ERROR,
                "rss",
                f"The namespace {prefix} has a wrong address: {declared}.",
                f'Write exactly xmlns:{prefix}="{uri}", also its case.',
            )


def _rename_old_namespace(root: Element) -> None:
    old = f"{{{OLD_PODCAST}}}"
    for element in root.iter(f"{old}*"):
        element.tag = str(element.tag).replace(old, f"{{{PODCAST}}}")
