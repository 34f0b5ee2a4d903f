"""A departure: a show lives at another host now, and its listeners are told."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now


class Departure(Base):
    """One row for each show that leaves or has left."""

    __tablename__ = "departures"

    show_id: Mapped[str] = mapped_column(
        ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True
    )
    new_feed_url: Mapped[str]
    new_link: Mapped[str] = mapped_column(default="")  # a page for people, if known
    at: Mapped[datetime] = mapped_column(default=now)
    by_user_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    # From then on the feed answers 301; until then it says where it will be.
    redirects_at: Mapped[datetime]

    @property
    def redirects(self) -> bool:
        """Whether apps are sent to the new address now."""
        return self.redirects_at <= now()
