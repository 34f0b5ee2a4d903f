"""A recording: the file as we received it. Never public."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now
from app.models.identity import new_id


class Recording(Base):
    """One received file; a new one of the same episode is a new revision."""

    __tablename__ = "recordings"
    __table_args__ = (UniqueConstraint("episode_id", "revision"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE")
    )
    revision: Mapped[int]
    key: Mapped[str]  # in storage, under private/
    filename: Mapped[str]  # as the host called it; only ever shown
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    sha256: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(default=now)
    # Another is heard since then. What was made of this one is removed a while later.
    replaced_at: Mapped[datetime | None]
