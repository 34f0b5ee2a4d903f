"""A rendition: a file that we made from a recording."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, now
from app.models.identity import new_id
from media_pipeline.rendition import Rendition as Made


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

    @classmethod
    def of(cls, made: Made, revision: int, key: str) -> "Rendition":
        """The row for a file that the pipeline made and the storage has under `key`."""
        return cls(
            id=new_id(),
            revision=revision,
            kind=made.kind,
            name=made.name,
            key=key,
            content_type=made.content_type,
            size=made.size,
            sha256=made.sha256,
            sha384=made.sha384,
            duration_seconds=made.duration_seconds,
            width=made.width,
            height=made.height,
            bitrate=made.bitrate,
            codecs=made.codecs,
            details=made.details,
        )
