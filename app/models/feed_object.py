"""A feed that also lies in the storage, for a CDN that answers without us."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class FeedObject(Base):
    """Which bytes of a feed were stored last, and when."""

    __tablename__ = "feed_objects"

    key: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str]  # of the kept feed
    put_at: Mapped[datetime]
