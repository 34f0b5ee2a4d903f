import threading
from pathlib import Path

import pytest

from app.actions import again, intake, processing
from app.models import Episode, ProcessingState
from app.platform import Platform
from app.studio.standing import Standing, standing, word_for
from media_pipeline.entrance.damage import damage_in
from media_pipeline.recording.packets import Scan, Spot
from tests.factories import make_show, make_video, publish


def test_what_must_be_listened_to_is_told_apart_from_what_was_mended() -> None:
    damage = damage_in(Scan(60, gaps=(Spot(10, 4),)), ends_abruptly=True)
    mended = "The surround sound becomes stereo."

    standing = Standing("ready", "The sound is ready.", remarks=(*damage, mended))

    assert standing.warnings == list(damage)
    assert standing.mended == [mended]


@pytest.fixture
def episode_id(platform: Platform) -> str:
    """A film that everybody has, and that is made again by the keeper's wish."""
    with platform.database.session() as session:
        video = make_video(session, make_show(session), "A film", settled_revision=1)
        video.processings[0].remarks = ["The surround sound becomes stereo."]
        episode_id = publish(video).id
    assert again.make_again(platform, episode_id)
    return episode_id


@pytest.mark.parametrize("state", [ProcessingState.QUEUED, ProcessingState.RUNNING])
def test_a_film_that_is_made_again_by_our_own_wish_is_nothing_to_wait_for(
    platform: Platform, episode_id: str, state: ProcessingState
) -> None:
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.processings[-1].state = state
        told = standing(episode)

        assert (word_for(episode), told.word) == ("published", "ready")
        assert told.mended == ["The surround sound becomes stereo."]
        assert (told.wants_recording, told.is_moving) == (True, False)


def test_a_host_may_replace_it_meanwhile_and_nobody_makes_it_again_then(
    platform: Platform, episode_id: str, tmp_path: Path
) -> None:
    with platform.database.reading() as session:
        work = session.get_one(Episode, episode_id).processings[-1]
    better = tmp_path / "better.wav"
    better.write_bytes(b"RIFF" * 25)

    intake.receive(platform, episode_id, better, "better.wav")

    names = (work.workflow_id, episode_id, work.revision)
    assert not processing.make(platform, "check", *names, threading.Event())
    with platform.database.reading() as session:
        episode = session.get_one(Episode, episode_id)
        assert (episode.heard_revision, episode.processings[-1].revision) == (1, 3)
        assert word_for(episode) == "working"
