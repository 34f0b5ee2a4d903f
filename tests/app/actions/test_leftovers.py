"""Whatever happens in whatever order: what a row names is there, the rest goes."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.actions import leftovers, swapping
from app.database import Base, now
from app.models import Episode, Leftover, Rendition
from app.platform import Platform
from app.settings import Settings
from media_pipeline.errors import StorageFailed
from media_pipeline.rendition import Kind, finished
from tests.app.workers import named_keys, stored_keys
from tests.factories import make_episode, make_show

CONTENTS = st.sampled_from(["one", "two", "three"])
KINDS = st.sampled_from([Kind.LOW_SOUND, Kind.WAVEFORM])


class Clock:
    """The only thing that is not real here."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def now(self) -> datetime:
        return now() + self.passed


class Storing(RuleBasedStateMachine):
    """Jobs that store and name, sweeps that delete; each may stop anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock, self.patch = Clock(), pytest.MonkeyPatch()
        self.unnamed: list[list[Rendition]] = []  # stored, by jobs still at work
        data = Path(self.folder.name)
        self.platform = Platform.open(
            Settings(_env_file=None, data_dir=data)  # type: ignore[call-arg]
        )
        Base.metadata.create_all(self.platform.database.engine)

    @initialize()
    def begin(self) -> None:
        self.patch.setattr(leftovers, "now", self.clock.now)
        with self.platform.database.session() as session:
            episode = make_episode(session, make_show(session))
            self.episode_id = episode.id
            episode.renditions, episode.recordings = [], []
        with self.platform.database.session() as session:
            session.get_one(Episode, self.episode_id)

    @rule(content=CONTENTS, kind=KINDS)
    def a_job_stores(self, content: str, kind: Kind) -> None:
        path = Path(self.folder.name, "made.bin")
        path.write_text(content)
        file = finished(kind, path, "audio/ogg")
        stored = swapping.store(self.platform, self.episode_id, 1, [file])
        self.unnamed.append(stored)

    @precondition(lambda self: self.unnamed)
    @rule()
    def a_job_names_what_it_stored(self) -> None:
        rows = self.unnamed.pop(0)
        late = suppress(StorageFailed)  # it waited for days: it will be taken again
        with late, self.platform.database.session() as session:
            swapping.swap(self.platform, session, self.episode_id, rows)

    @precondition(lambda self: self.unnamed)
    @rule()
    def a_job_dies(self) -> None:
        self.unnamed.pop(0)

    @rule(hours=st.sampled_from([1, 23, 25, 24 * 8]))
    def time_passes(self, hours: int) -> None:
        self.clock.passed += timedelta(hours=hours)

    @rule()
    def somebody_sweeps(self) -> None:
        leftovers.sweep(self.platform)

    @rule()
    def a_sweep_dies_before_it_deletes(self) -> None:
        keys = leftovers._due(self.platform)
        with self.platform.database.session() as session:
            leftovers._doom(session, keys)

    @invariant()
    def what_a_row_names_is_there(self) -> None:
        if hasattr(self, "episode_id"):
            assert {*named_keys(self.platform)} <= stored_keys(self.platform)

    @invariant()
    def whatever_no_row_names_is_known_to_be_a_leftover(self) -> None:
        if hasattr(self, "episode_id"):
            with self.platform.database.reading() as session:
                known = {leftover.key for leftover in session.query(Leftover)}
            assert stored_keys(self.platform) <= known | {*named_keys(self.platform)}

    def teardown(self) -> None:
        if hasattr(self, "episode_id"):
            self.clock.passed += timedelta(days=30)
            leftovers.sweep(self.platform)
            assert stored_keys(self.platform) == {*named_keys(self.platform)}
        self.patch.undo()
        self.platform.close()
        self.folder.cleanup()


def test_nothing_that_is_named_is_deleted_and_nothing_else_stays() -> None:
    run_state_machine_as_test(
        Storing,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def episode_id(platform: Platform) -> Iterator[str]:
    with platform.database.session() as session:
        yield make_episode(session, make_show(session)).id


def test_what_is_being_deleted_cannot_be_announced(
    platform: Platform, episode_id: str
) -> None:
    with platform.database.session() as session:
        due = now()
        session.add(Leftover(key="public/x/1/a.mp3", due_at=due, doomed=True))

    with pytest.raises(StorageFailed):
        leftovers.announce(platform, None, ["public/x/1/a.mp3"])
