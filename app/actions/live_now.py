"""Which live items there are: planned, going on, or over since a day at most."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.database import now
from app.models import LiveItem

SHOWN_AFTERWARDS = timedelta(days=1)


def coming(session: Session, show_id: str) -> list[LiveItem]:
    """What is planned or goes on, and what ended within the last day."""
    lately = or_(
        LiveItem.ended_at.is_(None), LiveItem.ended_at > now() - SHOWN_AFTERWARDS
    )
    mine = select(LiveItem).where(LiveItem.show_id == show_id, lately)
    return list(session.scalars(mine.order_by(LiveItem.starts_at, LiveItem.id)))
