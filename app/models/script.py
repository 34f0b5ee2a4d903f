"""What can be read along with an episode: its chapters and its transcript."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now
from app.models.identity import new_id


class Chapter(Base):
    """A part of an episode, from its start until the next one."""

    __tablename__ = "chapters"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    start_ms: Mapped[int]
    title: Mapped[str]
    link: Mapped[str] = mapped_column(default="")


class Transcript(Base):
    """Every word of an episode, in cues.

    A cue is `{"start_ms": int, "end_ms": int, "speaker": str, "text": str}`.
    """

    __tablename__ = "transcripts"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str]
    cues: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # A plain text has no times: its cues all start at 0, and it makes no captions.
    timed: Mapped[bool] = mapped_column(default=True)
    # A new one with every change, so that nobody overwrites what they have not seen.
    version: Mapped[str] = mapped_column(default=new_id, onupdate=new_id)
    made_by: Mapped[str] = mapped_column(default="")  # by which program and model
    machine_made_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_user_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )

    @property
    def is_unread(self) -> bool:
        """Whether a machine has made it, and no person has read it since."""
        return self.machine_made_at is not None and self.reviewed_at is None


class EarlierTranscript(Base):
    """The cues as they were before a change, so that it can be undone."""

    __tablename__ = "earlier_transcripts"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    cues: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(default=now)
