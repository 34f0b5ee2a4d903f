import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from app.database import Base, Database
from app.models import Show
from tests.factories import make_show


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'cast.db'}")
    Base.metadata.create_all(database.engine)
    return database


def test_a_moment_comes_back_as_utc(database: Database) -> None:
    kuala_lumpur = timezone(timedelta(hours=8))
    with database.session() as session:
        make_show(session, created_at=datetime(2026, 11, 23, 8, 0, tzinfo=kuala_lumpur))

    with database.reading() as session:
        show = session.query(Show).one()

    assert show.created_at.isoformat() == "2026-11-23T00:00:00+00:00"


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), database.session() as s:
        make_show(s, created_at=datetime(2026, 11, 23))  # noqa: DTZ001


def test_an_error_leaves_nothing_behind(database: Database) -> None:
    def half_of_something() -> None:
        with database.session() as session:
            make_show(session)
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_of_something()

    with database.reading() as session:
        assert session.query(Show).count() == 0


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    with database.session() as session:
        make_show(session)

    def touch() -> None:
        for _ in range(10):
            with database.session() as session:
                session.query(Show).one().touch()

    threads = [threading.Thread(target=touch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert session.query(Show).one().feed_version == 40


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.session() as writing:
        make_show(writing)
        writing.flush()

        with database.reading() as reading:
            assert reading.query(Show).count() == 0


def test_what_is_written_is_on_the_disk_before_it_counts(database: Database) -> None:
    with database.reading() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
