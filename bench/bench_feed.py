"""What a feed costs: beside a bare ASGI app that sends the same bytes, in one run.

    python -m bench.bench_feed [--items 1000] [--seconds 2] [--rounds 5]

Both apps run under the same server in a process of their own; the rounds alternate, and
the median counts, so that a busy machine is busy for both.
"""

import argparse
import asyncio
import gzip
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from sqlalchemy import select

from app.actions import publication, syndication
from app.database import Base
from app.main import create_app
from app.models import Consent, FeedSnapshot, Show
from app.platform import Platform
from app.settings import Settings
from feeds import rss
from tests.factories import add_words, make_show, make_video, publish

CONNECTIONS = 8
PATH = "/shows/demo/feed.xml"
GOAL = 0.8  # of what the bare app does
_ADDED = {b"date", b"server", b"content-length"}
_LEAST = [
    (b"content-type", b"application/rss+xml; charset=utf-8"),
    (b"content-encoding", b"gzip"),
]


@dataclass(frozen=True, slots=True)
class Round:
    """What one server did in one round."""

    per_second: float
    cpu_ms: float  # of the server, per request


@dataclass(frozen=True, slots=True)
class Same:
    """What a bare app answers with."""

    body: bytes
    headers: list[tuple[bytes, bytes]]


class Bare:
    """The least that an ASGI app can do: the same bytes, whoever asks."""

    def __init__(self, answer: Same) -> None:
        self._body, self._headers = answer.body, answer.headers

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        start = {"type": "http.response.start", "status": 200}
        length = (b"content-length", str(len(self._body)).encode())
        await send({**start, "headers": [*self._headers, length]})
        await send({"type": "http.response.body", "body": self._body})


def main() -> None:
    """Measure, and print the ratios."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=Path(folder),
            public_url="https://cast.example",
        )
        kept = _fill(settings, options.items)
        least = Same(kept.gzip, _LEAST)
        with _serving(settings, None) as ours, _serving(settings, least) as bare:
            equal = Same(kept.gzip, asyncio.run(_headers(ours.port)))
            with _serving(settings, equal) as same:
                _compare(options, kept, {"ours": ours, "bare": bare, "same": same})


def _compare(
    options: argparse.Namespace, kept: FeedSnapshot, servers: dict[str, "Server"]
) -> None:
    whole = "Accept-Encoding: gzip"
    held = f'{whole}\r\nIf-None-Match: "{kept.etag}-gzip"'
    asked = {name: (server, whole) for name, server in servers.items()}
    asked["304"] = (servers["ours"], held)
    rounds: dict[str, list[Round]] = {name: [] for name in asked}
    for _ in range(options.rounds):
        for name, (server, headers) in asked.items():
            rounds[name].append(server.load(headers, options.seconds))
    rates = {name: _median(done) for name, done in rounds.items()}
    for name, done in rates.items():
        print(f"{name:5} {done.per_second:8.0f} req/s {done.cpu_ms:6.3f} CPU-ms")
    ours = rates["ours"].per_second
    print(f"to bare ASGI with the same headers: {ours / rates['same'].per_second:.2f}")
    print(f"to bare ASGI with three headers: {ours / rates['bare'].per_second:.2f}")
    print(f"(goal {GOAL}); 304 to 200: {rates['304'].per_second / ours:.2f}")


def _median(rounds: list[Round]) -> Round:
    return Round(
        per_second=statistics.median(r.per_second for r in rounds),
        cpu_ms=statistics.median(r.cpu_ms for r in rounds),
    )


def _fill(settings: Settings, count: int) -> FeedSnapshot:
    platform = Platform.open(settings)
    Base.metadata.create_all(platform.database.engine)
    with platform.database.session() as session:
        show = make_show(session)
        for number in range(count):
            title = f"Conversation number {number} about something else"
            publish(make_video(session, show, title, number=number + 1))
        publish(add_words(make_video(session, show, "The last one"), session))
        channel = syndication.document_of(session, platform, show)
        show_id = show.id
    print(f"{_seconds(lambda: rss.render(channel)):.2f} s to render {count} items")
    refresh = _seconds(lambda: syndication.refresh_show(platform, show_id))
    print(
        f"{refresh:.2f} s from rows to kept bytes, with the feeds of films and topics"
    )
    print(f"{_until_visible(platform, show_id):.2f} s until a new episode is in it")
    with platform.database.reading() as session:
        kept = session.get_one(FeedSnapshot, PATH[1:])
    platform.close()
    print(f"{len(kept.body)} bytes, {len(kept.gzip)} gzipped")
    assert gzip.decompress(kept.gzip) == kept.body
    return kept


def _until_visible(platform: Platform, show_id: str) -> float:
    """How long after it was published the kept feed has an episode."""
    with platform.database.session() as session:
        episode = make_video(session, session.get_one(Show, show_id), "Just now")
        episode.consents.append(Consent(statement="Everybody has said yes."))
        session.flush()
        guid, episode_id = episode.guid.encode(), episode.id
    began = time.perf_counter()
    publishing = Thread(target=publication.publish, args=(platform, episode_id, None))
    publishing.start()
    while guid not in _body(platform):
        time.sleep(0.01)
    seconds = time.perf_counter() - began
    publishing.join()
    return seconds


def _body(platform: Platform) -> bytes:
    mine = select(FeedSnapshot.body).where(FeedSnapshot.path == PATH[1:])
    with platform.database.reading() as session:
        return session.scalar(mine) or b""


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own."""

    port: int
    pid: int

    def load(self, headers: str, seconds: float) -> Round:
        """Ask as often as it answers, on some connections at once."""
        before = self._cpu_seconds()
        answered = asyncio.run(_load(self.port, headers, seconds))
        spent = self._cpu_seconds() - before
        return Round(answered / seconds, 1000 * spent / answered)

    def _cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def _serving(settings: Settings, answer: Same | None) -> Iterator[Server]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(settings, answer, port)
    )
    process.start()
    try:
        _wait_for(port)
        yield Server(port, process.pid or 0)
    finally:
        process.terminate()
        process.join()


def _serve(settings: Settings, answer: Same | None, port: int) -> None:
    app = Bare(answer) if answer is not None else create_app(settings)
    uvicorn.run(app, port=port, log_level="error", access_log=False)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start")


async def _load(port: int, headers: str, seconds: float) -> int:
    request = f"GET {PATH} HTTP/1.1\r\nHost: cast.example\r\n{headers}\r\n\r\n".encode()
    length = await _length_of(port, request)
    deadline = time.monotonic() + seconds
    asking = (_ask(port, request, length, deadline) for _ in range(CONNECTIONS))
    return sum(await asyncio.gather(*asking))


async def _headers(port: int) -> list[tuple[bytes, bytes]]:
    """What we say about the feed; the server adds the rest by itself."""
    request = f"GET {PATH} HTTP/1.1\r\nHost: cast.example\r\nAccept-Encoding: gzip\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{request}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    lines = head.strip().split(b"\r\n")[1:]
    told = [(name, value) for name, _, value in (at.partition(b": ") for at in lines)]
    return [(name, value) for name, value in told if name not in _ADDED]


async def _length_of(port: int, request: bytes) -> int:
    """How long an answer is: all are equally long, so that nothing need be parsed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(
        line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if line
    )
    writer.close()
    body = 0 if b" 304 " in head[:16] else int(fields[b"content-length"])
    return len(head) + body


async def _ask(port: int, request: bytes, length: int, deadline: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 * length)
    answered = 0
    while time.monotonic() < deadline:
        writer.write(request)
        await reader.readexactly(length)
        answered += 1
    writer.close()
    return answered


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
