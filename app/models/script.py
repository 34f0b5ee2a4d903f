"""What can be read along with an episode: its chapters and its transcript."""

from datetime import datetime
from typing import Any, Self

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
    """A transcript as it was before a change, so that it can be undone."""

    __tablename__ = "earlier_transcripts"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), index=True
    )
    language: Mapped[str]
    cues: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    timed: Mapped[bool]
    made_by: Mapped[str]
    machine_made_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_user_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    kept_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, words: Transcript) -> Self:
        """What is there now."""
        return cls(
            language=words.language,
            cues=words.cues,
            timed=words.timed,
            made_by=words.made_by,
            machine_made_at=words.machine_made_at,
            reviewed_at=words.reviewed_at,
            reviewed_by_user_id=words.reviewed_by_user_id,
        )

    def put_back(self, words: Transcript) -> None:
        """Let a transcript be as it was."""
        words.language, words.cues, words.timed = self.language, self.cues, self.timed
        if words.machine_made_at == self.machine_made_at:
            return  # whoever has read it since has read these words
        words.made_by, words.machine_made_at = self.made_by, self.machine_made_at
        words.reviewed_at = self.reviewed_at
        words.reviewed_by_user_id = self.reviewed_by_user_id
