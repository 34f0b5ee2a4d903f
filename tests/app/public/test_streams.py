"""A film as a player on another site fetches it, from a folder and from a bucket."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.database import Base
from app.main import create_app
from app.models import Episode, Rendition
from app.platform import Platform
from app.public.playing import Playing
from app.settings import Settings
from media_pipeline.hls.playlist_reader import read_master_playlist, read_media_playlist
from media_pipeline.storage.protocol import content_type_of
from tests.factories import make_episode, make_rendition, make_show, publish
from tests.media_pipeline.packages import Parts, Written, write_package
from tests.services.fixtures import Bucket

ELSEWHERE = {"Origin": "https://player.example", "Accept-Encoding": "gzip"}


@dataclass
class Player:
    """Knows one address; fetches what we serve from us, and the rest from a bucket."""

    master: str
    site: TestClient
    world: httpx2.Client

    def get(self, url: str, **headers: str) -> httpx2.Response:
        ours = url.startswith("https://cast.example/")
        client = self.site if ours else self.world
        return client.get(url, headers=ELSEWHERE | headers, follow_redirects=False)

    def playlists(self) -> Iterator[str]:
        """The addresses of all media playlists."""
        master = read_master_playlist(self.get(self.master).content)
        uris = [variant.uri for variant in master.variants]
        uris += [told["URI"] for told in (*master.media, *master.iframes)]
        return (urljoin(self.master, uri) for uri in uris)

    def files(self) -> Iterator[tuple[str, str]]:
        """The address of every file, and the range of one of its segments."""
        for url in self.playlists():
            listed = read_media_playlist(self.get(url).content)
            segment = listed.segments[-1]
            span = segment.span
            asked = f"bytes={span.offset}-{span.end - 1}" if span else "bytes=0-"
            yield urljoin(url, segment.uri), asked


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Written:
    parts = Parts.encode(tmp_path_factory.mktemp("parts"), seconds=2)
    return write_package(parts, tmp_path_factory.mktemp("package"))


@pytest.fixture(params=["folder", "s3_http"])
def stream_settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    if request.param == "folder":
        return settings
    bucket: Bucket = request.getfixturevalue(request.param)
    return settings.model_copy(update={"storage_url": bucket.url})


@pytest.fixture
def platform(stream_settings: Settings) -> Iterator[Platform]:
    platform = Platform.open(stream_settings)
    Base.metadata.create_all(platform.database.engine)
    platform.storage.prepare()
    yield platform
    platform.close()


@pytest.fixture
def player(
    stream_settings: Settings, platform: Platform, package: Written
) -> Iterator[Player]:
    with platform.database.session() as session:
        episode = publish(make_episode(session, make_show(session), "A film"))
        for path in package.folder.iterdir():
            episode.renditions.append(stored(platform, episode, path))
        session.flush()
        address = Playing(episode, platform).hls
    app = create_app(stream_settings)
    with (
        TestClient(app, base_url="https://cast.example") as site,
        httpx2.Client(trust_env=False) as world,
    ):
        yield Player(address, site, world)


def stored(platform: Platform, episode: Episode, path: Path) -> Rendition:
    key, content_type = f"public/{episode.id}/1/{path.name}", content_type_of(path.name)
    platform.storage.put_file(path, key, content_type)
    facts = {"key": key, "content_type": content_type, "name": path.name}
    row = make_rendition(episode.id, "hls-master", **facts)
    row.kind = "hls-master" if path.name == "master.m3u8" else "hls-media"
    return row


def test_playlists_come_compressed(player: Player) -> None:
    for url in [player.master, *player.playlists()]:
        answer = player.get(url)

        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"


def test_somebody_who_takes_no_compression_gets_none(player: Player) -> None:
    answer = player.get(player.master, **{"Accept-Encoding": "identity"})

    assert "content-encoding" not in answer.headers
    assert answer.content.startswith(b"#EXTM3U")
    assert answer.headers["vary"] == "Accept-Encoding"


def test_every_file_is_given_in_parts_and_to_every_site(player: Player) -> None:
    for url, asked in player.files():
        answer = player.get(url, Range=asked, **{"Accept-Encoding": "identity"})

        assert answer.status_code == 206, url
        assert answer.headers["access-control-allow-origin"] in {
            "*",
            ELSEWHERE["Origin"],
        }
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["content-range"].startswith(asked.replace("=", " ")[:8])


def test_every_file_says_what_it_is(player: Player) -> None:
    told = {
        url.rpartition(".")[2]: player.get(url).headers["content-type"].split(";")[0]
        for url, _ in player.files()
    }

    assert told == {"mp4": "video/mp4", "m4a": "audio/mp4", "vtt": "text/vtt"}


def test_nobody_is_sent_elsewhere(player: Player) -> None:
    for url in [*player.playlists(), *(url for url, _ in player.files())]:
        assert player.get(url).status_code == 200


def test_files_may_be_kept_for_ever(player: Player) -> None:
    for url in [*player.playlists(), *(url for url, _ in player.files())]:
        assert "immutable" in player.get(url).headers["cache-control"]


def test_a_playlist_that_is_known_is_not_sent_again(player: Player) -> None:
    for url in [player.master, *player.playlists()]:
        etag = player.get(url).headers["etag"]

        assert player.get(url, **{"If-None-Match": etag}).status_code == 304


def test_what_is_compressed_is_what_was_written(
    player: Player, package: Written
) -> None:
    with player.site.stream("GET", player.master, headers=ELSEWHERE) as answer:
        raw = b"".join(answer.iter_raw())

    assert gzip.decompress(raw) == package.master.read_bytes()


def test_a_film_that_nobody_may_see_has_no_playlist(
    player: Player, platform: Platform
) -> None:
    with platform.database.session() as session:
        session.query(Episode).one().publication = None

    assert player.get(player.master).status_code == 404
