"""Somebody watches what was asked to be made anew, perhaps for weeks."""

from datetime import timedelta

import pytest

from app import jobs
from app.actions.inventory import Wanted
from app.actions.tally import Watch
from app.database import now
from app.platform import Platform
from media_pipeline.recipes import Form
from tests.app.scripted import Script, wait_until_over, working


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


@pytest.fixture
def wanted() -> list[Wanted]:
    forms = Form.POSTER, Form.CAPTIONS
    return [Wanted("e1", f"first-{form}", form, "a") for form in forms]


@pytest.fixture
def watch(platform: Platform, wanted: list[Wanted]) -> Watch:
    for one in wanted:
        jobs.enqueue_redo(platform, one.episode_id, one.form, one.edition)
    return Watch(platform, wanted, [one.workflow_id for one in wanted])


def do(platform: Platform, script: Script, wanted: list[Wanted]) -> None:
    with working(platform, script):
        for one in wanted:
            wait_until_over(platform, one.workflow_id)


def forget(platform: Platform) -> None:
    jobs.forget_finished(platform, (now() + timedelta(days=1)).isoformat())


def test_what_could_not_be_made_is_told_apart_from_what_was(
    platform: Platform, script: Script, wanted: list[Wanted], watch: Watch
) -> None:
    script.last = "redo poster"
    assert (watch.look().over, watch.look().not_made) == (0, [])

    do(platform, script, wanted)

    seen = watch.look()
    assert (seen.over, seen.failed, seen.not_made) == (2, 0, ["first-poster"])


def test_what_was_over_stays_over_when_it_is_forgotten(
    platform: Platform, script: Script, wanted: list[Wanted], watch: Watch
) -> None:
    script.failing = {"redo poster": 9}
    do(platform, script, wanted)
    before = watch.look()

    forget(platform)

    assert watch.look() == before
    assert (before.over, before.failed) == (2, 1)


def test_what_ended_and_was_forgotten_between_two_looks_is_over(
    platform: Platform, script: Script, wanted: list[Wanted], watch: Watch
) -> None:
    do(platform, script, wanted)

    forget(platform)

    assert watch.look().over == 2


def test_what_is_laid_aside_is_not_over(
    platform: Platform, wanted: list[Wanted], watch: Watch
) -> None:
    day = timedelta(days=1)

    jobs.lay_aside(platform, wanted[0].workflow_id, lambda waited: day, day)

    assert watch.look().over == 0
