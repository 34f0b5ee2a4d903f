from pathlib import Path

import pytest

from app.actions import intake
from app.models import Episode, Processing, ProcessingState
from app.platform import Platform
from tests.app import workers
from tests.app.workers import Worker, assert_well_done, hand_in, until
from tests.media_pipeline.hostile_aids import Aids, Watch, listening, was_called
from tests.media_pipeline.hostile_lists import LISTS
from tests.media_pipeline.hostile_recordings import LIARS

SENT = {
    "concat_of_a_file": LISTS,
    "boxes_in_boxes": LIARS,
    "a_sample_of_gigabytes": LIARS,
}


def hand_in_next(
    platform: Platform, recording: Path, hostile: Processing
) -> Processing:
    with platform.database.session() as session:
        show = session.get_one(Episode, hostile.episode_id).show
        episode_id = intake.new_episode(session, show, title="Second session").id
    return intake.receive(platform, episode_id, recording, recording.name)


def sentence_of(platform: Platform, processing: Processing) -> str:
    with platform.database.reading() as session:
        return session.get_one(Processing, processing.id).sentence


@pytest.mark.parametrize("name", SENT)
def test_a_hostile_upload_is_refused_once_and_the_next_is_not_affected(
    platform: Platform, tmp_path: Path, name: str
) -> None:
    with listening() as listener, Worker(platform) as worker:
        aids = Aids.make(tmp_path / "aids", listener.getsockname()[1])
        SENT[name][name](tmp_path / "sent.mp3", aids)
        watch = Watch(aids.canary, aids.secret)
        hostile = hand_in(platform, tmp_path / "sent.mp3")
        good = hand_in_next(platform, aids.talk, hostile)
        until(lambda: workers.is_over(platform, good), "the good recording")
        until(lambda: workers.is_over(platform, hostile), "the refusal")
        assert worker.stop() == 0

        assert not was_called(listener)
        assert not watch.was_opened()
        watch.close()
    assert workers.state_of(platform, hostile) == ProcessingState.REFUSED
    assert sentence_of(platform, hostile).endswith(".")
    assert workers.steps_of(platform, hostile).count("check") == 1
    assert_well_done(platform, good)
