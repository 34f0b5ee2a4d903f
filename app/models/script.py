"""What can be read along with an episode: its chapters and its transcript."""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
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
