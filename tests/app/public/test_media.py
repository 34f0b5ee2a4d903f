"""Sound and film as files: what podcast apps and players insist on."""

from itertools import pairwise
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as chosen
from hypothesis import strategies as st

from app.models import Episode
from app.platform import Platform
from media_pipeline.storage.local import LocalStorage
from tests.factories import make_rendition, make_show, make_video, publish

BYTES = bytes(range(256)) * 40
SIZE = len(BYTES)


@pytest.fixture
def episode(platform: Platform) -> Episode:
    with platform.database.session() as session:
        episode = publish(make_video(session, make_show(session), "A film"))
    for rendition in episode.renditions:
        store(platform, rendition.key, BYTES)
    return episode


@pytest.fixture
def address(episode: Episode) -> str:
    return f"/audio/{episode.id}.mp3"


def store(platform: Platform, key: str, data: bytes) -> Path:
    assert isinstance(platform.storage, LocalStorage)
    path = platform.storage.path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_the_whole_file_has_its_exact_length(client: TestClient, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    assert answer.content == BYTES
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_film_is_a_film(client: TestClient, episode: Episode) -> None:
    answer = client.get(f"/video/{episode.id}.mp4")

    assert answer.headers["content-type"] == "video/mp4"


def test_the_small_sound_is_there_like_the_large_one(
    client: TestClient, platform: Platform, episode: Episode
) -> None:
    with platform.database.session() as session:
        small = make_rendition(episode.id, "low-sound")
        found = session.get_one(Episode, episode.id)
        found.renditions.append(small)
    store(platform, small.key, BYTES)
    address = f"/audio/{episode.id}.opus"

    part = client.get(address, headers={"Range": "bytes=10-19"})

    assert (part.status_code, part.content) == (206, BYTES[10:20])
    assert part.headers["content-type"] == "audio/ogg; codecs=opus"
    assert client.head(address).headers["content-length"] == str(SIZE)


def test_a_small_sound_that_is_not_made_yet_is_not_found(
    client: TestClient, episode: Episode
) -> None:
    assert client.get(f"/audio/{episode.id}.opus").status_code == 404


def test_head_says_the_length_without_the_bytes(
    client: TestClient, address: str
) -> None:
    answer = client.head(address)

    assert answer.content == b""
    assert answer.headers["content-length"] == str(SIZE)


def test_what_apps_append_for_counting_changes_nothing(
    client: TestClient, address: str
) -> None:
    answer = client.get(f"{address}?source=app&expires=x&t=5")

    assert answer.content == BYTES


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("0-99", 0, 100), ("10000-", 10000, SIZE), ("-7", SIZE - 7, SIZE)],
)
def test_a_part_can_be_had(
    client: TestClient, address: str, asked: str, start: int, end: int
) -> None:
    answer = client.get(address, headers={"range": f"bytes={asked}"})

    assert answer.status_code == 206
    assert answer.content == BYTES[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"


def test_a_part_beyond_the_end_is_refused_with_the_length(
    client: TestClient, address: str
) -> None:
    answer = client.get(address, headers={"range": f"bytes={SIZE}-"})

    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


def test_a_download_goes_on_only_in_the_same_file(
    client: TestClient, address: str
) -> None:
    etag = client.head(address).headers["etag"]

    same = client.get(address, headers={"range": "bytes=5-", "if-range": etag})
    other = client.get(address, headers={"range": "bytes=5-", "if-range": '"x"'})

    assert (same.status_code, other.status_code) == (206, 200)


def test_what_a_client_has_is_not_sent_again(client: TestClient, address: str) -> None:
    etag = client.head(address).headers["etag"]

    answer = client.get(address, headers={"if-none-match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


@chosen(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cuts=st.sets(st.integers(1, SIZE - 1), max_size=6))
def test_the_parts_of_a_file_are_the_file(
    client: TestClient, address: str, cuts: set[int]
) -> None:
    borders = [0, *sorted(cuts), SIZE]
    parts = []

    for start, end in pairwise(borders):
        asked = {"range": f"bytes={start}-{end - 1}"}
        parts.append(client.get(address, headers=asked).content)

    assert b"".join(parts) == BYTES


def test_a_stored_file_never_changes_and_is_open_to_players(
    client: TestClient, episode: Episode
) -> None:
    answer = client.get(f"/media/{episode.renditions[0].key}")

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_playlist_is_sent_small(client: TestClient, episode: Episode) -> None:
    master = episode.rendition("hls-master")
    assert master is not None

    answer = client.get(f"/media/{master.key}")
    plain = client.get(f"/media/{master.key}", headers={"accept-encoding": "identity"})
    again = client.get(
        f"/media/{master.key}", headers={"if-none-match": answer.headers["etag"]}
    )

    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < SIZE
    assert answer.content == plain.content == BYTES
    assert again.status_code == 304


def test_a_correction_is_heard_under_the_same_address(
    client: TestClient, platform: Platform, episode: Episode, address: str
) -> None:
    with platform.database.session() as session:
        found = session.get_one(Episode, episode.id)
        corrected = make_rendition(found.id, "sound", sha256="ab" * 32)
        corrected.revision = found.revision = 2
        corrected.key = f"public/{found.id}/2/{'ab' * 16}.mp3"
        found.renditions.append(corrected)
    store(platform, corrected.key, b"corrected")

    assert client.get(address).content == b"corrected"


def test_a_lost_file_is_our_failure_and_not_the_address(
    client: TestClient, platform: Platform, episode: Episode, address: str
) -> None:
    sound = episode.rendition("sound")
    assert sound is not None
    store(platform, sound.key, b"").unlink()

    assert client.get(address).status_code == 503


def test_a_show_may_show_its_artwork(
    client: TestClient, platform: Platform, episode: Episode
) -> None:
    key = episode.show.artwork_key
    assert key is not None
    store(platform, key, b"picture")

    assert client.get(f"/media/{key}").headers["content-type"] == "image/jpeg"
