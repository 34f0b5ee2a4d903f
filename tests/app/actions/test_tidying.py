from datetime import timedelta
from pathlib import Path

import pytest

from app import jobs
from app.actions import tidying
from app.models import Processing, ProcessingState, Recording
from app.platform import Platform
from tests.app.workers import stored_keys
from tests.factories import make_episode, make_show


def put(platform: Platform, key: str) -> None:
    file = platform.settings.data_dir / "file"
    file.write_bytes(b"bytes")
    platform.storage.put_file(file, key, "audio/mpeg")


@pytest.fixture
def processing(platform: Platform) -> Processing:
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        episode.processings[0].state = ProcessingState.QUEUED
        return episode.processings[0]


def test_files_that_no_row_has_named_for_a_day_are_removed(
    platform: Platform, processing: Processing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform.database.reading() as session:
        named = session.query(Recording).one().key
    put(platform, named)
    put(platform, "private/forgotten/1/recording-1")
    monkeypatch.setattr(tidying, "FORGOTTEN", timedelta(seconds=-5))

    tidying.sweep_storage(platform)

    assert stored_keys(platform) == {named}


def test_a_file_whose_row_is_still_to_come_is_left_alone(platform: Platform) -> None:
    put(platform, "private/new/1/recording-1")

    tidying.sweep_storage(platform)

    assert stored_keys(platform) == {"private/new/1/recording-1"}


def test_scratch_of_work_that_waits_is_kept_and_other_scratch_is_not(
    platform: Platform, processing: Processing
) -> None:
    jobs.enqueue_processing(platform, processing)
    scratch = platform.settings.scratch_dir
    for name in (processing.workflow_id, "episode-nobody-knows-r1"):
        (scratch / name).mkdir()
        Path(scratch, name, "recording").touch()

    tidying.sweep_scratch(platform)

    assert [folder.name for folder in scratch.iterdir()] == [processing.workflow_id]
