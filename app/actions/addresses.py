"""Addresses that people can read, and that only one row may have."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.models import Episode, Person, Topic

TRIES = 20

Addressed = TypeVar("Addressed", Episode, Person, Topic)


def add_under_free_slug(session: Session, row: Addressed, wanted: str) -> Addressed:
    """Add a row under `wanted`, or `wanted-2`, `wanted-3` ... if that is taken."""
    kind = type(row)
    for _ in range(TRIES):
        row.slug = free_slug(wanted, _taken(session, kind, wanted))
        try:
            with session.begin_nested():
                session.add(row)
            return row
        except IntegrityError as error:
            # Somebody else took the address between our look and our insert.
            taken = session.scalar(select(kind.id).where(kind.slug == row.slug))
            if taken is None:
                raise
            cause = error
    raise Conflict("This name is too popular just now. Please try again.") from cause


def free_slug(wanted: str, taken: set[str]) -> str:
    """The first of `wanted`, `wanted-2`, `wanted-3` ... that is not taken."""
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _taken(session: Session, kind: type[Addressed], wanted: str) -> set[str]:
    similar = kind.slug.startswith(wanted, autoescape=True)
    with session.no_autoflush:
        return set(session.scalars(select(kind.slug).where(similar)))
