"""Kills workers while they make something else of what listeners have already.

One point after the other, on one episode. Half of the forms on each database: the
next repeat (`make crash-matrix`) has the other half.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app import jobs
from app.actions import intake, tidying
from app.actions.intake import Agreement
from app.models import Episode, Processing
from app.platform import Platform
from media_pipeline.recipes import Form
from tests.app import made_film, workers
from tests.app.made_film import heard, only_episode
from tests.app.workers import QUICKLY, Worker, kill_at, until

REPEATS = int(os.environ.get("CRASH_REPEATS", "1"))
FORMS: list[Form] = [form for form in Form if form is not Form.FILM]
AGREED = Agreement("All have agreed to the new one.")


@pytest.fixture
def in_postgresql(film_platform: Platform, postgresql_url: str) -> Iterator[Platform]:
    """A published film, in the other database."""
    with closing(made_film.moved(film_platform, postgresql_url)) as platform:
        yield platform


@pytest.fixture(params=["film_platform", "in_postgresql"])
def platform(request: pytest.FixtureRequest) -> Platform:
    """A published film, in each database."""
    found: Platform = request.getfixturevalue(request.param)
    return found


def half_of_the_forms(platform: Platform, repeat: int) -> list[Form]:
    is_file = platform.settings.database_url == ""
    return FORMS[(repeat + is_file) % 2 :: 2]


def wait_until_idle(platform: Platform) -> None:
    def is_idle() -> bool:
        with jobs.client(platform) as door:
            return all(w.status == "SUCCESS" for w in door.list_workflows())

    with Worker(platform, constants=QUICKLY) as worker:
        until(is_idle, "the end of all work")
        assert worker.stop() == 0


def work_of(platform: Platform) -> Processing:
    with platform.database.reading() as session:
        work = session.get_one(Episode, only_episode(platform)).processing
        assert work is not None
        return work


def assert_nothing_else_is_left(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.let_a_day_pass(monkeypatch)
    tidying.sweep_replaced(platform)
    of_episode = {
        key for key in workers.stored_keys(platform) if only_episode(platform) in key
    }
    assert of_episode == {*workers.named_keys(platform)}
    assert not list(platform.settings.scratch_dir.iterdir())


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_killed_at_every_point_of_a_form_that_is_made_anew_nothing_is_lost(
    platform: Platform, repeat: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = heard(platform).keys()

    for form in half_of_the_forms(platform, repeat):
        jobs.enqueue_redo(platform, only_episode(platform), form, "anew")
        for point in (f"{form} made", f"{form} stored", f"{form} recorded"):
            kill_at(platform, point)
    wait_until_idle(platform)

    assert heard(platform).keys() == before
    assert_nothing_else_is_left(platform, monkeypatch)


def test_killed_while_a_film_is_made_again_listeners_keep_the_old_until_it_is_whole(
    film_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, episode_id = heard(film_platform), only_episode(film_platform)
    jobs.enqueue_redo(film_platform, episode_id, Form.FILM, "anew")

    for point in ("again noted", "first recorded", "film recorded"):
        kill_at(film_platform, point)
        assert heard(film_platform).keys() == before.keys()
    for point in ("settled", "ready noted"):
        kill_at(film_platform, point)
    wait_until_idle(film_platform)

    work = work_of(film_platform)
    assert (work.again, work.state, work.revision) == (True, "ready", 2)
    assert {row.revision for row in heard(film_platform).values()} == {2}
    assert_nothing_else_is_left(film_platform, monkeypatch)


def test_killed_while_another_recording_takes_its_place_one_of_the_two_is_heard(
    in_postgresql: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode_id = only_episode(in_postgresql)
    talk = workers.record_talk(tmp_path / "talk.wav", seconds=5)
    intake.receive(in_postgresql, episode_id, talk, talk.name, agreed=AGREED)

    for point in ("check begun", "sound stored#2", "sound recorded"):
        kill_at(in_postgresql, point)
        assert heard(in_postgresql)
    for point in ("settled", "ready noted"):
        kill_at(in_postgresql, point)
        assert {row.revision for row in heard(in_postgresql).values()} == {2}
    wait_until_idle(in_postgresql)

    assert work_of(in_postgresql).state == "ready"
    assert_nothing_else_is_left(in_postgresql, monkeypatch)
