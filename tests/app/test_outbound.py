import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.errors import BadRequest, NotFound, NotReady
from app.outbound import Inside, Outbound, is_public

MEGABYTE = 1024 * 1024
PRIVATE = [
    "127.0.0.1",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "fd00::1",
    "fe80::1%eth0",
    "ff02::1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]
# Other ways to write 127.0.0.1, which the system's resolver understands.
DISGUISES = ["2130706433", "0", "127.1", "0x7f.1", "localhost"]


class Site(BaseHTTPRequestHandler):
    """A web site in whose hands we are."""

    asked: list[str]

    def do_GET(self) -> None:
        """Answer as the path says."""
        self.asked.append(self.path)
        kind, _, rest = self.path.lstrip("/").partition("/")
        answers = {"feed": self._feed, "bomb": self._bomb, "short": self._short}
        if kind in ("301", "302"):
            self._answer(int(kind), {"Location": rest or "/feed"})
        elif kind in answers:
            answers[kind]()
        elif kind == "round":
            self._answer(302, {"Location": "/round"})
        else:
            self._answer(404)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet."""

    def _feed(self) -> None:
        self._answer(200, {"Content-Type": "application/rss+xml"}, b"<rss/>")

    def _bomb(self) -> None:
        packed = gzip.compress(bytes(64 * MEGABYTE))
        self._answer(200, {"Content-Encoding": "gzip"}, packed)

    def _short(self) -> None:
        self._answer(200, {"Content-Length": "1000"}, b"not all")
        self.close_connection = True

    def _answer(
        self, status: int, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> None:
        self.send_response(status)
        for name, value in (
            {"Content-Length": str(len(body))} | (headers or {})
        ).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def outbound(site: str) -> Outbound:
    return Outbound(also=frozenset({site}))


@pytest.mark.parametrize("number", PRIVATE)
def test_no_private_number_is_public(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:4700::1111"])
def test_an_address_of_the_open_internet_is(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize("host", [*DISGUISES, "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_is_not_asked_by_any_name(host: str) -> None:
    with pytest.raises(Inside, match="private network"):
        Outbound().fetch(f"http://{host}/", most_bytes=MEGABYTE)


def test_a_name_that_also_stands_for_an_inner_number_is_refused() -> None:
    two_faced = Outbound(resolver=lambda host, port: ["93.184.216.34", "127.0.0.1"])

    with pytest.raises(Inside):
        two_faced.fetch("http://feeds.example/", most_bytes=MEGABYTE)


def test_a_name_is_looked_up_only_once(site: str) -> None:
    asked: list[str] = []

    def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    port = site.rpartition(":")[2]
    outbound = Outbound(also=frozenset({f"old.example:{port}"}), resolver=changing)

    outbound.fetch(f"http://old.example:{port}/feed", most_bytes=MEGABYTE)

    assert asked == ["old.example"]


@pytest.mark.parametrize(
    "target", ["http://localhost/", "http://[::1]/", "https://127.1/", "http://0/"]
)
def test_a_redirect_to_the_inside_is_not_followed(
    outbound: Outbound, site: str, target: str
) -> None:
    with pytest.raises(Inside):
        outbound.fetch(f"http://{site}/302/{target}", most_bytes=MEGABYTE)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://a.example/", "gopher://x"]
)
def test_nor_is_one_to_another_kind_of_address(
    outbound: Outbound, site: str, target: str
) -> None:
    with pytest.raises((Inside, NotReady)):
        outbound.fetch(f"http://{site}/302/{target}", most_bytes=MEGABYTE)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example:22/",
        "http://u:p@a.example/",
        "http://0177.0.0.1/",
        "file:///x",
    ],
)
def test_only_plain_web_addresses_are_asked(url: str) -> None:
    nobody = Outbound(resolver=lambda host, port: ["93.184.216.34"])

    with pytest.raises((Inside, NotReady)):
        nobody.fetch(url, most_bytes=MEGABYTE)


def test_what_an_address_answers_is_read(outbound: Outbound, site: str) -> None:
    fetched = outbound.fetch(f"http://{site}/feed", most_bytes=MEGABYTE)

    assert (fetched.body, fetched.content_type) == (b"<rss/>", "application/rss+xml")
    assert fetched.moved_to == ""


def test_a_move_for_ever_is_told(outbound: Outbound, site: str) -> None:
    fetched = outbound.fetch(f"http://{site}/301", most_bytes=MEGABYTE)

    assert fetched.moved_to == f"http://{site}/feed"


def test_a_move_for_now_is_not(outbound: Outbound, site: str) -> None:
    assert outbound.fetch(f"http://{site}/302", most_bytes=MEGABYTE).moved_to == ""


def test_an_endless_way_is_left(outbound: Outbound, site: str) -> None:
    with pytest.raises(NotReady, match="from one address to the next"):
        outbound.fetch(f"http://{site}/round", most_bytes=MEGABYTE)

    assert len(Site.asked) <= 6


def test_a_bomb_is_not_unpacked(outbound: Outbound, site: str) -> None:
    with pytest.raises(BadRequest, match="larger than we take"):
        outbound.fetch(f"http://{site}/bomb", most_bytes=MEGABYTE)


def test_an_answer_that_breaks_off_is_not_taken_for_whole(
    outbound: Outbound, site: str
) -> None:
    with pytest.raises(NotReady):
        outbound.fetch(f"http://{site}/short", most_bytes=MEGABYTE)


def test_what_is_not_there_is_said(outbound: Outbound, site: str) -> None:
    with pytest.raises(NotFound) as refusal:
        outbound.fetch(f"http://{site}/nothing", most_bytes=MEGABYTE)

    assert refusal.value.sentence.endswith("/nothing answers 404.")


def test_a_slow_answer_is_left(site: str) -> None:
    hasty = Outbound(also=frozenset({site}), total_seconds=-1)

    with pytest.raises(NotReady, match="too slowly"):
        hasty.fetch(f"http://{site}/feed", most_bytes=MEGABYTE)


def test_a_download_is_whole_or_not_there(
    outbound: Outbound, site: str, tmp_path: Path
) -> None:
    with pytest.raises(NotReady):
        outbound.download(f"http://{site}/short", tmp_path / "a", most_bytes=MEGABYTE)
    kind = outbound.download(f"http://{site}/feed", tmp_path / "b", most_bytes=MEGABYTE)

    assert kind == "application/rss+xml"
    assert [file.name for file in tmp_path.iterdir()] == ["b"]
