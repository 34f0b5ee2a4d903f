"""Uploads over real connections: cut in the middle, and several at once."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest
import uvicorn

from app.main import create_app
from app.models import User
from app.platform import Platform
from app.settings import Settings
from app.studio.session import SAFE_COOKIE
from tests.app.studio.conftest import token_for

VERSION = {"Tus-Resumable": "1.0.0"}
CHUNK = VERSION | {"Content-Type": "application/offset+octet-stream"}


@dataclass
class Live:
    """A server of its own, and a signed-in client."""

    address: str
    cookie: str

    def request(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx2.request(
            method,
            self.address + path,
            content=body,
            headers=CHUNK | {"Cookie": self.cookie} | named,
            timeout=30,
        )

    def create(self, length: int) -> str:
        headers = VERSION | {"Cookie": self.cookie, "Upload-Length": str(length)}
        address = f"{self.address}/studio/uploads"
        place: str = httpx2.post(address, headers=headers).headers["location"]
        return place

    def offset(self, place: str) -> int:
        return int(self.request("HEAD", place).headers["upload-offset"])


@pytest.fixture
def live(settings: Settings, platform: Platform, host: User) -> Iterator[Live]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(settings), log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.02)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    token = token_for(platform, host)
    entered = httpx2.post(f"{address}/studio/sign-in", data={"token": token})
    secret = entered.headers["set-cookie"].partition("=")[2].partition(";")[0]
    yield Live(address, f"{SAFE_COOKIE}={secret}")
    server.should_exit = True
    thread.join()
    listener.close()


def test_what_came_before_the_cut_is_kept(live: Live) -> None:
    place = live.create(1_000_000)

    send_and_vanish(live, place, announced=1_000_000, sent=b"a" * 300_000)

    assert until_offset(live, place, 300_000) == 300_000
    rest = live.request("PATCH", place, b"b" * 700_000, Upload_Offset="300000")
    assert rest.headers["upload-offset"] == "1000000"


def test_of_several_who_write_at_once_one_wins(live: Live, platform: Platform) -> None:
    place = live.create(500_000)
    statuses: list[int] = []

    def write(letter: bytes) -> None:
        answer = live.request("PATCH", place, letter * 500_000, Upload_Offset="0")
        statuses.append(answer.status_code)

    writers = [threading.Thread(target=write, args=(c,)) for c in (b"a", b"b", b"c")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert sorted(statuses)[0] == 204
    assert set(sorted(statuses)[1:]) <= {409, 423}
    kept = (platform.settings.uploads_dir / place.rpartition("/")[2]).read_bytes()
    assert kept in {b"a" * 500_000, b"b" * 500_000, b"c" * 500_000}


def send_and_vanish(live: Live, place: str, *, announced: int, sent: bytes) -> None:
    host, _, port = live.address.removeprefix("http://").partition(":")
    headers = CHUNK | {
        "Host": f"{host}:{port}",
        "Cookie": live.cookie,
        "Upload-Offset": "0",
        "Content-Length": str(announced),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"PATCH {place} HTTP/1.1\r\n{head}\r\n".encode() + sent)


def until_offset(live: Live, place: str, wanted: int) -> int:
    deadline = time.monotonic() + 20
    while (offset := live.offset(place)) < wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return offset
