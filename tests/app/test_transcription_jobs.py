import pytest

from app import jobs
from app.models import Transcription
from app.platform import Platform
from tests.app.scripted import Script, working
from tests.app.workers import until


@pytest.fixture
def row() -> Transcription:
    return Transcription(episode_id="e1", revision=1, round=1, parts=0)


def do(platform: Platform, script: Script, row: Transcription) -> None:
    def is_over() -> bool:
        states = jobs.states(platform, [row.workflow_id])
        return states.get(row.workflow_id) in jobs.OVER

    with working(platform, script):
        until(is_over, "the end of the part")


def test_after_a_part_the_next_one_is_asked_for(
    any_platform: Platform, row: Transcription
) -> None:
    script = Script(any_platform)
    for _ in range(2):  # asking twice is asking once
        jobs.enqueue_transcription(any_platform, row)

    do(any_platform, script, row)

    assert script.done == ["listen e1", "go on e1"]


def test_a_part_that_fails_is_tried_again_and_then_given_up(
    any_platform: Platform, row: Transcription
) -> None:
    script = Script(any_platform)
    script.failing["listen e1"] = 9
    jobs.enqueue_transcription(any_platform, row)

    do(any_platform, script, row)

    assert script.done == ["listen e1"] * 3 + ["give up e1"]


def test_each_part_and_each_round_has_a_name_of_its_own() -> None:
    rows = [
        Transcription(episode_id="e1", revision=1, round=again, parts=part)
        for again in (1, 2)
        for part in (0, 1)
    ]

    assert len({row.workflow_id for row in rows}) == 4
