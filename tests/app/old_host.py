"""A host that a show moves away from: a feed with all that it names, on loopback."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ITEM = """<item><title>{title}</title><guid isPermaLink="false">old-{name}</guid>
<pubDate>{date}</pubDate><itunes:episode>{number}</itunes:episode>
<itunes:season>1</itunes:season>
<enclosure url="{home}/{name}.mp3" length="1" type="audio/mpeg"/>
<description><![CDATA[<p>About <b>{title}</b>.</p><script>x</script>]]></description>
{more}</item>"""
FEED = """<?xml version="1.0"?><rss version="2.0"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Old Talks</title>
<link>{home}</link><description>From the old days</description>
<language>en-GB</language><itunes:author>Ada</itunes:author>
<itunes:category text="Education"><itunes:category text="Courses"/></itunes:category>
<itunes:image href="{home}/cover.png"/>{channel}{items}</channel></rss>"""


@dataclass
class OldHost:
    """What it answers: bytes by path. What is not there is a 404."""

    home: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def door(self) -> str:
        """Its host and port."""
        return self.home.removeprefix("http://")

    def item(self, name: str, number: int, more: str = "", **facts: str) -> str:
        usual = {
            "title": name.capitalize(),
            "date": f"Mon, {number:02} Jan 2024 08:00:00 +0000",
        }
        told = {**usual, **facts}
        return ITEM.format(name=name, number=number, home=self.home, more=more, **told)

    def publish(self, *items: str, channel: str = "", path: str = "/feed.xml") -> str:
        """Serve a feed of these items; its address."""
        body = FEED.format(home=self.home, items="".join(items), channel=channel)
        self.files[path] = body.encode()
        return f"{self.home}{path}"


@contextmanager
def old_host() -> Iterator[OldHost]:
    """It stands for as long as the block lasts."""
    host = OldHost()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append(self.path)
            body = host.files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *arguments: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.home = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
