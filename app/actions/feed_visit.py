"""A visit to a feed over HTTP, as an app would pay it: does what it says hold true?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.errors import CommoncastError
from app.outbound import Answer, Outbound
from feeds.rules.problem import ERROR, WARNING, Element, Problem, Severity
from feeds.rules.reading import attribute_of, children, read, text_of

FEED_TYPES = ("application/rss+xml", "application/xml", "text/xml")
TOUCHED_BYTES = 2  # of each file: enough to see that ranges work

Judge = Callable[["_Visit"], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visit has shown."""

    problems: list[Problem]
    dates: dict[str, str]  # of every item: guid -> pubDate
    guid: str = ""  # of the show


def visit(outbound: Outbound, feed_url: str) -> Seen:
    """Ask for a feed and for everything that it names."""
    try:
        answer = outbound.ask(feed_url, most_bytes=32 * 1024 * 1024)
    except CommoncastError as error:
        return Seen([_problem("live-feed-unreachable", error.sentence)], {})
    if answer.status != 200:
        said = f"The feed answers {answer.status}."
        return Seen([_problem("live-feed-unreachable", said)], {})
    visiting = _Visit(outbound, feed_url, answer)
    problems = [problem for judge in _JUDGES for problem in judge(visiting)]
    guid = text_of(visiting.channel, "podcast:guid")
    return Seen(problems, visiting.dates(), guid)


def drift(
    before: dict[str, str], after: dict[str, str], known: set[str]
) -> list[Problem]:
    """Guids and dates that changed since the last visit; `known` should be there.

    An app takes an episode with a new guid for a new one, and plays it twice.
    """
    lost = [guid for guid in before if guid in known and guid not in after]
    moved = [g for g in before if g in after and before[g] != after[g]]
    return [
        *(_problem("guid-drift", f"The guid {guid} is gone.") for guid in lost),
        *(
            _problem("date-drift", f"Was {before[guid]}, is {after[guid]}.", guid)
            for guid in moved
        ),
    ]


def show_drift(expected: str, seen: str) -> list[Problem]:
    """Whether the show is another one than the directories know by its guid."""
    if seen == expected:
        return []
    said = f"The feed says {seen or 'nothing'}, the show is {expected}."
    return [_problem("show-guid-drift", said)]


class _Visit:
    def __init__(self, outbound: Outbound, feed_url: str, answer: Answer) -> None:
        self.outbound = outbound
        self.feed_url = feed_url
        self.answer = answer
        self.channel = read(answer.body).channel

    @property
    def items(self) -> list[Element]:
        return children(self.channel, "item")

    def dates(self) -> dict[str, str]:
        return {text_of(i, "guid"): text_of(i, "pubDate") for i in self.items}

    def ask(self, url: str, method: str = "HEAD", **headers: str) -> Answer | str:
        """What an address answers, or a sentence about why it does not."""
        try:
            return self.outbound.ask(
                url, method=method, headers=headers, most_bytes=1024 * 1024
            )
        except CommoncastError as error:
            return error.sentence


def _feed(visiting: _Visit) -> Iterator[Problem]:
    headers = visiting.answer.headers
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if kind not in FEED_TYPES:
        yield _problem("live-feed-type", f"The feed is sent as {kind or 'nothing'}.")
    etag = headers.get("etag", "")
    again = visiting.ask(visiting.feed_url, "GET", **{"If-None-Match": etag})
    if not etag or isinstance(again, str) or again.status != 304:
        yield _problem("live-feed-304", "An app that has the feed gets it all again.")


def _enclosures(visiting: _Visit) -> Iterator[Problem]:
    for item in visiting.items:
        url = attribute_of(item, "enclosure", "url")
        if url:
            yield from _enclosure(visiting, item, url)


def _enclosure(visiting: _Visit, item: Element, url: str) -> Iterator[Problem]:
    where = text_of(item, "title")[:60]
    head = visiting.ask(url)
    if isinstance(head, str) or head.status != 200:
        said = head if isinstance(head, str) else f"HEAD answers {head.status}."
        yield _problem("live-enclosure-unreachable", said, where)
        return
    promised = attribute_of(item, "enclosure", "length")
    there = head.headers.get("content-length", "")
    if there != promised:
        said = f"It has {there or 'unknown'} bytes, the feed says {promised}."
        yield _problem("live-enclosure-length", said, where)
    kind = head.headers.get("content-type", "").partition(";")[0].strip()
    if kind != attribute_of(item, "enclosure", "type"):
        yield _problem("live-enclosure-type", f"It is sent as {kind}.", where)
    part = visiting.ask(url, "GET", Range=f"bytes=0-{TOUCHED_BYTES - 1}")
    if isinstance(part, str) or not _is_part(part, promised):
        said = "A download that breaks off cannot go on (no byte ranges)."
        yield _problem("live-enclosure-ranges", said, where)


def _is_part(answer: Answer, length: str) -> bool:
    expected = f"bytes 0-{TOUCHED_BYTES - 1}/{length}"
    told = answer.headers.get("content-range", "")
    is_whole = len(answer.body) == TOUCHED_BYTES
    return answer.status == 206 and told == expected and is_whole


def _artwork(visiting: _Visit) -> Iterator[Problem]:
    places = [("channel", visiting.channel)]
    places += [(text_of(item, "title")[:60], item) for item in visiting.items]
    seen: set[str] = set()
    for where, element in places:
        url = attribute_of(element, "itunes:image", "href")
        if url and url not in seen:
            seen.add(url)
            head = visiting.ask(url)
            kind = "" if isinstance(head, str) else head.headers.get("content-type", "")
            if isinstance(head, str) or head.status != 200 or "image/" not in kind:
                yield _problem("live-artwork", f"{url} shows no picture.", where)


def _texts(visiting: _Visit) -> Iterator[Problem]:
    for item in visiting.items:
        where = text_of(item, "title")[:60]
        for name in ("podcast:transcript", "podcast:chapters"):
            for link in children(item, name):
                head = visiting.ask(link.get("url", ""))
                if isinstance(head, str) or head.status != 200:
                    yield _problem("live-text-unreachable", f"No {name}.", where)
                elif head.headers.get("access-control-allow-origin") != "*":
                    said = f"Web players may not read {name}."
                    yield _problem("live-text-cors", said, where)


_JUDGES: tuple[Judge, ...] = (_feed, _enclosures, _artwork, _texts)

_RULES: dict[str, tuple[Severity, str]] = {
    "live-feed-unreachable": (ERROR, "Look whether the site is up and reachable."),
    "live-feed-type": (WARNING, "A server in front must pass Content-Type on."),
    "live-feed-304": (WARNING, "A server in front must pass If-None-Match on."),
    "live-enclosure-unreachable": (ERROR, "Look whether the storage is reachable."),
    "live-enclosure-length": (ERROR, "Nothing may change the file on its way."),
    "live-enclosure-type": (WARNING, "A server in front must pass Content-Type on."),
    "live-enclosure-ranges": (ERROR, "A server in front must pass Range on."),
    "live-artwork": (ERROR, "Hang the picture of the show or episode again."),
    "live-text-unreachable": (WARNING, "Give the chapters or the transcript again."),
    "live-text-cors": (WARNING, "A server in front must pass all headers on."),
    "show-guid-drift": (ERROR, "Tell the keeper: directories will list it twice."),
    "guid-drift": (ERROR, "Tell the keeper: apps will play episodes twice."),
    "date-drift": (WARNING, "Tell the keeper: apps sort episodes by date."),
}


def _problem(rule: str, message: str, where: str = "feed") -> Problem:
    severity, cure = _RULES[rule]
    return Problem(rule, severity, where or "feed", message, cure)
