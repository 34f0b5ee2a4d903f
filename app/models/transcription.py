"""How far a machine is with writing down what is said in an episode."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now


class TranscriptionState(StrEnum):
    """Done also when somebody else was faster, and nobody waits for it any more."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Transcription(Base):
    """One row for each episode: it is made in parts, and knows those that are done."""

    __tablename__ = "transcriptions"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int]  # of the recording that is listened to
    round: Mapped[int] = mapped_column(default=1)  # a person's button starts the next
    state: Mapped[str] = mapped_column(default=TranscriptionState.QUEUED)
    parts: Mapped[int] = mapped_column(default=0)  # that are done
    heard_seconds: Mapped[float] = mapped_column(default=0.0)  # in those
    language: Mapped[str] = mapped_column(default="")  # as heard in the first of them
    cues: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, deferred=True
    )
    fraction: Mapped[float] = mapped_column(default=0.0)  # of the whole, 0 to 1
    sentence: Mapped[str] = mapped_column(default="")  # why it waits or has failed
    cause: Mapped[str] = mapped_column(default="")  # the same for the log
    starts: Mapped[int] = mapped_column(default=0)  # of this part, crashes included
    resume_at: Mapped[datetime | None]  # when it shall be tried again
    queued_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def is_over(self) -> bool:
        """Whether nothing happens any more without a person."""
        return self.state in {TranscriptionState.DONE, TranscriptionState.FAILED}

    @property
    def workflow_id(self) -> str:
        """The name of the durable workflow that makes the next part."""
        work = f"transcribe-{self.episode_id}-r{self.revision}-{self.round}"
        return f"{work}-{self.parts:04}"
