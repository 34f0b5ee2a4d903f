"""Behind Debian's nginx, with the very configuration that we hand to keepers."""

import gzip
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from app.actions import private_shows, syndication
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_episode, make_show, publish
from tests.journeys.conftest import Site, free_port, needs, until

CONFIGURATION = Path(__file__).parents[2] / "docs/nginx.conf"
FEED = "shows/demo/feed.xml"
_AROUND = """\
{user}
daemon off;
pid {home}/pid;
error_log {home}/error.log;
events {{}}
http {{
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/commoncast.conf;
}}
"""


@dataclass
class Nginx:
    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def logs(self) -> str:
        return "".join(path.read_text() for path in self.home.glob("*.log"))

    def answers(self) -> bool:
        try:
            return bool(httpx2.get(f"{self.url}/{FEED}").status_code)
        except httpx2.TransportError:
            return False


@pytest.fixture
def nginx(site: Site, tmp_path: Path) -> Iterator[Nginx]:
    needs("nginx")
    nginx = Nginx(tmp_path / "nginx", free_port())
    nginx.home.mkdir()
    ours = {
        "listen 80;": f"listen 127.0.0.1:{nginx.port};",
        "/srv/commoncast/data": str(site.folder / "data"),
        "127.0.0.1:8000": f"127.0.0.1:{site.port}",
        "/var/log/nginx": str(nginx.home),
    }
    told = CONFIGURATION.read_text()
    for theirs, own in ours.items():
        assert theirs in told
        told = told.replace(theirs, own)
    (nginx.home / "commoncast.conf").write_text(told)
    user = "user root;" if os.geteuid() == 0 else ""
    (nginx.home / "main.conf").write_text(_AROUND.format(home=nginx.home, user=user))
    command = ["nginx", "-c", str(nginx.home / "main.conf")]
    running = subprocess.Popen([*command, "-e", str(nginx.home / "error.log")])
    until(nginx.answers, "nginx")
    yield nginx
    running.terminate()
    running.wait()


@pytest.fixture
def private_feed(site: Site) -> str:
    """One public show, and the path of the feed of a private one."""
    platform = Platform.open(
        Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=site.folder / "data",
            public_url=site.url,
        )
    )
    with platform.database.session() as session:
        publish(make_episode(session, make_show(session), "A talk"))
        inner = make_show(session, "inner", title="Inner", podcast_guid="")
        publish(make_episode(session, inner, "Among ourselves"))
    syndication.refresh_all(platform)
    private_shows.set_private(platform, inner.id, True)
    given = private_shows.give_key(platform, inner.id, "Ada")
    platform.close()
    return given.feed_url.removeprefix(platform.url(""))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    migrated = site.commoncast("migrate")
    assert migrated.returncode == 0, migrated.stderr
    site.start()
    yield site
    if site.web is not None and site.web.poll() is None:
        site.stop()


def test_feeds_are_the_same_through_nginx(
    site: Site, private_feed: str, nginx: Nginx
) -> None:
    through = httpx2.get(f"{nginx.url}/{FEED}", headers={"Accept-Encoding": "identity"})
    direct = httpx2.get(f"{site.url}/{FEED}", headers={"Accept-Encoding": "identity"})

    assert through.content == direct.content
    same = ["content-type", "cache-control", "access-control-allow-origin"]
    same += ["x-content-type-options", "content-security-policy", "vary"]
    assert [through.headers[name] for name in same] == [
        direct.headers[name] for name in same
    ]


def test_apps_that_have_it_already_get_304(private_feed: str, nginx: Nginx) -> None:
    first = httpx2.get(f"{nginx.url}/{FEED}")
    by_name = {"If-None-Match": first.headers["etag"]}
    by_date = {"If-Modified-Since": first.headers["last-modified"]}

    answers = [httpx2.get(f"{nginx.url}/{FEED}", headers=h) for h in (by_name, by_date)]

    assert [(a.status_code, a.content) for a in answers] == [(304, b"")] * 2


def test_feeds_come_compressed_without_any_work(
    site: Site, private_feed: str, nginx: Nginx
) -> None:
    with httpx2.stream(
        "GET", f"{nginx.url}/{FEED}", headers={"Accept-Encoding": "gzip"}
    ) as answer:
        packed = b"".join(answer.iter_raw())

    assert answer.headers["content-encoding"] == "gzip"
    kept = site.folder / "data/feeds" / f"{FEED}.gz"
    assert packed == kept.read_bytes()
    assert gzip.decompress(packed).startswith(b"<?xml")


def test_feeds_are_answered_while_the_site_is_stopped(
    site: Site, private_feed: str, nginx: Nginx
) -> None:
    site.stop()

    assert httpx2.get(f"{nginx.url}/{FEED}").status_code == 200
    assert httpx2.get(f"{nginx.url}/shows/demo").status_code == 502


def test_what_has_no_file_is_answered_by_the_site(
    private_feed: str, nginx: Nginx
) -> None:
    page = httpx2.get(f"{nginx.url}/shows/demo")
    missing = httpx2.get(f"{nginx.url}/shows/nobody/feed.xml")

    assert (page.status_code, missing.status_code) == (200, 404)
    assert "A talk" in page.text


def test_keys_of_private_shows_are_in_no_log(
    site: Site, private_feed: str, nginx: Nginx
) -> None:
    key = private_feed.split("/")[1]
    heard = httpx2.get(f"{nginx.url}/{private_feed}")
    site.stop()
    unheard = httpx2.get(f"{nginx.url}/{private_feed}")
    httpx2.get(f"{nginx.url}/studio/sign-in?token=secret-of-a-host")

    assert (heard.status_code, unheard.status_code) == (200, 502)
    assert "GET /private/..." in nginx.logs()
    assert key not in nginx.logs()
    assert "secret-of-a-host" not in nginx.logs()


def test_browsers_may_ask_what_is_allowed(
    site: Site, private_feed: str, nginx: Nginx
) -> None:
    answers = [httpx2.options(f"{home}/{FEED}") for home in (nginx.url, site.url)]

    assert [answer.status_code for answer in answers] == [204, 204]
