"""One step of one recording at work: its files, its rows, its progress."""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.actions import crash, syndication, tagging
from app.database import now
from app.models import Episode, Processing, ProcessingState, Recording, Rendition
from app.platform import Platform
from media_pipeline import rendition as made
from media_pipeline.errors import Failed, Refused
from media_pipeline.pipeline import Step
from media_pipeline.rendition import PRIVATE, Kind

TELL_SECONDS = 1.0
MOST_STARTS = 8  # of one step, by crashes too: something in it kills the worker

log = structlog.get_logger(__name__)


class Superseded(Exception):
    """The episode is gone, or has a newer recording: nobody waits for this one."""


class HopelessStep(Failed):
    """It was begun again and again, and never came to an end."""


@dataclass
class Job:
    """What a step needs to know, and everything it may change."""

    platform: Platform
    episode_id: str
    revision: int
    folder: Path
    step: Step
    stop: threading.Event
    is_superseded: bool = False
    starts: int = 0  # of this step, this one included
    _told_at: float = field(default=0.0, init=False)

    def begin(self) -> bool:
        """Note that the step begins; False when there is nothing left to do."""
        with self.platform.database.session() as session:
            row = self._row(session)
            if row.state == ProcessingState.READY and self.step == Step.FINISH:
                return True
            if row.is_over:
                return False
            row.starts = row.starts + 1 if row.step == self.step else 1
            row.state, row.step = ProcessingState.RUNNING, self.step
            row.fraction = max(row.fraction, self.step.begins_at)
            row.changed_at = now()
            self.starts = row.starts
        if self.starts > MOST_STARTS:
            raise HopelessStep("This recording stops our program every time.")
        crash.point(f"{self.step} begun")
        return True

    def recording(self) -> Path:
        """The recording, in our folder."""
        file = self.folder / "recording"
        if not file.exists():
            with self.platform.database.reading() as session:
                wanted = select(Recording.key).where(self._of(Recording))
                key = session.scalar(wanted)
            if key is None:
                raise Superseded
            self._fetch(key, file)
        return file

    def language(self) -> str:
        """What is spoken."""
        with self.platform.database.reading() as session:
            episode = session.get(Episode, self.episode_id)
            if episode is None:
                raise Superseded
            return episode.spoken_language

    def made_before(self, kind: Kind, name: str) -> Path:
        """What an earlier step has made, perhaps on another machine."""
        with self.platform.database.reading() as session:
            named = Rendition.kind == kind, Rendition.name == name
            row = session.scalar(select(Rendition).where(self._of(Rendition), *named))
        if row is None:
            raise Superseded
        file = self.folder / row.key.rpartition("/")[2]
        if not file.exists():
            self._fetch(row.key, file)
        return file

    def has(self, kind: Kind) -> bool:
        """Whether this recording has such a rendition already."""
        with self.platform.database.reading() as session:
            of_kind = self._of(Rendition), Rendition.kind == kind
            return session.scalar(select(Rendition.id).where(*of_kind)) is not None

    def tell(self, share: float) -> None:
        """Say how much of this step is done, about once a second."""
        if time.monotonic() - self._told_at < TELL_SECONDS:
            return
        self._told_at = time.monotonic()
        fraction = self.step.begins_at + self.step.share * min(max(share, 0.0), 1.0)
        try:
            if not self._update(fraction=fraction):
                self.is_superseded = True
                self.stop.set()
        except SQLAlchemyError as error:
            # The work goes on, whether anybody hears of it or not.
            log.warning("progress not told", episode=self.episode_id, cause=str(error))

    def remark(self, remarks: Iterable[str]) -> None:
        """Keep what will be put right in this recording."""
        self._update(remarks=list(remarks))

    def note(self, sentence: str, cause: str) -> None:
        """Keep why this try has failed."""
        self._update(sentence=sentence, cause=cause)

    def uncount(self) -> None:
        """We were asked to stop: this start shall not count."""
        self._update(starts=Processing.starts - 1)

    def store(self, files: Sequence[made.Rendition], words: str = "") -> None:
        """Upload what was made, the master playlist last; then let it count."""
        rows = []
        for file in sorted(files, key=lambda file: file.kind == Kind.HLS_MASTER):
            place = "private" if file.kind in PRIVATE else "public"
            key = f"{place}/{self.episode_id}/{self.revision}/{file.filename}"
            self.platform.storage.put_file(file.path, key, file.content_type)
            crash.point(f"{self.step} stored")
            row = Rendition.of(file, self.revision, key)
            if file.kind == Kind.SOUND:
                row = tagging.row_of(file, words, self.revision, key)
            rows.append(row)
        self._record(rows)
        crash.point(f"{self.step} recorded")

    def refuse(self, error: Refused) -> None:
        """Say why this recording cannot be used, and keep nothing of it."""
        with self.platform.database.session() as session:
            row = self._row(session)
            row.sentence, row.cause = error.sentence, error.cause
            _close(row, ProcessingState.REFUSED)
            session.execute(delete(Recording).where(self._of(Recording)))
        self.drop_unreferenced()

    def close(self, state: ProcessingState) -> None:
        """Note that the work is over."""
        with self.platform.database.session() as session:
            row = self._row(session)
            if row.is_over:
                return
            if state == ProcessingState.READY:
                row.fraction, row.sentence, row.cause = 1.0, "", ""
            elif not row.sentence:
                row.sentence = "The work was stopped."
            _close(row, state)
        crash.point(f"{state} noted")

    def refresh_feed(self) -> None:
        """Render the feed anew if listeners can see this episode."""
        with self.platform.database.session() as session:
            episode = session.get(Episode, self.episode_id)
            if episode is None or not episode.is_public:
                return
            episode.show.touch()
            show_id = episode.show_id
        syndication.refresh_show(self.platform, show_id)

    def drop_older(self) -> None:
        """Remove what was made of earlier recordings; this one has replaced them."""
        older = range(1, self.revision)
        with self.platform.database.session() as session:
            for table in (Rendition, Recording, Processing):
                of_episode = table.episode_id == self.episode_id
                session.execute(
                    delete(table).where(of_episode, table.revision.in_(older))
                )
        for revision in older:
            for place in ("public", "private"):
                prefix = f"{place}/{self.episode_id}/{revision}/"
                self.platform.storage.delete_prefix(prefix)

    def drop_unreferenced(self) -> None:
        """Remove from storage what no row names: left by tries that were cut off."""
        kept = self._named_keys()
        # Sounds belong to the retagging, as soon as there is one.
        spared = ".mp3" if any(key.endswith(".mp3") for key in kept) else "/"
        for place in ("public", "private"):
            prefix = f"{place}/{self.episode_id}/{self.revision}/"
            found = [stored.key for stored in self.platform.storage.objects(prefix)]
            self.platform.storage.delete_many(
                [k for k in found if k not in kept and not k.endswith(spared)]
            )

    def _named_keys(self) -> set[str]:
        with self.platform.database.reading() as session:
            renditions = session.scalars(
                select(Rendition.key).where(self._of(Rendition))
            )
            recordings = session.scalars(
                select(Recording.key).where(self._of(Recording))
            )
            return {*renditions, *recordings}

    def _record(self, rows: list[Rendition]) -> None:
        with self.platform.database.session() as session:
            self._row(session)
            for row in rows:
                if not tagging.swap(session, self.episode_id, row):
                    raise Superseded

    def _row(self, session: Session) -> Processing:
        wanted = select(Processing).where(self._of(Processing)).with_for_update()
        row = session.scalar(wanted)
        if row is None:
            raise Superseded
        return row

    def _update(self, **values: Any) -> bool:
        with self.platform.database.session() as session:
            told = update(Processing).where(self._of(Processing))
            told = told.values(changed_at=now(), **values)
            return session.scalar(told.returning(Processing.id)) is not None

    def _fetch(self, key: str, file: Path) -> None:
        unfinished = file.with_name(f"{file.name}.part")
        self.platform.storage.fetch(key, unfinished)
        unfinished.rename(file)

    def _of(
        self, table: type[Processing | Recording | Rendition]
    ) -> ColumnElement[bool]:
        return and_(
            table.episode_id == self.episode_id, table.revision == self.revision
        )


def _close(row: Processing, state: ProcessingState) -> None:
    row.state = state
    row.changed_at = row.finished_at = now()
