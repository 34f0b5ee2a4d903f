"""One form of an episode is made anew from stored files, while listeners have the old.

Taken again it ends the same. Its files count in one moment, and only if everything
that they were made from still counts.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import crash, leftovers, swapping, syndication
from app.actions.workspace import clear, workspace
from app.models import Episode, Recording, Rendition
from app.platform import Platform
from media_pipeline import rendition as made
from media_pipeline.errors import Failed
from media_pipeline.programs.process import stoppable
from media_pipeline.recipes import MAKES, Form
from media_pipeline.rendition import Kind

log = structlog.get_logger(__name__)


class Gone(Exception):
    """The episode has no such thing any more, or never had."""


@dataclass
class Bench:
    """One episode, and a folder to work on it; remembers what was taken from it."""

    platform: Platform
    episode_id: str
    revision: int
    folder: Path
    used: set[str] = field(default_factory=set)  # keys

    def recording(self) -> Path:
        """The recording, in our folder."""
        with self.platform.database.reading() as session:
            of_this = Recording.episode_id == self.episode_id
            revision = Recording.revision == self.revision
            key = session.scalar(select(Recording.key).where(of_this, revision))
        return self._fetched(key)

    def take(self, kind: Kind, name: str = "") -> made.Rendition:
        """A finished rendition, in our folder."""
        row = next((r for r in self.rows(kind) if r.name == name), None)
        return self.fetch(row)

    def fetch(self, row: Rendition | None) -> made.Rendition:
        """The same for somebody who has the row."""
        path = self._fetched(row.key if row else None)
        if row is None:
            raise Gone
        return made.Rendition(
            kind=Kind(row.kind),
            path=path,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            sha384=row.sha384,
            name=row.name,
            duration_seconds=row.duration_seconds,
            width=row.width,
            height=row.height,
            bitrate=row.bitrate,
            codecs=row.codecs,
            details=dict(row.details),
        )

    def rows(self, kind: Kind) -> list[Rendition]:
        """All renditions of a kind."""
        with self.platform.database.reading() as session:
            wanted = select(Rendition).where(
                Rendition.episode_id == self.episode_id,
                Rendition.revision == self.revision,
                Rendition.kind == kind,
            )
            return list(session.scalars(wanted.order_by(Rendition.name)))

    def _fetched(self, key: str | None) -> Path:
        if key is None:
            raise Gone
        self.used.add(key)
        file = self.folder / key.rpartition("/")[2]
        if not file.exists():
            if self.platform.storage.stat(key) is None:
                # Nobody brings it back: to wait for that for a day is of no use.
                raise Failed("A file that this is made from is missing.", cause=key)
            unfinished = file.with_name(f"{file.name}.part")
            self.platform.storage.fetch(key, unfinished)
            unfinished.rename(file)
        return file


Make = Callable[[Bench], Sequence[made.Rendition]]


def remake(
    platform: Platform,
    episode_id: str,
    form: Form,
    make: Make,
    stop: threading.Event | None = None,
    revision: int | None = None,
) -> bool:
    """Make a form anew, of the recording that is heard unless another is named.

    False: there is nothing to make it from, or it does not count any more.
    """
    stop = stop or threading.Event()
    scratch = platform.settings.scratch_dir
    with workspace(scratch, f"redo-{form}-{episode_id}", stop) as folder:
        try:
            bench = _bench(platform, episode_id, folder, revision)
            with stoppable(stop):
                files = make(bench)
            return _exchange(bench, form, files)
        except Gone:
            return False
        finally:
            if not stop.is_set():
                clear(folder)


def _bench(
    platform: Platform, episode_id: str, folder: Path, revision: int | None
) -> Bench:
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        if episode is None or episode.withdrawal is not None:
            raise Gone
        revision = revision or episode.heard_revision
    return Bench(platform, episode_id, revision, folder)


def _exchange(bench: Bench, form: Form, files: Sequence[made.Rendition]) -> bool:
    crash.point(f"{form} made")
    rows = swapping.store(bench.platform, bench.episode_id, bench.revision, files)
    crash.point(f"{form} stored")
    with bench.platform.database.session() as session:
        done = _still_there(session, bench) and swapping.swap(
            bench.platform, session, bench.episode_id, rows
        )
        if done:
            _after_swap(session, bench, form, rows)
    crash.point(f"{form} recorded")
    if done:
        refresh(bench.platform, bench.episode_id)
        log.info("made anew", form=form, episode=bench.episode_id)
    else:
        leftovers.drop(bench.platform, [r.key for r in rows], even_announced=True)
    return done


def _still_there(session: Session, bench: Bench) -> bool:
    episode = session.get(Episode, bench.episode_id, with_for_update=True)
    if episode is None or episode.withdrawal is not None:
        return False
    of_this = bench.revision
    named = {r.key for r in episode.renditions if r.revision == of_this}
    named |= {r.key for r in episode.recordings if r.revision == of_this}
    return bench.used <= named


def _after_swap(
    session: Session, bench: Bench, form: Form, rows: Sequence[Rendition]
) -> None:
    # What there were more of before: nine chapters of which seven are left.
    episode = session.get_one(Episode, bench.episode_id)
    kept = {(row.kind, row.name) for row in rows}
    more = [
        row
        for row in episode.renditions
        if row.revision == bench.revision
        and row.kind in MAKES[form]
        and (row.kind, row.name) not in kept
    ]
    swapping.take_away(bench.platform, session, episode, more)
    episode.show.touch()


def refresh(platform: Platform, episode_id: str) -> None:
    """Render the feeds in which this episode is."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        show_id = episode.show_id if episode else None
    if show_id:
        syndication.refresh_show(platform, show_id)
