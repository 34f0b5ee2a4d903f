"""gPodder, newsboat and podget see the same episodes in every kind of feed."""

import json
from collections.abc import Iterator
from pathlib import Path

import feedparser
import httpx2
import pytest
from PIL import Image

from app.actions import private_shows
from app.models import Show
from app.platform import Platform
from app.settings import Settings
from tests.journeys.apps import Gpodder, Newsboat, Podget
from tests.journeys.conftest import Site, needs, record

KINDS = ["show", "video", "topic", "private"]
COUNTS = {"show": 2, "video": 1, "topic": 2, "private": 1}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def feeds(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The address of a feed of each kind; the same two recordings in all of them."""
    made = tmp_path_factory.mktemp("recordings")
    talk = record(made / "talk.wav", "-t", "6")
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"]
    film = record(made / "film.mp4", *picture, "-t", "4", "-pix_fmt", "yuv420p")
    cover = made / "cover.png"
    Image.new("RGB", (1400, 1400), "#2f5d57").save(cover)
    _add_show(site, "demo", cover)
    _add_show(site, "inner", cover)
    _publish(site, "demo", talk, "A talk <3 & more")
    told = _publish(site, "demo", film, "A film — “quoted”")
    _publish(site, "inner", talk, "Among ourselves")
    return {
        "show": f"{site.url}/shows/demo/feed.xml",
        "video": told["video_feed_url"],
        "topic": f"{site.url}/topics/anxiety/feed.xml",
        "network": f"{site.url}/network.xml",
        "private": _made_private(site, "inner"),
    }


def _add_show(site: Site, slug: str, cover: Path) -> None:
    added = site.commoncast(
        *["show", "add", slug, "--title", f"Show {slug}", "--author", "Ada"],
        *["--description", "Conversations.", "--language", "en"],
        *["--category", "Health & Fitness > Mental Health", "--artwork", str(cover)],
    )
    assert added.returncode == 0, added.stderr


def _publish(site: Site, show: str, recording: Path, title: str) -> dict[str, str]:
    done = site.commoncast(
        *["publish", str(recording), "--show", show, "--title", title],
        *["--topic", "Anxiety", "--consent-held", "--json"],
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, str] = json.loads(done.stdout)
    return told


def _made_private(site: Site, slug: str) -> str:
    platform = Platform.open(
        Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=site.folder / "data",
            public_url=site.url,
        )
    )
    with platform.database.reading() as session:
        show_id = session.query(Show).filter_by(slug=slug).one().id
    private_shows.set_private(platform, show_id, True)
    given = private_shows.give_key(platform, show_id, "Ada")
    platform.close()
    return given.feed_url


def read(feed: str) -> set[tuple[str, str, str]]:
    """The guid, title and enclosure of each episode, as another parser reads them."""
    told = feedparser.parse(httpx2.get(feed).content)
    assert not told.bozo
    return {(e.id, e.title, e.enclosures[0].href) for e in told.entries}


def sent(address: str) -> bytes:
    return httpx2.get(address).content


@pytest.mark.parametrize("kind", KINDS)
def test_newsboat_reads_every_episode(
    feeds: dict[str, str], kind: str, tmp_path: Path
) -> None:
    needs("newsboat")
    newsboat = Newsboat(tmp_path / "newsboat")

    newsboat.subscribe(feeds[kind])
    newsboat.reload()

    assert newsboat.episodes() == read(feeds[kind])
    assert len(newsboat.episodes()) == COUNTS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_gpodder_gets_every_episode_byte_for_byte(
    feeds: dict[str, str], kind: str, tmp_path: Path
) -> None:
    needs("gpo")
    gpodder = Gpodder(tmp_path / "gpodder")

    got = gpodder.fetch(feeds[kind])

    assert gpodder.episodes() == read(feeds[kind])
    assert got == {guid: sent(url) for guid, _, url in read(feeds[kind])}


@pytest.mark.parametrize("kind", KINDS)
def test_podget_gets_every_episode_byte_for_byte(
    feeds: dict[str, str], kind: str, tmp_path: Path
) -> None:
    needs("podget")

    got = Podget(tmp_path / "podget").fetch(feeds[kind])

    expected = {sent(url) for _, _, url in read(feeds[kind])}
    assert {data for name, data in got.items() if "." in name} >= expected
    assert len(expected) == COUNTS[kind]


def test_a_feed_without_episodes_of_its_own_troubles_nobody(
    feeds: dict[str, str], tmp_path: Path
) -> None:
    needs("newsboat")
    newsboat, gpodder = Newsboat(tmp_path / "newsboat"), Gpodder(tmp_path / "gpodder")

    newsboat.subscribe(feeds["network"])
    gpodder.gpo("subscribe", feeds["network"])

    assert (newsboat.episodes(), gpodder.episodes()) == (set(), set())
