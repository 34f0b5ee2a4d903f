"""Somebody who is told of changes, and a clock that can be put forward."""

import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from app.actions import announcing, syndication
from app.database import now
from app.models import Show
from app.platform import Platform
from tests.factories import make_episode, publish

FEED = "shows/demo/feed.xml"
QUIET = announcing.QUIET
SECOND = timedelta(seconds=1)


class Listener:
    """A hub and a podping writer; answers what it is told to, and remembers."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 202
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                self.answer(self.rfile.read(size).decode())

            def do_GET(self) -> None:
                self.answer(urlsplit(self.path).query)

            def answer(self, form: str) -> None:
                told = {name: values[0] for name, values in parse_qs(form).items()}
                told["token"] = self.headers.get("Authorization") or ""
                outer.asked.append(told)
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def door(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def about(self, path: str) -> list[dict[str, str]]:
        return [told for told in self.asked if told["hub.url"].endswith(path)]


class Clock:
    def __init__(self) -> None:
        self.late = timedelta()

    def __call__(self) -> datetime:
        return now() + self.late


def add_episode(platform: Platform, show_id: str, title: str) -> None:
    with platform.database.session() as session:
        show = session.get_one(Show, show_id)
        publish(make_episode(session, show, title))
        show.touch()
    syndication.refresh_show(platform, show_id)


def wait(platform: Platform, clock: Clock, period: timedelta) -> None:
    clock.late += period
    announcing.announce_due(platform)
