"""A leftover: a stored file that no row names yet, or any more."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Leftover(Base):
    """When a file may be deleted: soon after it was replaced, or was never named."""

    __tablename__ = "leftovers"

    key: Mapped[str] = mapped_column(primary_key=True)
    # Who may see it is who may see the episode.
    episode_id: Mapped[str | None] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE")
    )
    due_at: Mapped[datetime] = mapped_column(index=True)
    # Its deletion has begun: nobody may name it until that is over.
    doomed: Mapped[bool] = mapped_column(default=False)
