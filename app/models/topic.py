"""A topic: what films and podcasts are about, across shows."""

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.models.identity import new_id

episode_topics = Table(
    "episode_topics",
    Base.metadata,
    Column(
        "episode_id", ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("topic_id", ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True),
)


class Topic(Base):
    """A subject with a page and a feed of its own."""

    __tablename__ = "topics"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")

    @property
    def feed_path(self) -> str:
        """Where the feed lies, without the leading slash."""
        return f"topics/{self.slug}/feed.xml"

    @property
    def list_path(self) -> str:
        """Where the list lies that names these episodes in the feeds of their shows."""
        return f"topics/{self.slug}/list.xml"
