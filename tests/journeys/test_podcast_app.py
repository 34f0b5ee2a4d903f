"""gPodder subscribes, and gets what we made."""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.app.old_host import old_host
from tests.journeys.conftest import Site, needs, record, until
from tests.journeys.relay import Relay, relaying


@pytest.fixture
def relay() -> Iterator[Relay]:
    with relaying() as relay:
        yield relay


@pytest.fixture
def site(tmp_path: Path, relay: Relay) -> Iterator[Site]:
    site = Site(tmp_path, public_url=relay.url)
    relay.site_port = site.port
    site.start()
    yield site
    site.stop()


@pytest.fixture
def feed(site: Site, cover: Path) -> str:
    added = site.commoncast(
        *["show", "add", "demo", "--title", "Trainee Talk"],
        *["--description", "Conversations.", "--language", "en"],
        *["--category", "Health & Fitness > Mental Health", "--author", "Ada"],
        *["--artwork", str(cover)],
    )
    assert added.returncode == 0, added.stderr
    return added.stdout.strip()


def publish(site: Site, recording: Path, title: str) -> dict[str, str]:
    done = site.commoncast(
        *["publish", str(recording), "--show", "demo", "--title", title],
        *["--consent-held", "--json"],
    )
    assert done.returncode == 0, done.stderr
    published: dict[str, str] = json.loads(done.stdout)
    return published


class Gpodder:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = os.environ | {"GPODDER_HOME": str(home), "HOME": str(home)}
        home.mkdir()

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            ["gpo", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    def begin(self, *arguments: str) -> "subprocess.Popen[bytes]":
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            ["gpo", *arguments], env=self.environment, stdout=quiet, stderr=quiet
        )

    def hashes(self) -> set[str]:
        kept = [*self.home.glob("Downloads/*/*.mp[34]")]
        return {hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


@pytest.fixture
def gpo(tmp_path: Path) -> Gpodder:
    needs("gpo")
    return Gpodder(tmp_path / "gpodder")


def test_every_episode_arrives_byte_for_byte(
    site: Site, feed: str, talk: Path, film: Path, gpo: Gpodder
) -> None:
    episodes = [publish(site, talk, "A talk"), publish(site, film, "A film")]

    gpo("subscribe", feed)
    gpo("update")
    gpo("download")

    addresses = [f"{site.url}/audio/{e['episode_id']}.mp3" for e in episodes]
    expected = {hashlib.sha256(httpx2.get(a).content).hexdigest() for a in addresses}
    assert len(expected) == 2
    assert gpo.hashes() == expected


def test_the_film_arrives_from_the_feed_of_films(
    site: Site, feed: str, film: Path, gpo: Gpodder
) -> None:
    episode = publish(site, film, "A film")

    gpo("subscribe", episode["video_feed_url"])
    gpo("download")

    sent = httpx2.get(f"{site.url}/video/{episode['episode_id']}.mp4").content
    assert gpo.hashes() == {hashlib.sha256(sent).hexdigest()}


def test_a_killed_download_goes_on_where_it_stopped(
    site: Site, relay: Relay, feed: str, tmp_path: Path, gpo: Gpodder
) -> None:
    episode = publish(site, record(tmp_path / "long.wav", "-t", "60"), "A long talk")
    gpo("subscribe", feed)
    relay.pause_seconds = 0.2

    download = gpo.begin("download")
    until(lambda: partly_there(gpo), "a part of the file")
    download.kill()
    download.wait()
    relay.pause_seconds = 0.0
    gpo("download")

    sent = httpx2.get(f"{site.url}/audio/{episode['episode_id']}.mp3").content
    assert gpo.hashes() == {hashlib.sha256(sent).hexdigest()}
    assert b"range: bytes=" in relay.asked.lower()


def partly_there(gpo: Gpodder) -> bool:
    parts = gpo.home.glob("Downloads/*/*.partial")
    return any(part.stat().st_size > 65536 for part in parts)


AFTER = """<item><title>After the move</title><guid>after</guid>
<pubDate>Mon, 05 Jan 2099 08:00:00 +0000</pubDate>
<enclosure url="http://127.0.0.1:9/after.mp3" length="1" type="audio/mpeg"/></item>"""


def test_an_app_follows_a_show_to_its_new_host(
    site: Site, feed: str, talk: Path, gpo: Gpodder, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(site, talk, "Before the move")
    gpo("subscribe", feed)
    with old_host() as there:
        monkeypatch.setenv("COMMONCAST_FETCH_ALSO", there.door)
        new_feed = f"{there.home}/new.xml"
        moved = httpx2.get(feed).text.replace(feed, new_feed)
        there.files["/new.xml"] = moved.replace("<item>", f"{AFTER}<item>", 1).encode()
        left = site.commoncast("leave", "demo", new_feed, "--notice-days", "0")
        assert left.returncode == 0, left.stderr

        gpo("update")

        assert httpx2.get(feed).status_code == 301
        assert new_feed in gpo("list")
        episodes = gpo("episodes")
    assert "Before the move" in episodes
    assert "After the move" in episodes
