"""How far the making of an episode is, written down for everyone who waits for it."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, case, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.actions import crash
from app.database import now
from app.models import Chunk, Processing, ProcessingState
from app.platform import Platform
from media_pipeline.errors import Failed
from media_pipeline.pipeline import Step

TELL_SECONDS = 1.0
MOST_STARTS = 8  # of one step, by crashes too: something in it kills the worker
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
PATIENCE = timedelta(days=1)  # with our own faults, before a person is asked

log = structlog.get_logger(__name__)


class Superseded(Exception):
    """The episode is gone, or has a newer recording: nobody waits for this one."""


class HopelessStep(Failed):
    """It was begun again and again, and never came to an end."""


@dataclass
class Headway:
    """One step of one recording: whether it may begin, how far it is, how it ends."""

    platform: Platform
    work_id: str  # of the round in which it is made
    episode_id: str
    revision: int
    step: Step
    stop: threading.Event
    number: int | None = None  # of the chunk, when the step makes one of several
    is_superseded: bool = field(default=False, init=False)
    starts: int = field(default=0, init=False)  # of this step, this one included
    _chunks: int = field(default=1, init=False)
    _told_at: float = field(default=0.0, init=False)

    def begin(self, chunks: int = 1) -> bool:
        """Note that the step begins; False when there is nothing left to do."""
        self._chunks = chunks
        with self.platform.database.session() as session:
            row = self.row(session)
            if row.state == ProcessingState.READY and self.step == Step.FINISH:
                return True
            if row.is_over or row.workflow_id != self.work_id:
                return False
            row.state, row.changed_at = ProcessingState.RUNNING, now()
            if self.number is None:
                self._come_to_step(row)
            if not self.starts:  # else the same start is made again
                self.starts = self._count_start(session, row)
        about = {"step": self.step, "chunk": self.number, "start": self.starts}
        log.info("step begun", episode=self.episode_id, **about)
        if self.starts > MOST_STARTS:
            raise HopelessStep("This recording stops our program every time.")
        crash.point(f"{self.step} begun")
        return True

    def tell(self, share: float) -> None:
        """Say how much of this step is done, about once a second."""
        if time.monotonic() - self._told_at < TELL_SECONDS:
            return
        self._told_at = time.monotonic()
        try:
            if not self._tell(min(max(share, 0.0), 1.0)):
                self.is_superseded = True
                self.stop.set()
        except SQLAlchemyError as error:
            # The work goes on, whether anybody hears of it or not.
            log.warning("progress not told", episode=self.episode_id, cause=str(error))

    def remark(self, remarks: Iterable[str]) -> None:
        """Keep what will be put right in this recording."""
        self.update(remarks=list(remarks))

    def note(self, sentence: str, cause: str) -> None:
        """Keep why this try has failed."""
        self.update(sentence=sentence, cause=cause)

    def uncount(self) -> None:
        """We were asked to stop: this start shall not count."""
        with self.platform.database.session() as session:
            counted = self._counted(session, self.row(session))
            counted.starts -= 1

    def lay_aside(self) -> bool:
        """Try again later, without holding a place; False when we waited enough."""
        with self.platform.database.session() as session:
            counted = self._counted(session, self.row(session))
            counted.waits_since = counted.waits_since or now()
            waited = now() - counted.waits_since
            if waited > PATIENCE:
                return False
            counted.starts -= 1
            counted.resume_at = now() + pause_after(waited)
        return True

    def close(self, state: ProcessingState) -> None:
        """Note that the work is over."""
        with self.platform.database.session() as session:
            row = self.row(session)
            if row.is_over or row.workflow_id != self.work_id:
                return
            if state == ProcessingState.READY:
                row.fraction, row.sentence, row.cause = 1.0, "", ""
            elif not row.sentence:
                row.sentence = "The work was stopped."
            end(row, state)
        crash.point(f"{state} noted")

    def row(self, session: Session) -> Processing:
        """The row of this recording's work, for us alone until the session ends."""
        wanted = select(Processing).where(self.ours()).with_for_update()
        row = session.scalar(wanted)
        if row is None:
            raise Superseded
        return row

    def update(self, **values: Any) -> bool:
        """Change the row; False when it is not there any more."""
        with self.platform.database.session() as session:
            told = update(Processing).where(self.ours())
            told = told.values(changed_at=now(), **values)
            return session.scalar(told.returning(Processing.id)) is not None

    def has_made_chunk(self, session: Session, row: Processing) -> None:
        """Note it together with the rows of what was made."""
        self._tell_share(session, row.id, 1.0)
        row.fraction = max(row.fraction, self._fraction(session, row))

    def ours(self) -> ColumnElement[bool]:
        """The row of this recording's work."""
        return and_(
            Processing.episode_id == self.episode_id,
            Processing.revision == self.revision,
        )

    def _come_to_step(self, row: Processing) -> None:
        if row.step != self.step:
            row.starts, row.waits_since = 0, None
        row.step = self.step
        row.fraction = max(row.fraction, self.step.begins_at)

    def _count_start(self, session: Session, row: Processing) -> int:
        counted = self._counted(session, row)
        counted.starts += 1
        counted.resume_at = None
        return counted.starts

    def _counted(self, session: Session, row: Processing) -> Processing | Chunk:
        if self.number is None:
            return row
        chunk = session.get(Chunk, (row.id, self.number))
        if chunk is None:
            chunk = Chunk(processing_id=row.id, number=self.number, starts=0, share=0.0)
            session.add(chunk)
        return chunk

    def _tell(self, share: float) -> bool:
        if self.number is None:
            return self._move(self.step.begins_at + self.step.share * share)
        with self.platform.database.session() as session:
            row = session.scalar(select(Processing).where(self.ours()))
            if row is None:
                return False
            self._tell_share(session, row.id, share)
            fraction = self._fraction(session, row)
        return self._move(fraction)

    def _tell_share(self, session: Session, row_id: str, share: float) -> None:
        this = Chunk.processing_id == row_id, Chunk.number == self.number
        session.execute(update(Chunk).where(*this).values(share=share))

    def _fraction(self, session: Session, row: Processing) -> float:
        # The first steps may still be going on, elsewhere.
        before = min(Step(row.step).begins_at, self.step.begins_at)
        of_it = Chunk.processing_id == row.id
        done = session.scalar(select(func.sum(Chunk.share)).where(of_it)) or 0.0
        return before + self.step.share * min(1.0, done / self._chunks)

    def _move(self, fraction: float) -> bool:
        # Several workers tell at once, and nobody wants to see it go back.
        further = case((Processing.fraction > fraction, Processing.fraction))
        return self.update(fraction=func.coalesce(further, fraction))


def pause_after(waited: timedelta) -> timedelta:
    """How long to wait next: twice as long each time, and never very long."""
    return min(max(waited, SHORTEST_WAIT), LONGEST_WAIT)


def end(row: Processing, state: ProcessingState) -> None:
    """Let the work be over."""
    row.state = state
    row.changed_at = row.finished_at = now()
    row.waits_since = row.resume_at = None
