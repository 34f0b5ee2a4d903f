from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions import intake, inventory, moved_media
from app.actions.inventory import Choice
from app.actions.moving_in import Wish
from app.models import Episode, Leftover, Processing, Rendition
from app.platform import Platform
from media_pipeline.errors import StorageFailed
from media_pipeline.recipes import Form
from tests.app import workers
from tests.app.actions.moving_in.bringing import bring
from tests.app.old_host import OldHost


def test_its_sound_may_be_kept_byte_for_byte(
    platform: Platform, host: OldHost, talk: bytes
) -> None:
    bring(platform, host, host.publish(host.item("one", 1)))

    with platform.database.reading() as session:
        sound = session.scalars(select(Episode)).one().rendition("sound")
    assert sound is not None
    assert b"".join(platform.storage.open_range(sound.key)) == talk


def test_sound_that_was_kept_is_never_made_anew(
    platform: Platform, host: OldHost
) -> None:
    bring(platform, host, host.publish(host.item("one", 1)))

    outdated = Choice(outdated=True)
    wanted = {form for form in Form if inventory.wanting(platform, form, outdated)}

    assert wanted == {Form.LOW_SOUND, Form.WAVEFORM}
    assert inventory.wanting(platform, Form.SOUND, Choice()) == []


def test_a_kept_sound_is_heard_until_another_recording_is_whole(
    platform: Platform, host: OldHost, talk: bytes, tmp_path: Path
) -> None:
    bring(platform, host, host.publish(host.item("one", 1)))
    better = tmp_path / "better.mp3"
    better.write_bytes(talk + b"more")

    with platform.database.reading() as session:
        episode_id = session.scalars(select(Episode)).one().id
    agreed = intake.Agreement("Everyone has agreed.")
    intake.receive(platform, episode_id, better, "better.mp3", agreed=agreed)

    with platform.database.reading() as session:
        assert session.get_one(Episode, episode_id).rendition("sound") is not None


def test_sound_that_is_not_what_it_says_is_not_kept(
    platform: Platform, host: OldHost, talk: bytes
) -> None:
    at = max(talk.find(b"Xing"), talk.find(b"Info"))
    frames = (400_000_000).to_bytes(4)  # 120 days
    host.files["/one.mp3"] = talk[: at + 8] + frames + talk[at + 12 :]

    bring(platform, host, host.publish(host.item("one", 1)))

    with platform.database.reading() as session:
        assert session.scalars(select(Rendition)).all() == []
        assert session.scalars(select(Processing)).one().state == "queued"


def test_a_kept_sound_is_announced_before_it_is_stored(
    platform: Platform, host: OldHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StorageFailed("A file could not be stored.")

    monkeypatch.setattr(moved_media, "_record", fails)
    bring(platform, host, host.publish(host.item("one", 1)))

    with platform.database.reading() as session:
        announced = {leftover.key for leftover in session.scalars(select(Leftover))}
    assert len(announced) == 2
    assert announced <= workers.stored_keys(platform)


def test_or_it_waits_to_be_made_anew(platform: Platform, host: OldHost) -> None:
    bring(platform, host, host.publish(host.item("one", 1)), Wish())

    with platform.database.reading() as session:
        episode = session.scalars(select(Episode)).one()
        assert session.scalars(select(Processing)).one().state == "queued"
        assert episode.publish_when_ready is not None
        assert episode.consents != []


def test_a_kept_sound_can_be_public_at_once(platform: Platform, host: OldHost) -> None:
    wish = Wish(publish=True, keep_media=True)

    bring(platform, host, host.publish(host.item("one", 1)), wish)

    with platform.database.reading() as session:
        episode = session.scalars(select(Episode)).one()
        assert episode.is_public
        assert episode.published_at is not None
        assert episode.published_at.year == 2024
