"""Addresses that somebody read a moment ago still work."""

import pytest
from fastapi.testclient import TestClient

from app.actions import leftovers
from app.models import Episode
from app.platform import Platform
from tests.app import workers
from tests.app.public.test_media import store
from tests.factories import make_show, make_video, publish

KEY = "public/{}/1/old.mp3"


def replaced(platform: Platform, *, public: bool) -> str:
    """The address of a file that another has replaced."""
    with platform.database.session() as session:
        episode = make_video(session, make_show(session), "A film")
        if public:
            publish(episode)
        key = KEY.format(episode.id)
        session.flush()
        leftovers.replace(platform, session, episode.id, [key])
    store(platform, key, b"old")
    return f"/media/{key}"


def test_a_file_that_was_replaced_can_be_read_for_a_day(
    client: TestClient, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = replaced(platform, public=True)
    leftovers.sweep(platform)
    assert client.get(address).content == b"old"

    workers.let_a_day_pass(monkeypatch)
    leftovers.sweep(platform)

    assert client.get(address).status_code == 404


def test_nobody_reads_what_was_replaced_in_a_draft(
    client: TestClient, platform: Platform
) -> None:
    assert client.get(replaced(platform, public=False)).status_code == 404


def test_nothing_replaced_is_read_once_the_episode_is_taken_back(
    client: TestClient, platform: Platform
) -> None:
    address = replaced(platform, public=True)
    with platform.database.session() as session:
        session.delete(session.query(Episode).one())

    assert client.get(address).status_code == 404
