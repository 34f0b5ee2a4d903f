"""A show that moves in from another host: where from, and how far each episode is."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now
from app.models.identity import new_id


class MoveState(StrEnum):
    """What became of an episode of the old feed."""

    WAITING = "waiting"
    BROUGHT = "brought"
    THERE = "there"  # it was here before
    LEFT = "left"  # there is nothing to bring; see the sentence
    FAILED = "failed"  # the next try may bring it


class Move(Base):
    """One row for each show that moved in."""

    __tablename__ = "moves"

    show_id: Mapped[str] = mapped_column(
        ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(unique=True)  # an address, or a file's hash
    old_feed_url: Mapped[str] = mapped_column(default="")
    began_at: Mapped[datetime] = mapped_column(default=now)
    publishes: Mapped[bool] = mapped_column(default=True)  # else everything is a draft
    keeps_media: Mapped[bool] = mapped_column(default=False)
    # Whether workers bring what waits, and which of them has it until when.
    goes_on: Mapped[bool] = mapped_column(default=False)
    taken_until: Mapped[datetime | None]
    sentence: Mapped[str] = mapped_column(default="")  # why it does not go on

    items: Mapped[list["MoveItem"]] = relationship(
        order_by="MoveItem.position", cascade="all, delete-orphan"
    )


class MoveItem(Base):
    """One row for each item of the old feed."""

    __tablename__ = "move_items"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    show_id: Mapped[str] = mapped_column(
        ForeignKey("moves.show_id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    guid: Mapped[str]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default=MoveState.WAITING)
    sentence: Mapped[str] = mapped_column(default="")
    remarks: Mapped[str] = mapped_column(default="")
