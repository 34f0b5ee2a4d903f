"""A live item: something that goes out, or will, at a named time."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now
from app.models.identity import new_id

if TYPE_CHECKING:
    from app.models.show import Show


class LiveItem(Base):
    """A talk that people can follow while it happens, by a stream of somebody else."""

    __tablename__ = "live_items"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    show_id: Mapped[str] = mapped_column(
        ForeignKey("shows.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str]
    stream_url: Mapped[str]
    page_url: Mapped[str] = mapped_column(default="")  # where else to follow it
    content_type: Mapped[str]
    starts_at: Mapped[datetime]  # as planned, then as it was
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    show: Mapped["Show"] = relationship()

    @property
    def status(self) -> str:
        """As the podcast namespace calls it: pending, live or ended."""
        if self.ended_at is not None:
            return "ended"
        return "live" if self.began_at is not None else "pending"
