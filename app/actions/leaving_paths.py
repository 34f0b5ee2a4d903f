"""Which feeds lead elsewhere, because their show has left."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Departure, Show


def departures(session: Session) -> dict[str, Departure]:
    """Every departure, by the folder of the feeds that it is about."""
    rows = select(Show.slug, Departure).join(Departure, Departure.show_id == Show.id)
    return {f"shows/{slug}": row for slug, row in session.execute(rows)}


def has_left(session: Session, path: str) -> bool:
    """Whether apps that ask for this feed are sent to another host now."""
    row = departures(session).get(path.rpartition("/")[0])
    return row is not None and row.redirects
