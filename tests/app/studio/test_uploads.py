import base64
import hashlib
import os
from datetime import timedelta
from typing import NamedTuple

import pytest
from httpx2 import Response
from sqlalchemy import update

from app.actions import arriving, uploading
from app.actions.intake import new_episode
from app.database import now
from app.models import Episode, Show, Upload
from app.platform import Platform
from tests.app.studio.conftest import Browser

ENDPOINT = "/studio/uploads"
VERSION = {"Tus-Resumable": "1.0.0"}
CHUNK = VERSION | {"Content-Type": "application/offset+octet-stream"}


class Disk(NamedTuple):
    free: int


def create(browser: Browser, length: int, **headers: str) -> Response:
    told = VERSION | {"Upload-Length": str(length)} | headers
    return browser.client.post(ENDPOINT, headers=told)


def patch(browser: Browser, place: str, offset: int, chunk: bytes) -> Response:
    headers = CHUNK | {"Upload-Offset": str(offset)}
    return browser.client.patch(place, content=chunk, headers=headers)


def offset(browser: Browser, place: str) -> int:
    answer = browser.client.head(place, headers=VERSION)
    return int(answer.headers["upload-offset"])


def metadata(**pairs: str) -> dict[str, str]:
    encoded = {k: base64.b64encode(v.encode()).decode() for k, v in pairs.items()}
    return {"Upload-Metadata": ",".join(f"{k} {v}" for k, v in encoded.items())}


def bytes_of(platform: Platform, place: str) -> bytes:
    return uploading.path_of(platform, place.rpartition("/")[2]).read_bytes()


def test_bytes_come_in_pieces_and_stay_in_order(
    browser: Browser, platform: Platform
) -> None:
    place = create(browser, 10).headers["location"]

    assert patch(browser, place, 0, b"Hello").status_code == 204
    assert offset(browser, place) == 5
    assert patch(browser, place, 5, b"World").headers["upload-offset"] == "10"

    assert bytes_of(platform, place) == b"HelloWorld"


def test_a_chunk_at_the_wrong_place_is_refused_in_words(browser: Browser) -> None:
    place = create(browser, 10).headers["location"]

    answer = patch(browser, place, 3, b"Hello")

    assert answer.status_code == 409
    assert answer.text == "This upload goes on at 0, not at 3.\n"
    assert answer.headers["tus-resumable"] == "1.0.0"


def test_bytes_of_a_refused_request_are_not_kept(
    browser: Browser, platform: Platform
) -> None:
    place = create(browser, 10).headers["location"]
    headers = CHUNK | {"Upload-Offset": "0"}

    # Without a length of its own, only the end shows that it is too much.
    answer = browser.client.patch(place, content=iter([b"x" * 11]), headers=headers)

    assert answer.status_code == 413
    assert bytes_of(platform, place) == b""


def test_only_a_good_chunk_reaches_the_upload(
    browser: Browser, platform: Platform
) -> None:
    place = create(browser, 5).headers["location"]
    good = base64.b64encode(hashlib.sha256(b"Hello").digest()).decode()
    headers = CHUNK | {"Upload-Offset": "0", "Upload-Checksum": f"sha256 {good}"}

    damaged = browser.client.patch(place, content=b"Hallo", headers=headers)
    assert (damaged.status_code, offset(browser, place)) == (460, 0)

    assert browser.client.patch(place, content=b"Hello", headers=headers).is_success
    assert [path.suffix for path in platform.settings.uploads_dir.iterdir()] == [""]


def test_a_full_disk_is_said_before_the_first_byte(
    browser: Browser, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Disk(free=10**6))

    answer = create(browser, 10)

    assert answer.status_code == 507
    assert "Please tell the keeper" in answer.text
    assert not list(platform.settings.uploads_dir.iterdir())


def test_metadata_that_cannot_be_read_is_refused(browser: Browser) -> None:
    answer = create(browser, 5, **{"Upload-Metadata": "filename ???"})

    assert answer.status_code == 400


def test_an_upload_for_an_episode_of_others_is_refused(
    browser: Browser, platform: Platform
) -> None:
    answer = create(browser, 5, **metadata(episode="0" * 32))

    assert answer.status_code == 404
    assert not list(platform.settings.uploads_dir.iterdir())


def test_what_is_too_large_is_refused_before_the_first_byte(
    browser: Browser, platform: Platform
) -> None:
    answer = create(browser, platform.settings.max_upload_bytes + 1)

    assert answer.status_code == 413


def test_a_whole_upload_becomes_the_recording_of_its_episode(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        episode = new_episode(session, session.merge(show), title="A talk")
    told = metadata(episode=episode.id, filename="Zoë – talk.wav")
    place = create(browser, 5, **told).headers["location"]

    patch(browser, place, 0, b"Hello")

    with platform.database.reading() as session:
        recording = session.get_one(Episode, episode.id).recordings[0]
    assert (recording.size, recording.filename) == (5, "Zoë – talk.wav")
    assert not list(platform.settings.uploads_dir.iterdir())
    assert offset(browser, place) == 5


def test_a_crash_after_the_last_byte_loses_nothing(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        episode = new_episode(session, session.merge(show), title="A talk")
    place = create(browser, 5, **metadata(episode=episode.id)).headers["location"]
    # The bytes are there, but whoever wrote them died before saying so.
    uploading.path_of(platform, place.rpartition("/")[2]).write_bytes(b"Hello")

    arriving.sweep(platform)

    with platform.database.reading() as session:
        assert session.get_one(Episode, episode.id).recordings[0].size == 5


def test_an_upload_that_nobody_goes_on_with_is_swept_away(
    browser: Browser, platform: Platform
) -> None:
    place = create(browser, 5).headers["location"]
    with platform.database.session() as session:
        session.execute(update(Upload).values(expires_at=now() - timedelta(seconds=1)))

    arriving.sweep(platform)

    assert browser.client.head(place, headers=VERSION).status_code == 404
    assert not list(platform.settings.uploads_dir.iterdir())


def test_a_file_that_no_row_knows_is_swept_away(platform: Platform) -> None:
    fresh, old = (platform.settings.uploads_dir / name for name in ("ab", "cd"))
    fresh.touch()
    old.touch()
    os.utime(old, (0, 0))

    arriving.sweep(platform)

    assert fresh.exists()
    assert not old.exists()


def test_several_uploads_become_one(browser: Browser, platform: Platform) -> None:
    partial = {"Upload-Concat": "partial"}
    first = create(browser, 5, **partial).headers["location"]
    second = create(browser, 5, **partial).headers["location"]
    patch(browser, second, 0, b"World")
    patch(browser, first, 0, b"Hello")

    final = VERSION | {"Upload-Concat": f"final;{first} {second}"}
    whole = browser.client.post(ENDPOINT, headers=final).headers["location"]

    assert bytes_of(platform, whole) == b"HelloWorld"
    assert offset(browser, whole) == 10
    assert browser.client.head(first, headers=VERSION).status_code == 404


@pytest.mark.parametrize(
    "parts", ["", "/studio/uploads/x", "/studio/uploads/" + "0" * 32]
)
def test_only_whole_parts_of_ones_own_are_joined(browser: Browser, parts: str) -> None:
    final = VERSION | {"Upload-Concat": f"final;{parts}"}

    assert browser.client.post(ENDPOINT, headers=final).status_code in {400, 404}
