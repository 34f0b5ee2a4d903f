"""A private show is heard with a key, and with nothing else."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.actions import private_shows, syndication
from app.actions.private_shows import MOST_NETWORKS
from app.errors import BadRequest
from app.models import Episode, FeedKey, FeedSnapshot, Show
from app.platform import Platform
from feeds.rules import Severity, check
from tests.factories import add_words, make_rendition, make_show, make_video, publish

SIZE = 5000


@pytest.fixture
def episode(platform: Platform) -> Episode:
    with platform.database.session() as session:
        show = make_show(session, "cohort", is_private=True)
        episode = publish(add_words(make_video(session, show, "A secret"), session))
        for rendition in episode.renditions:
            rendition.size = SIZE
    for rendition in episode.renditions:
        path = platform.storage.path(rendition.key)  # type: ignore[attr-defined]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(SIZE))
    syndication.refresh_all(platform)
    return episode


@pytest.fixture
def token(platform: Platform, episode: Episode) -> str:
    return give(platform, episode)


def give(platform: Platform, episode: Episode, label: str = "Ada") -> str:
    given = private_shows.give_key(platform, episode.show_id, label)
    return given.feed_url.split("/")[-2]


def addresses(feed: str) -> list[str]:
    home = "https://cast.example"
    return [found.removeprefix(home) for found in re.findall(rf'{home}[^"<\s]+', feed)]


def test_a_key_has_160_bits_and_is_not_kept(platform: Platform, token: str) -> None:
    with platform.database.reading() as session:
        kept = session.query(FeedKey).one().token_hash

    assert len(token) >= 27
    assert token not in kept
    for file in platform.settings.data_dir.rglob("*"):
        assert not (file.is_file() and token.encode() in file.read_bytes()), file


def test_the_feed_holds_what_can_be_heard(client: TestClient, token: str) -> None:
    feed = client.get(f"/private/{token}/feed.xml")

    assert feed.status_code == 200
    assert "A secret" in feed.text
    assert "<itunes:block>Yes</itunes:block>" in feed.text
    assert [p for p in check(feed.content) if p.severity == Severity.ERROR] == []


def test_no_picture_is_in_it_that_anybody_could_open(
    client: TestClient, platform: Platform, episode: Episode, token: str
) -> None:
    picture = make_rendition(episode.id, "artwork", key="public/x/artwork.jpg")
    with platform.database.session() as session:
        row = session.get_one(Episode, episode.id)
        row.renditions.append(picture)
        row.show.touch()

    feed = client.get(f"/private/{token}/feed.xml").text

    assert "A secret" in feed
    assert "artwork.jpg" not in feed


def test_every_address_in_it_opens_with_the_key_alone(
    client: TestClient, token: str
) -> None:
    feed = client.get(f"/private/{token}/feed.xml").text

    files = [found for found in addresses(feed) if "/private/" in found]
    assert len(files) >= 6
    for address in files:
        assert address.startswith(f"/private/{token}/")
        assert client.get(address).status_code == 200, address
        # The same without the key is nobody's business.
        bare = address.replace(f"/private/{token}", "")
        assert client.get(bare).status_code == 404, bare


def test_other_addresses_in_it_say_nothing(client: TestClient, token: str) -> None:
    feed = client.get(f"/private/{token}/feed.xml").text

    for address in addresses(feed):
        assert "/private/" in address or "secret" not in address.lower()
        assert "/media/" not in address or address.endswith(".jpg")


@pytest.mark.parametrize("name", ["feed.xml", "audio/{id}.mp3", "video/{id}.mp4"])
def test_nothing_is_kept_on_the_way(
    client: TestClient, token: str, episode: Episode, name: str
) -> None:
    answer = client.get(f"/private/{token}/{name.format(id=episode.id)}")

    assert "private" in answer.headers["cache-control"]
    assert "public" not in answer.headers["cache-control"]
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


def test_a_download_that_breaks_off_goes_on(
    client: TestClient, token: str, episode: Episode
) -> None:
    address = f"/private/{token}/audio/{episode.id}.mp3"

    part = client.get(address, headers={"Range": "bytes=4990-"})
    beyond = client.get(address, headers={"Range": "bytes=5000-"})

    assert (part.status_code, len(part.content)) == (206, 10)
    assert part.headers["content-range"] == "bytes 4990-4999/5000"
    assert beyond.status_code == 416
    assert client.head(address).headers["content-length"] == "5000"


def test_who_holds_the_feed_gets_no_body(client: TestClient, token: str) -> None:
    first = client.get(f"/private/{token}/feed.xml")

    again = client.get(
        f"/private/{token}/feed.xml", headers={"If-None-Match": first.headers["etag"]}
    )

    assert again.status_code == 304


@pytest.mark.parametrize("name", ["feed.xml", "audio/{id}.mp3", "video/{id}.mp4"])
def test_a_key_that_was_taken_back_opens_nothing_at_once(
    client: TestClient, platform: Platform, token: str, episode: Episode, name: str
) -> None:
    address = f"/private/{token}/{name.format(id=episode.id)}"
    assert client.get(address).status_code == 200
    with platform.database.reading() as session:
        key_id = session.query(FeedKey).one().id

    private_shows.revoke_key(platform, episode.show_id, key_id)

    assert client.get(address).status_code == 410


def test_a_key_opens_no_other_show(
    client: TestClient, platform: Platform, token: str
) -> None:
    with platform.database.session() as session:
        other = make_show(session, "other", is_private=True)
        hidden = publish(make_video(session, other, "Elsewhere"))

    assert client.get(f"/private/{token}/audio/{hidden.id}.mp3").status_code == 404


def test_nor_does_it_open_a_draft(
    client: TestClient, platform: Platform, token: str, episode: Episode
) -> None:
    with platform.database.session() as session:
        draft = make_video(session, session.get_one(Show, episode.show_id), "Draft")

    assert client.get(f"/private/{token}/audio/{draft.id}.mp3").status_code == 404
    assert "Draft" not in client.get(f"/private/{token}/feed.xml").text


@pytest.mark.parametrize("guess", ["", "x", "a" * 27, "../feed", "%00", "é"])
def test_a_guess_opens_nothing(
    client: TestClient, episode: Episode, guess: str
) -> None:
    assert client.get(f"/private/{guess}/feed.xml").status_code == 404


def test_the_feed_follows_what_is_published(
    client: TestClient, platform: Platform, token: str, episode: Episode
) -> None:
    client.get(f"/private/{token}/feed.xml")
    with platform.database.session() as session:
        show = session.get_one(Show, episode.show_id)
        publish(make_video(session, show, "Another one"))
        show.touch()

    assert "Another one" in client.get(f"/private/{token}/feed.xml").text


def test_a_show_that_becomes_private_leaves_every_list(
    client: TestClient, platform: Platform
) -> None:
    with platform.database.session() as session:
        show = make_show(session, "open")
        publish(make_video(session, show, "A talk"))
    syndication.refresh_all(platform)
    assert client.get("/shows/open/feed.xml").status_code == 200

    private_shows.set_private(platform, show.id, True)

    with platform.database.reading() as session:
        assert session.get(FeedSnapshot, "shows/open/feed.xml") is None
        assert b"open" not in session.get_one(FeedSnapshot, "opml.xml").body
    files = Path(platform.settings.data_dir) / "feeds" / "shows" / "open"
    assert list(files.glob("*")) == []


def test_a_key_that_was_passed_on_is_noticed(
    platform: Platform, token: str, episode: Episode
) -> None:
    with platform.database.reading() as session:
        key = session.query(FeedKey).one()

    for number in range(MOST_NETWORKS + 1):
        private_shows.note_network(platform, key, f"203.0.{number}.7")

    with platform.database.reading() as session:
        kept = session.query(FeedKey).one()
    assert kept.spread_on == kept.networks_on != ""
    # What is kept is a hash in hexadecimal: digits may be in it, a dot may not.
    assert not any("203.0" in network for network in kept.networks)


def test_one_listener_at_home_and_on_the_way_is_not(
    platform: Platform, token: str, episode: Episode
) -> None:
    with platform.database.reading() as session:
        key = session.query(FeedKey).one()

    for last in range(100):
        private_shows.note_network(platform, key, f"203.0.113.{last}")
        private_shows.note_network(platform, key, f"2001:db8:1::{last:x}")

    with platform.database.reading() as session:
        kept = session.query(FeedKey).one()
    assert (len(kept.networks), kept.spread_on) == (2, "")


@pytest.mark.parametrize("label", ["", "  ", "x" * 200])
def test_a_key_is_for_somebody(
    platform: Platform, episode: Episode, label: str
) -> None:
    with pytest.raises(BadRequest):
        private_shows.give_key(platform, episode.show_id, label)
