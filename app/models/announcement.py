"""An announcement: somebody else wants to know when a feed has changed."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Announcement(Base):
    """One row for each feed and each one who is told: what, and when again."""

    __tablename__ = "announcements"

    path: Mapped[str] = mapped_column(primary_key=True)  # of the feed
    listener: Mapped[str] = mapped_column(primary_key=True)  # the address of a hub
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    since: Mapped[datetime | None]  # when it was due first
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="update")  # or live, liveEnd
    digest: Mapped[str] = mapped_column(default="")  # of what the feed said last
