"""Runs the revisions on the connection that `app.migration` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import app.models  # noqa: F401 (autogenerate compares with all tables)
from app.database import Base, Database, UtcDateTime
from app.settings import Settings


def run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter a table: it is copied instead
        render_item=_render_item,
    )
    context.run_migrations()


def _render_item(
    kind: str, item: Any, _context: AutogenContext
) -> str | Literal[False]:
    # A revision must stay what it was, so it knows nothing of our code.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


if given := context.config.attributes.get("connection"):
    run_on(given)
else:  # the alembic program itself, when a developer makes a new revision
    database = Database(Settings.load().database)
    with database.engine.begin() as own:
        run_on(own)
    database.close()
