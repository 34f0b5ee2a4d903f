import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from app import migration
from app.database import Base
from app.errors import BadSetting, NotReady
from app.migration import is_current, migrate
from app.models import Episode
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_episode, make_show

TOP = Path(__file__).parents[2]

_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = {newest!r}


def upgrade() -> None:
    {body}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Platform]:
    """A platform on a database without any table."""
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgresql_url")
        settings = settings.model_copy(update={"database_url": url})
    platform = Platform.open(settings)
    yield platform
    platform.close()


@pytest.fixture
def revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the revisions, to which a test may add."""
    copied = shutil.copytree(migration.FOLDER, tmp_path / "migrations")
    monkeypatch.setattr(migration, "FOLDER", copied)
    return copied / "versions"


def add_revision(revisions: Path, body: str) -> None:
    newest = migration._scripts().get_current_head()
    file = revisions / "next.py"
    file.write_text(_NEXT.format(newest=newest, body=body))


def tables(platform: Platform) -> list[str]:
    return inspect(platform.database.engine).get_table_names()


def test_an_empty_database_is_not_current(empty: Platform) -> None:
    assert not is_current(empty)


def test_migrating_makes_exactly_what_the_models_say(empty: Platform) -> None:
    migrate(empty)

    with empty.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(empty: Platform) -> None:
    migrate(empty)
    migrate(empty)

    assert is_current(empty)


def test_migrating_makes_the_storage_ready(empty: Platform) -> None:
    migrate(empty)

    assert (empty.settings.data_dir / "media").is_dir()


def test_servers_that_start_at_once_take_turns(empty: Platform) -> None:
    settings = {
        "COMMONCAST_DATA_DIR": str(empty.settings.data_dir),
        "COMMONCAST_DATABASE_URL": empty.settings.database_url,
    }
    command = [sys.executable, "-m", "app", "migrate"]

    started = [
        subprocess.Popen(command, cwd=TOP, env=os.environ | settings) for _ in range(3)
    ]

    assert [one.wait(timeout=300) for one in started] == [0, 0, 0]
    assert is_current(empty)


def test_a_database_of_a_newer_version_is_left_alone(empty: Platform) -> None:
    migrate(empty)
    with empty.database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'later'"))

    with pytest.raises(NotReady) as refused:
        migrate(empty)

    assert "newer version" in refused.value.sentence
    assert not is_current(empty)


def test_a_revision_that_fails_leaves_everything_as_it_was(
    empty: Platform, revisions: Path
) -> None:
    migrate(empty)
    before = tables(empty)
    add_revision(
        revisions,
        'op.create_table("halfway", sa.Column("id", sa.Integer()))\n'
        '    raise OSError("power")',
    )

    with pytest.raises(OSError, match="power"):
        migrate(empty)

    assert tables(empty) == before


def test_altering_a_table_keeps_the_rows_that_refer_to_it(
    empty: Platform, revisions: Path
) -> None:
    migrate(empty)
    with empty.database.session() as session:
        make_episode(session, make_show(session))
    add_revision(
        revisions,
        'with op.batch_alter_table("shows") as table:\n'
        '        table.add_column(sa.Column("motto", sa.String()))\n'
        '        table.alter_column("author", new_column_name="creator")',
    )

    migrate(empty)

    with empty.database.reading() as session:
        assert len(session.scalars(select(Episode)).one().renditions) == 1


def test_references_are_checked_again_after_migrating(platform: Platform) -> None:
    Base.metadata.drop_all(platform.database.engine)

    migrate(platform)

    with platform.database.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_rows_that_lost_what_they_refer_to_stop_a_migration(
    settings: Settings, revisions: Path
) -> None:
    platform = Platform.open(settings)
    migrate(platform)
    with platform.database.session() as session:
        make_episode(session, make_show(session))
    add_revision(revisions, 'op.execute("DELETE FROM shows")')

    with pytest.raises(NotReady, match="refer to nothing"):
        migrate(platform)

    with platform.database.reading() as session:
        assert session.scalars(select(Episode)).one().show.slug == "demo"
    platform.close()


def test_without_its_source_folder_it_says_what_is_missing(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "FOLDER", tmp_path / "nowhere")

    with pytest.raises(BadSetting) as refused:
        is_current(platform)

    assert "migrations are missing" in refused.value.sentence
