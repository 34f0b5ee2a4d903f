"""Recordings of one episode after the other, as if each had been made of its own."""

from pathlib import Path
from typing import Any

from app.actions import intake, replacing
from app.actions.intake import Agreement
from app.models import Episode, Processing, ProcessingState
from app.platform import Platform
from tests.app import workers
from tests.factories import make_episode, make_rendition, make_show

AGREED = Agreement("Everyone in the new one has agreed.")


def heard_episode(platform: Platform, **show: Any) -> str:
    """An episode whose recording is heard, and stored."""
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session, **show), settled_revision=1)
        store(platform, *(row.key for row in episode.renditions + episode.recordings))
        return episode.id


def store(platform: Platform, *keys: str) -> None:
    file = platform.settings.data_dir / "file"
    file.write_bytes(b"bytes")
    for key in keys:
        platform.storage.put_file(file, key, "audio/mpeg")


def take(platform: Platform, number: int = 2) -> Path:
    """Another recording."""
    file = platform.settings.data_dir / f"take-{number}.wav"
    file.write_bytes(b"RIFF" * number)
    return file


def replace(platform: Platform, episode_id: str, seconds: float = 93.4) -> int:
    """A new recording comes in and is made whole; its revision."""
    with platform.database.reading() as session:
        number = session.get_one(Episode, episode_id).revision + 1
    file = take(platform, number)
    work = intake.receive(platform, episode_id, file, "take.wav", agreed=AGREED)
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        key = f"public/{episode_id}/{number}/sound.mp3"
        sound = make_rendition(episode_id, "sound", key=key, duration_seconds=seconds)
        sound.revision = number
        episode.renditions.append(sound)
        session.flush()
        replacing.settle(session, episode_id, number)
        session.get_one(Processing, work.id).state = ProcessingState.READY
    store(platform, key)
    return number


def heard(platform: Platform, episode_id: str) -> int:
    with platform.database.reading() as session:
        return session.get_one(Episode, episode_id).heard_revision


def revisions(platform: Platform) -> set[int]:
    """Those of which anything is stored."""
    return {int(key.split("/")[2]) for key in workers.stored_keys(platform)}
