"""A key to a private show: one listener, one address, revocable."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now
from app.models.identity import new_id


class FeedKey(Base):
    """Only the hash of a key is kept: who reads this table can open nothing."""

    __tablename__ = "feed_keys"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    show_id: Mapped[str] = mapped_column(
        ForeignKey("shows.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]  # whom it was given to, in the host's words
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]
    # A key that was passed on shows in many networks at once. Kept are short hashes
    # that nobody can turn back, of one day, and nothing else about who listens.
    networks: Mapped[list[str]] = mapped_column(JSON, default=list)
    networks_on: Mapped[str] = mapped_column(default="")  # a day, ISO 8601
    spread_on: Mapped[str] = mapped_column(default="")  # the last day with too many
