"""Many people on bad lines download at once, and the site stays quick for others."""

import socket
import threading
import time
from collections.abc import Iterator

import httpx2
import pytest
import uvicorn

from app.main import create_app
from app.models import Episode
from app.platform import Platform
from app.settings import Settings
from media_pipeline.storage.local import LocalStorage
from tests.factories import make_episode, make_show, publish
from tests.journeys.conftest import free_port, until

CLIENTS = 200
SIZE = 40_000_000  # bytes, more than all the buffers between us


@pytest.fixture
def episode(platform: Platform) -> Episode:
    with platform.database.session() as session:
        episode = publish(make_episode(session, make_show(session)))
    assert isinstance(platform.storage, LocalStorage)
    path = platform.storage.path(episode.renditions[0].key)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(SIZE)
    return episode


@pytest.fixture
def port(settings: Settings, platform: Platform) -> Iterator[int]:
    port = free_port()
    config = uvicorn.Config(create_app(settings), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started, "the site")
    yield port
    server.should_exit = server.force_exit = True
    thread.join(20)


def begin_download(port: int, episode: Episode) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(f"GET /audio/{episode.id}.mp3 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return client


def test_two_hundred_slow_downloads_hold_nobody_up(port: int, episode: Episode) -> None:
    downloads = [begin_download(port, episode) for _ in range(CLIENTS)]
    for download in downloads:
        assert download.recv(16).startswith(b"HTTP/1.1 200")

    begun = time.monotonic()
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        answers = [client.get("/").status_code for _ in range(10)]
    took = time.monotonic() - begun

    assert answers == [200] * 10
    assert took < 5  # seconds; a held thread pool would never answer
    for download in downloads:
        download.close()
