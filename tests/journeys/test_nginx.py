"""Behind Debian's nginx, with the very configuration that we hand to keepers."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import feedparser
import httpx2
import pytest
from playwright.sync_api import Page, expect

from app.actions import private_shows, syndication
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_episode, make_show, publish
from tests.journeys.browsing import PATIENCE
from tests.journeys.conftest import Site, free_port, needs, record, until
from tests.journeys.front import Nginx, nginx_before

FEED = "shows/demo/feed.xml"
SHOW = (
    *("show", "add", "talks", "--title", "Talks", "--description", "Conversations."),
    *("--language", "en", "--category", "Education", "--author", "Us"),
)


@pytest.fixture
def nginx(site: Site, tmp_path: Path) -> Iterator[Nginx]:
    needs("nginx")
    with nginx_before(site, tmp_path / "nginx") as nginx:
        yield nginx


@pytest.fixture
def private_feed(site: Site) -> str:
    """One public show, and the path of the feed of a private one."""
    platform = Platform.open(
        Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=site.folder / "data",
            public_url=site.public_url,
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
    site = Site(tmp_path, public_url=f"http://127.0.0.1:{free_port()}")
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
    direct = httpx2.get(
        f"{site.direct}/{FEED}", headers={"Accept-Encoding": "identity"}
    )

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
    answers = [httpx2.options(f"{home}/{FEED}") for home in (nginx.url, site.direct)]

    assert [answer.status_code for answer in answers] == [204, 204]


def test_a_long_recording_is_uploaded_published_and_heard_in_parts(
    site: Site, cover: Path, page: Page, nginx: Nginx, tmp_path: Path
) -> None:
    site.commoncast(*SHOW, "--artwork", str(cover))
    invited = site.commoncast("user", "add", "ada@example.org", "--show", "talks")
    page.goto(invited.stdout.strip())
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{nginx.url}/studio/shows/talks/new")
    # Larger than nginx lets through where nobody says otherwise.
    page.get_by_label("Recording").set_input_files(
        record(tmp_path / "t.wav", "-t", "40")
    )
    page.get_by_label("Title").fill("First session")
    page.get_by_label("Everyone heard in this episode").check()
    expect(page.locator("#standing")).to_contain_text(
        "The sound is ready", timeout=PATIENCE
    )
    page.get_by_role("button", name="Save and publish now").click()
    expect(page.locator(".notice")).to_contain_text("Published.", timeout=PATIENCE)

    def is_whole() -> bool:
        """Once published, its date is written into it; then all agree."""
        feed = httpx2.get(f"{nginx.url}/shows/talks/feed.xml").content
        file = feedparser.parse(feed).entries[0].enclosures[0]
        part = httpx2.get(
            file.href, headers={"Range": "bytes=1000-1999"}, follow_redirects=True
        )
        assert file.href.startswith(nginx.url)
        assert (part.status_code, len(part.content)) == (206, 1000)
        told: str = part.headers["content-range"]
        return told == f"bytes 1000-1999/{file.length}"

    until(is_whole, "the file that the feed tells of")
