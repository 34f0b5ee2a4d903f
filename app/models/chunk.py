"""A chunk: a few segments of a film, made by one worker among several."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Chunk(Base):
    """How far one is. That it is done, only its renditions say."""

    __tablename__ = "chunks"

    processing_id: Mapped[str] = mapped_column(
        ForeignKey("processings.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts: Mapped[int] = mapped_column(default=0)  # crashes included
    share: Mapped[float] = mapped_column(default=0.0)  # of its work, 0 to 1
    waits_since: Mapped[datetime | None]  # for a fault of ours to pass
    resume_at: Mapped[datetime | None]  # when it shall be tried again
