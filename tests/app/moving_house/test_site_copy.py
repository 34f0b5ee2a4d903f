import re
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

import pytest
from lxml import etree

from app import site_copy
from app.actions import exporting
from app.actions.export_folder import Writing
from app.platform import Platform
from app.settings import Settings
from tests.app.moving_house.community import (
    DRAFT,
    PRIVATE,
    elsewhere,
    restore,
    texts,
)
from tests.services.fixtures import Bucket


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


class Links(HTMLParser):
    """Everything that a page leads to, or needs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        facts = {name: value or "" for name, value in attributes}
        if facts.get("rel") != "canonical":
            names = ("href", "src", "poster", "data-hls")
            self.found += [facts[name] for name in names if facts.get(name)]


@pytest.fixture
def address() -> Iterator[tuple[str, list[Path]]]:
    """A plain web server below an address that is not its root."""
    folder: list[Path] = []

    def serve(*arguments: object) -> Quiet:
        return Quiet(*arguments, directory=str(folder[0]))  # type: ignore[arg-type]

    server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
    thread = threading.Thread(target=partial(server.serve_forever, 0.02))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/export/site", folder
    server.shutdown()
    thread.join()
    server.server_close()


def write_copy(platform: Platform, folder: Path, address: str = "") -> Path:
    writing = Writing.begin(folder)
    exporting.export(platform, writing, lambda *_: None)
    site_copy.copy_site(platform, writing, lambda *_: None, address)
    writing.finish(exporting.origin_of(platform))
    return folder / "site"


def get(url: str) -> tuple[str, bytes]:
    with urlopen(url) as answer:  # noqa: S310
        assert answer.status == 200
        return answer.headers["Content-Type"], answer.read()


def crawl(beginning: str, base: str) -> set[str]:
    """Follow every link that stays on the site; what was found."""
    waiting, seen = [beginning], {beginning}
    while waiting:
        url = waiting.pop()
        kind, body = get(url)
        if not kind.startswith("text/html"):
            continue
        links = Links()
        links.feed(body.decode())
        found = {urldefrag(urljoin(url, link)).url for link in links.found}
        fresh = {
            link for link in found if link.startswith(base.removesuffix("export/site"))
        }
        waiting += fresh - seen
        seen |= fresh
    return seen


def test_no_link_in_the_copy_is_broken_wherever_it_lies(
    home: Platform, tmp_path: Path, address: tuple[str, list[Path]]
) -> None:
    base, folder = address
    write_copy(home, tmp_path / "export")
    folder.append(tmp_path)

    found = crawl(f"{base}/index.html", base)

    paths = {url.removeprefix(f"{base}/") for url in found}
    assert {
        "shows/demo/index.html",
        "topics/supervision/kind-video/index.html",
    } <= paths
    assert {"shows/demo/feed.xml", "episodes/a-film/transcript.vtt"} <= paths
    assert all(url.startswith(base) for url in found)


def test_apps_fetch_every_file_of_a_copied_feed(
    home: Platform, tmp_path: Path, address: tuple[str, list[Path]]
) -> None:
    base, folder = address
    write_copy(home, tmp_path / "export", base)
    folder.append(tmp_path)

    feed = etree.fromstring(get(f"{base}/shows/demo/feed.xml")[1])

    enclosures = list(feed.iter("enclosure"))
    assert len(enclosures) == 2
    for enclosure in enclosures:
        assert len(get(enclosure.get("url") or "")[1]) == int(
            enclosure.get("length") or 0
        )


def test_the_copy_holds_nothing_that_is_not_public(
    home: Platform, tmp_path: Path
) -> None:
    site = write_copy(home, tmp_path / "export")

    everything = texts(site)

    assert not any(path.startswith("media/private") for path in everything)
    for word in (DRAFT, PRIVATE, "Taken back", "Supervision group"):
        assert word.encode() not in b"".join(everything.values())


def test_a_file_is_stored_once_although_it_has_three_names(
    home: Platform, tmp_path: Path
) -> None:
    site = write_copy(home, tmp_path / "export")

    (sound, *_) = (site / "audio").glob("*.mp3")

    assert sound.stat().st_nlink == 3


def test_a_film_streams_from_the_copy(film_platform: Platform, tmp_path: Path) -> None:
    site = write_copy(film_platform, tmp_path / "export")

    playlists = list(site.rglob("*.m3u8"))
    named = [
        playlist.parent / name
        for playlist in playlists
        for name in re.findall(r'^[^#\n]+|(?<=URI=")[^"]+', playlist.read_text(), re.M)
    ]

    assert len(playlists) > 3
    assert {file.suffix for file in named} >= {".m3u8", ".mp4"}
    assert all(file.is_file() for file in named)


def test_what_lay_in_a_bucket_lies_in_the_copy(
    home: Platform, settings: Settings, tmp_path: Path, s3_http: Bucket
) -> None:
    write_copy(home, tmp_path / "one")
    large = elsewhere(settings, tmp_path / "large", storage_url=s3_http.url)
    restore(large, tmp_path / "one")

    site = write_copy(large, tmp_path / "two", "https://copy.example")

    bucket = large.storage.public_url("public/x").removesuffix("/public/x")
    pages = {path: b for path, b in texts(site).items() if not path.startswith("media")}
    assert not any(bucket.encode() in body for body in pages.values())
    assert b"https://copy.example/media/public/" in pages["shows/demo/feed.xml"]
    large.close()
