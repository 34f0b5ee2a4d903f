"""A feed as it is sent: rendered when something changes, kept as bytes."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now


class FeedSnapshot(Base):
    """The bytes of one feed, in each encoding, with what HTTP says about them."""

    __tablename__ = "feed_snapshots"

    path: Mapped[str] = mapped_column(primary_key=True)  # without leading slash
    podcast_guid: Mapped[str] = mapped_column(default="")  # given once, then kept
    version: Mapped[int]  # of what it was rendered from
    content_type: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    gzip: Mapped[bytes] = mapped_column(LargeBinary)
    brotli: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str]  # strong, without quotes; of the identity bytes
    last_modified: Mapped[datetime]  # when these bytes came to differ
    rendered_at: Mapped[datetime] = mapped_column(default=now)
