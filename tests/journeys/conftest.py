"""A whole Commoncast, in processes of its own, and recordings to give it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from playwright.sync_api import Page

from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import run
from tests.journeys.browsing import PATIENCE, chromium

PATIENCE_SECONDS = 60.0


def until(happens: Callable[[], bool], what: str) -> None:
    """Wait for something, but not for ever."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happens():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def needs(program: str) -> None:
    """Skip where it cannot be installed; in CI everything is."""
    if shutil.which(program) is None and os.environ.get("CI") != "true":
        pytest.skip(f"{program} is not installed on this machine")


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@dataclass
class Site:
    """`commoncast serve` with a data folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    public_url: str = ""
    web: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return self.public_url or self.direct

    @property
    def direct(self) -> str:
        """Its own address, whatever stands before it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "COMMONCAST_DATA_DIR": str(self.folder / "data"),
            "COMMONCAST_PUBLIC_URL": self.url,
            "PYTHONWARNINGS": "",
        }

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def workers(self) -> list[int]:
        """Every worker that was ever started, by its process id."""
        plain = re.sub(r"\x1b\[\d*m", "", self.log)
        return [
            int(pid) for pid in re.findall(r"worker process started.* pid=(\d+)", plain)
        ]

    def commoncast(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.web = subprocess.Popen(
                [sys.executable, "-m", "app", "serve", "--port", str(self.port)],
                env=self.environment,
                stderr=log,
            )
        until(self.answers, "the site")

    def answers(self) -> bool:
        try:
            return httpx2.get(f"{self.direct}/healthz", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def stop(self) -> int:
        assert self.web is not None
        self.web.send_signal(signal.SIGTERM)
        return self.web.wait(timeout=30)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    if site.web is not None and site.web.poll() is None:
        site.stop()


@pytest.fixture
def page() -> Iterator[Page]:
    needs("chromium")
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        yield page


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return record(tmp_path / "talk.wav", "-t", "6")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"]
    return record(tmp_path / "film.mp4", *picture, "-t", "4", "-pix_fmt", "yuv420p")


@pytest.fixture
def cover(tmp_path: Path) -> Path:
    path = tmp_path / "cover.png"
    Image.new("RGB", (1400, 1400), "#2f5d57").save(path)
    return path


def record(path: Path, *options: str) -> Path:
    sound = ["-f", "lavfi", "-i", "anoisesrc=color=pink:seed=7:amplitude=0.3"]
    quiet = ["-v", "error", "-y"]
    run([str(find_ffmpeg().path), *quiet, *sound, *options, str(path)])
    return path
