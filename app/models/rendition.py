"""A rendition: a file that we made from a recording."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now
from app.models.identity import new_id


class Rendition(Base):
    """One verified file in storage. `kind` is a `media_pipeline.rendition.Kind`."""

    __tablename__ = "renditions"
    __table_args__ = (UniqueConstraint("episode_id", "revision", "kind", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE")
    )
    revision: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")  # tells rungs apart: "720p"
    key: Mapped[str] = mapped_column(index=True)
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    sha256: Mapped[str]
    sha384: Mapped[str]  # for podcast:integrity
    duration_seconds: Mapped[float | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    bitrate: Mapped[int | None]  # bit/s
    codecs: Mapped[str] = mapped_column(default="")  # RFC 6381
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
