"""The tables of DBOS, and the way in for those who ask."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dbos import DBOS, DBOSClient
from sqlalchemy import make_url

from app.platform import Platform

APPLICATION = "commoncast"

_prepared: set[str] = set()  # addresses whose tables are there


def prepare(platform: Platform) -> None:
    """Make the tables of DBOS, or bring them up to date."""
    address = make_url(address_of(platform))
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(address.database)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    DBOS.migrate(address_of(platform))
    _prepared.add(address_of(platform))


@contextmanager
def client(platform: Platform) -> Iterator[DBOSClient]:
    """The way in for everybody who asks and enqueues, and does no work."""
    if address_of(platform) not in _prepared:
        prepare(platform)
    door = DBOSClient(
        system_database_url=address_of(platform),
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
    )
    try:
        yield door
    finally:
        door.destroy()


def address_of(platform: Platform) -> str:
    """Where DBOS keeps what it knows."""
    return platform.settings.jobs_database
