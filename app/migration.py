"""Brings a database up to date: the revisions lie in `migrations/`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from app.errors import BadSetting, NotReady
from app.platform import Platform

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 0x636F6D6D  # any number will do: "comm"
_PATIENCE_MS = 600_000  # another process may be altering a large table


def migrate(platform: Platform) -> None:
    """Bring the database to the newest revision, and make the storage ready."""
    with _alone(platform.database.engine) as connection:
        _check_known(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    platform.storage.prepare()


def is_current(platform: Platform) -> bool:
    """Whether the database has exactly the revisions that this program knows."""
    with platform.database.engine.connect() as connection:
        return _applied(connection) == set(_scripts().get_heads())


def _check_known(connection: Connection) -> None:
    known = {revision.revision for revision in _scripts().walk_revisions()}
    if strange := _applied(connection) - known:
        raise NotReady(
            "The database belongs to a newer version of Commoncast. "
            "Please start that version, or restore an older backup.",
            cause=f"unknown revision {', '.join(strange)}",
        )


def _applied(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    if not (FOLDER / "env.py").is_file():
        raise BadSetting(
            "The migrations are missing. "
            "Commoncast runs from its source folder: please install it from there.",
            cause=f"no {FOLDER}",
        )
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    # One transaction, and one process at a time: servers may start together.
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _allow_loose_ends(connection)
            with connection.begin():
                yield connection
                _check_no_loose_ends(connection)
            return
        with connection.begin():
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield connection


def _allow_loose_ends(connection: Connection) -> None:
    # To alter a table, SQLite drops it; with foreign keys on, that would delete
    # every row that refers to it. The switch works only between transactions, and
    # nobody else may ever get this connection.
    connection.detach()
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
    driver.close()


def _check_no_loose_ends(connection: Connection) -> None:
    if loose := connection.execute(text("PRAGMA foreign_key_check")).all():
        raise NotReady(
            "The database could not be brought up to date; nothing was changed.",
            cause=f"rows that refer to nothing: {loose[:5]}",
        )
