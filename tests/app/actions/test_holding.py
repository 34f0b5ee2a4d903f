"""Whoever takes an episode away while it is worked on waits, and nobody waits for both.

SQLite lets one write after the other, so this is about PostgreSQL.
"""

import threading

import pytest
from sqlalchemy import select, text

from app.actions import publication
from app.models import Episode, Processing
from app.platform import Platform
from tests.app.workers import until
from tests.factories import make_episode, make_show

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def somebody_waits(platform: Platform) -> bool:
    with platform.database.reading() as session:
        return bool(session.scalar(WAITING))


@pytest.mark.parametrize("any_settings", ["postgresql"], indirect=True)
@pytest.mark.parametrize("take_away", ["withdraw", "delete"])
def test_a_step_that_records_and_whoever_takes_it_away_do_not_wait_for_each_other(
    any_platform: Platform, take_away: str
) -> None:
    platform = any_platform
    with platform.database.session() as session:
        episode_id = make_episode(session, make_show(session)).id
    by = (None,) if take_away == "withdraw" else ()
    act = getattr(publication, take_away)
    host = threading.Thread(target=act, args=(platform, episode_id, *by))

    with platform.database.session() as session:  # as a step does
        session.scalars(select(Processing).with_for_update()).one()
        host.start()
        until(lambda: somebody_waits(platform), "the host, who waits for the work")
        assert session.get(Episode, episode_id, with_for_update=True)
    host.join()

    with platform.database.reading() as session:
        assert session.scalars(select(Processing)).all() == []
