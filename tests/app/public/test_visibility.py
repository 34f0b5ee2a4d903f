"""What is not public is 404 everywhere, what was taken back is 410."""

from dataclasses import asdict

import pytest
from fastapi.testclient import TestClient

from app.actions import syndication
from app.database import now
from app.models import Episode, Withdrawal
from app.platform import Platform
from media_pipeline.pictures.storyboard import Layout
from tests.factories import (
    add_words,
    make_rendition,
    make_show,
    make_video,
    publish,
)

ADDRESSES = [
    "/episodes/{slug}",
    "/episodes/{slug}/transcript.vtt",
    "/episodes/{slug}/transcript.srt",
    "/episodes/{slug}/transcript.txt",
    "/episodes/{slug}/transcript.json",
    "/episodes/{slug}/transcript.html",
    "/episodes/{slug}/chapters.json",
    "/episodes/{slug}/chapters.psc",
    "/episodes/{slug}/chapters.vtt",
    "/episodes/{slug}/chapters.txt",
    "/episodes/{slug}/storyboard.vtt",
    "/embed/{slug}",
    "/audio/{id}.mp3",
    "/audio/{id}.opus",
    "/video/{id}.mp4",
    "/oembed?url=https://cast.example/episodes/{slug}",
]
SMALL_PICTURES = {"layout": asdict(Layout(93.4, 4, 160, 90, 5, 5))}
LISTS = [
    "/",
    "/videos",
    "/shows/demo",
    "/topics",
    "/topics/supervision",
    "/people/ada-example",
    "/search?q=secret",
    "/sitemap.xml",
    "/shows/demo/feed.xml",
    "/shows/demo/video.xml",
    "/topics/supervision/feed.xml",
]


def make(platform: Platform, state: str) -> Episode:
    with platform.database.session() as session:
        show = make_show(session)
        episode = add_words(make_video(session, show, "A secret"), session)
        episode.renditions += [
            make_rendition(episode.id, "low-sound"),
            make_rendition(episode.id, "storyboard"),
            make_rendition(episode.id, "storyboard-map", details=SMALL_PICTURES),
        ]
        if state in {"published", "withdrawn", "private"}:
            publish(episode)
        if state == "withdrawn":
            episode.withdrawal = Withdrawal(at=now())
        show.is_private = state == "private"
        if state == "scheduled":
            episode.publish_at = now()
    for rendition in episode.renditions:
        path = platform.storage.path(rendition.key)  # type: ignore[attr-defined]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"media")
    syndication.refresh_show(platform, episode.show_id)
    return episode


def test_what_is_published_is_there(client: TestClient, platform: Platform) -> None:
    episode = make(platform, "published")

    for address in ADDRESSES:
        answer = client.get(address.format(slug=episode.slug, id=episode.id))
        assert answer.status_code == 200, address


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", 404), ("scheduled", 404), ("private", 404), ("withdrawn", 410)],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_not_public_has_no_address(
    client: TestClient,
    platform: Platform,
    state: str,
    status: int,
    address: str,
    method: str,
) -> None:
    episode = make(platform, state)

    answer = client.request(method, address.format(slug=episode.slug, id=episode.id))

    assert answer.status_code == status
    assert "secret" not in answer.text.lower()


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("state", ["draft", "scheduled", "private", "withdrawn"])
def test_what_is_not_public_is_in_no_list(
    client: TestClient, platform: Platform, state: str, address: str
) -> None:
    make(platform, state)

    answer = client.get(address)

    assert "A secret" not in answer.text
    assert "/a-secret" not in answer.text


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("draft", 404),
        ("scheduled", 404),
        ("private", 404),
        ("withdrawn", 410),
        ("published", 200),
    ],
)
def test_a_stored_file_is_as_public_as_its_episode(
    client: TestClient, platform: Platform, state: str, status: int
) -> None:
    episode = make(platform, state)

    for rendition in episode.renditions:
        assert client.get(f"/media/{rendition.key}").status_code == status


def test_a_signed_address_opens_one_file_for_a_while(
    client: TestClient, platform: Platform
) -> None:
    episode = make(platform, "draft")
    key = episode.renditions[0].key

    good = platform.storage.signed_url(key, 60)
    late = platform.storage.signed_url(key, -1)

    assert client.get(good).status_code == 200
    assert client.get(good).headers["cache-control"] == "private, no-store"
    assert client.get(late).status_code == 404
    assert client.get(good[:-1] + "x").status_code == 404


def test_a_signed_address_may_name_the_download(
    client: TestClient, platform: Platform
) -> None:
    key = make(platform, "draft").renditions[0].key
    named = 'attachment; filename="talk.mp3"'

    address = platform.storage.signed_url(key, 60, disposition=named)

    assert client.get(address).headers["content-disposition"] == named
    assert client.get(address.replace("talk", "evil")).status_code == 404


@pytest.mark.parametrize(
    "key",
    [
        "private/x/1/recording",
        "public/../private/x",
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "public//x",
        "x" * 600,
    ],
)
def test_no_other_file_can_be_reached(client: TestClient, key: str) -> None:
    assert client.get(f"/media/{key}").status_code == 404
