"""A show: what listeners subscribe to."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now
from app.models.identity import new_id

if TYPE_CHECKING:
    from app.models.departure import Departure
    from app.models.move import Move


class Show(Base):
    """A series of episodes with one feed."""

    __tablename__ = "shows"
    # What the database has counted is read back at once.
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 (SQLAlchemy's form)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    category: Mapped[str] = mapped_column(default="Health & Fitness")
    subcategory: Mapped[str] = mapped_column(default="")
    author: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    copyright: Mapped[str] = mapped_column(default="")
    license: Mapped[str] = mapped_column(default="")  # a slug of the podcast list
    license_url: Mapped[str] = mapped_column(default="")
    explicit: Mapped[bool] = mapped_column(default=False)
    is_serial: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=True)
    # What a directory asks for as proof of ownership: a podcast:txt in the feed.
    verification: Mapped[str] = mapped_column(default="")
    is_private: Mapped[bool] = mapped_column(default=False)  # only heard with a key
    medium: Mapped[str] = mapped_column(default="podcast")
    # Funding, places, friends ...: see `actions.particulars`.
    particulars: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    podcast_guid: Mapped[str]  # given once, from the first feed address
    artwork_key: Mapped[str | None]  # a square JPEG, 1400 to 3000 px
    artwork_side: Mapped[int | None]  # px
    created_at: Mapped[datetime] = mapped_column(default=now)
    # Counts every change that listeners can see, so that of two renderings of the
    # feed that overlap, the newer wins.
    feed_version: Mapped[int] = mapped_column(default=0)

    moved_in: Mapped["Move | None"] = relationship(viewonly=True)
    departure: Mapped["Departure | None"] = relationship(viewonly=True)

    @property
    def feed_path(self) -> str:
        """Where the feed lies, without the leading slash."""
        return f"shows/{self.slug}/feed.xml"

    @property
    def video_feed_path(self) -> str:
        """Where the feed of its films lies, without the leading slash."""
        return f"shows/{self.slug}/video.xml"

    def touch(self) -> None:
        """Something that listeners can see has changed."""
        if inspect(self).persistent:
            # Two processes may touch it at once: the database counts, not we.
            self.feed_version = Show.feed_version + 1
        else:
            self.feed_version = (self.feed_version or 0) + 1
