"""An upload: a recording on its way to us, by tus."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now
from app.models.identity import new_id


class Upload(Base):
    """Bytes that grow in the uploads folder; the id is also the file's name."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    show_id: Mapped[str | None] = mapped_column(
        ForeignKey("shows.id", ondelete="CASCADE")
    )
    episode_id: Mapped[str | None] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE")
    )
    filename: Mapped[str] = mapped_column(default="")
    # Whoever sends it says that everybody heard in it has agreed.
    consent_held: Mapped[bool] = mapped_column(default=False)
    metadata_header: Mapped[str] = mapped_column(default="")  # as the client sent it
    # Of the tus extension "concatenation": `partial`, or `final;` and its parts.
    concat: Mapped[str] = mapped_column(default="")
    length: Mapped[int | None] = mapped_column(BigInteger)  # None: told later
    offset: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes on disk
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # When it became the recording of its episode; its file is gone since then.
    taken_in_at: Mapped[datetime | None]
