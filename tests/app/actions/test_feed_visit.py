from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from app.actions.feed_visit import drift, visit
from app.errors import NotReady
from app.outbound import Answer, Outbound

HOME = "https://a.example"
FEED = f"{HOME}/feed.xml"
BODY = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Demo</title>
<itunes:image href="{HOME}/art.jpg"/>
<item><title>One</title><guid>g1</guid>
<pubDate>Sun, 22 Nov 2026 17:36:00 +0000</pubDate>
<enclosure url="{HOME}/one.mp3" length="500" type="audio/mpeg"/>
<podcast:transcript url="{HOME}/one.vtt" type="text/vtt"/>
<podcast:chapters url="{HOME}/one.json" type="application/json+chapters"/>
</item></channel></rss>""".encode()
OPEN = {"access-control-allow-origin": "*"}


@dataclass(frozen=True, slots=True)
class Web(Outbound):
    """The outside world: what each address answers to each method."""

    answers: dict[str, Answer] = field(default_factory=dict)

    def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        most_bytes: int,
    ) -> Answer:
        told = dict(headers or {})
        if "Range" in told:
            method = "RANGE"
        if told.get("If-None-Match"):
            method = "AGAIN"
        found = self.answers.get(f"{method} {url}")
        if found is None:
            raise NotReady(f"{url} does not answer.")
        return found


def healthy() -> dict[str, Answer]:
    sound = {"content-length": "500", "content-type": "audio/mpeg"}
    part = {"content-range": "bytes 0-1/500"}
    feed = {"content-type": "application/rss+xml; charset=utf-8", "etag": '"1"'}
    return {
        f"GET {FEED}": Answer(200, feed, BODY),
        f"AGAIN {FEED}": Answer(304, {}, b""),
        f"HEAD {HOME}/one.mp3": Answer(200, sound, b""),
        f"RANGE {HOME}/one.mp3": Answer(206, part, b"ID"),
        f"HEAD {HOME}/art.jpg": Answer(200, {"content-type": "image/jpeg"}, b""),
        f"HEAD {HOME}/one.vtt": Answer(200, OPEN, b""),
        f"HEAD {HOME}/one.json": Answer(200, OPEN, b""),
    }


Change = Callable[[Answer], Answer | None]


def header(name: str, value: str) -> Change:
    return lambda a: replace(a, headers={**a.headers, name: value})


def status(number: int) -> Change:
    return lambda a: replace(a, status=number)


def nothing(answer: Answer) -> None:
    return None


def test_of_a_healthy_feed_nothing_is_said() -> None:
    seen = visit(Web(answers=healthy()), FEED)

    assert seen.problems == []
    assert seen.dates == {"g1": "Sun, 22 Nov 2026 17:36:00 +0000"}


@pytest.mark.parametrize(
    ("asked", "change", "rule"),
    [
        (f"GET {FEED}", nothing, "live-feed-unreachable"),
        (f"GET {FEED}", status(502), "live-feed-unreachable"),
        (f"GET {FEED}", header("content-type", "text/html"), "live-feed-type"),
        (f"GET {FEED}", header("etag", ""), "live-feed-304"),
        (f"AGAIN {FEED}", status(200), "live-feed-304"),
        (f"HEAD {HOME}/one.mp3", nothing, "live-enclosure-unreachable"),
        (f"HEAD {HOME}/one.mp3", status(404), "live-enclosure-unreachable"),
        (
            f"HEAD {HOME}/one.mp3",
            header("content-length", "499"),
            "live-enclosure-length",
        ),
        (
            f"HEAD {HOME}/one.mp3",
            header("content-type", "text/plain"),
            "live-enclosure-type",
        ),
        (f"RANGE {HOME}/one.mp3", status(200), "live-enclosure-ranges"),
        (
            f"RANGE {HOME}/one.mp3",
            header("content-range", "bytes 0-1/9"),
            "live-enclosure-ranges",
        ),
        (f"HEAD {HOME}/art.jpg", status(404), "live-artwork"),
        (f"HEAD {HOME}/art.jpg", header("content-type", "text/html"), "live-artwork"),
        (f"HEAD {HOME}/one.vtt", status(404), "live-text-unreachable"),
        (
            f"HEAD {HOME}/one.json",
            header("access-control-allow-origin", ""),
            "live-text-cors",
        ),
    ],
)
def test_each_fault_is_found_by_its_name(asked: str, change: Change, rule: str) -> None:
    answers = healthy()
    changed = change(answers.pop(asked))
    if changed is not None:
        answers[asked] = changed

    seen = visit(Web(answers=answers), FEED)

    assert [problem.rule for problem in seen.problems] == [rule]


def test_a_guid_that_is_gone_or_a_date_that_moved_is_told() -> None:
    before = {"a": "Mon", "b": "Tue", "c": "Wed"}

    found = drift(before, {"a": "Sun", "d": "Thu"}, known={"a", "b", "d"})

    assert [(p.rule, p.where) for p in found] == [
        ("guid-drift", "feed"),
        ("date-drift", "a"),
    ]


def test_an_episode_that_was_taken_back_is_no_drift() -> None:
    assert drift({"a": "Mon"}, {}, known=set()) == []
