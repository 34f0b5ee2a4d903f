"""Recordings that are worked on here: fetched once, and shared by all who need them."""

import os
import threading
from pathlib import Path

from sqlalchemy import select

from app.actions import room
from app.actions.workspace import clear, is_free, workspace
from app.models import Processing, ProcessingState, Recording
from app.platform import Platform

PREFIX = "shelf-"


def lend(
    platform: Platform, recording: Recording, file: Path, stop: threading.Event
) -> None:
    """Put a recording into a work folder; several folders share one copy of it."""
    name = _name(recording.episode_id, recording.revision)
    with workspace(platform.settings.scratch_dir, name, stop) as folder:
        kept = folder / recording.key.rpartition("/")[2]
        if not kept.exists():
            _fetch(platform, recording, kept)
        os.link(kept, file)


def take_down(platform: Platform, episode_id: str, revision: int) -> None:
    """Nobody here needs it any more. Who still has it in a folder keeps it there."""
    folder = platform.settings.scratch_dir / _name(episode_id, revision)
    if folder.exists() and is_free(folder):
        clear(folder)


def in_use(platform: Platform) -> set[str]:
    """The names of the folders that are still needed."""
    unfinished = {ProcessingState.QUEUED, ProcessingState.RUNNING}
    with platform.database.reading() as session:
        of_them = select(Processing).where(Processing.state.in_(unfinished))
        return {_name(p.episode_id, p.revision) for p in session.scalars(of_them)}


def _name(episode_id: str, revision: int) -> str:
    return f"{PREFIX}{episode_id}-r{revision}"


def _fetch(platform: Platform, recording: Recording, kept: Path) -> None:
    if platform.settings.storage.startswith("s3:"):  # a folder only lends a link
        room.insist(kept.parent, recording.size)
    unfinished = kept.with_name(f"{kept.name}.part")
    platform.storage.fetch(recording.key, unfinished, sha256=recording.sha256)
    unfinished.rename(kept)
