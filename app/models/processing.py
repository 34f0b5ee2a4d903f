"""How far the making of an episode is, for everyone who waits for it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now
from app.models.identity import new_id

_UNREAD = JSON(none_as_null=True)


class ProcessingState(StrEnum):
    """Refused is for the host, failed is for us; waiting is for a person's button."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"


class Processing(Base):
    """One row for each revision of an episode's recording."""

    __tablename__ = "processings"
    __table_args__ = (UniqueConstraint("episode_id", "revision"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE")
    )
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(default=ProcessingState.QUEUED)
    step: Mapped[str] = mapped_column(default="")  # a `media_pipeline.pipeline.Step`
    fraction: Mapped[float] = mapped_column(default=0.0)  # of the whole, 0 to 1
    sentence: Mapped[str] = mapped_column(default="")  # why refused or failed
    cause: Mapped[str] = mapped_column(default="")  # the same for the log
    remarks: Mapped[list[str]] = mapped_column(JSON, default=list)  # what was mended
    # The recording was made before: everybody else comes first.
    again: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=1)  # a person's button starts the next
    starts: Mapped[int] = mapped_column(default=0)  # of this step, crashes included
    waits_since: Mapped[datetime | None]  # for a fault of ours to pass
    resume_at: Mapped[datetime | None]  # when it shall be tried again
    # What every worker needs to know: large, and read only by those who work.
    admission: Mapped[dict[str, Any] | None] = mapped_column(_UNREAD, deferred=True)
    film_plan: Mapped[dict[str, Any] | None] = mapped_column(_UNREAD, deferred=True)
    queued_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        """Whether nothing happens any more without a person."""
        over = {ProcessingState.READY, ProcessingState.REFUSED, ProcessingState.FAILED}
        return self.state in over

    @property
    def workflow_id(self) -> str:
        """The name of its durable workflow: the same row never gets two."""
        again = f"-{self.round}" if self.round > 1 else ""
        return f"episode-{self.episode_id}-r{self.revision}{again}"
