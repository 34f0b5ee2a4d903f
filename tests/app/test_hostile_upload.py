from functools import partial
from pathlib import Path

from app.actions import intake
from app.models import Episode, Processing, ProcessingState
from app.platform import Platform
from tests.app import workers
from tests.app.workers import Worker, assert_well_done, hand_in, until
from tests.media_pipeline.hostile_aids import Aids, Watch, listening, was_called
from tests.media_pipeline.hostile_lists import LISTS
from tests.media_pipeline.hostile_recordings import LIARS

SENT = LISTS | LIARS


def hand_in_next(platform: Platform, recording: Path, before: Processing) -> Processing:
    with platform.database.session() as session:
        show = session.get_one(Episode, before.episode_id).show
        episode_id = intake.new_episode(session, show, title="Second session").id
    return intake.receive(platform, episode_id, recording, recording.name)


def sentence_of(platform: Platform, processing: Processing) -> str:
    with platform.database.reading() as session:
        return session.get_one(Processing, processing.id).sentence


def hand_in_all(
    platform: Platform, folder: Path, aids: Aids, before: Processing
) -> dict[str, Processing]:
    """Everything that people send who mean harm, one after the other."""
    for name, make in SENT.items():
        make(folder / f"{name}.mp3", aids)
    return {
        name: hand_in_next(platform, folder / f"{name}.mp3", before) for name in SENT
    }


def assert_refused_once(platform: Platform, processing: Processing) -> None:
    assert workers.state_of(platform, processing) == ProcessingState.REFUSED
    assert sentence_of(platform, processing).endswith((".", "?"))
    assert workers.steps_of(platform, processing).count("check") == 1


def test_hostile_uploads_are_refused_once_and_the_others_are_not_affected(
    platform: Platform, tmp_path: Path
) -> None:
    with listening() as listener, Worker(platform) as worker:
        aids = Aids.make(tmp_path / "aids", listener.getsockname()[1])
        first = hand_in(platform, aids.talk)
        watch = Watch(aids.canary, aids.secret)
        hostile = hand_in_all(platform, tmp_path, aids, first)
        last = hand_in_next(platform, aids.talk, first)
        for name, row in (hostile | {"first": first, "last": last}).items():
            until(partial(workers.is_over, platform, row), name)
        assert worker.stop() == 0

        assert not was_called(listener)
        assert not watch.was_opened()
        watch.close()
    for refused in hostile.values():
        assert_refused_once(platform, refused)
    for good in (first, last):
        assert_well_done(platform, good)
