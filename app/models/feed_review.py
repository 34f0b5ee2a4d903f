"""What we found when we last visited a feed of ours as an app would."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now


class FeedReview(Base):
    """The last visit to the feed of a show: its problems, and what must not drift."""

    __tablename__ = "feed_reviews"

    show_id: Mapped[str] = mapped_column(
        ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(default=now)
    # Each as {"rule", "severity", "where", "message", "cure"}.
    problems: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    # Of every item: its guid and its pubDate, as apps remember them.
    dates: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
