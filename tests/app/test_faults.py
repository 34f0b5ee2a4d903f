"""Faults of ours that pass: the work waits, and nothing half-made ever counts."""

import contextlib
import errno
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from app import worker
from app.actions import faults, headway, processing, room
from app.database import Base
from app.models import Processing, ProcessingState
from app.platform import Platform
from app.settings import Settings
from app.worker import run_here
from media_pipeline.film import chunks
from media_pipeline.programs import launcher, process, sandbox
from media_pipeline.programs.process import Limits
from media_pipeline.storage.s3_address import Address
from tests.app import programs, workers
from tests.app.workers import assert_well_done, hand_in
from tests.services.ceph import S3
from tests.services.faulty import Fault, Road, road_to
from tests.services.fixtures import Bucket

BAD = [fault for fault in Fault if fault is not Fault.NONE]
MUCH = 10**15  # bytes


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(headway, "SHORTEST_WAIT", timedelta(seconds=0.01))
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.2)
    monkeypatch.setattr(faults, "LOOK_AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", workers.CHUNK_SECONDS)


@pytest.fixture
def road(s3_service: S3) -> Iterator[Road]:
    with road_to(s3_service.http) as road:
        yield road


@pytest.fixture
def far(
    road: Road, s3_http: Bucket, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Platform]:
    """A platform whose bucket is at the end of that road."""
    connect = Address.connect
    monkeypatch.setattr(Address, "connect", lambda self: connect(self, read_seconds=1))
    url = f"s3://{s3_http.storage.bucket}?endpoint={road.url}&region=us-east-1"
    with closing(
        Platform.open(settings.model_copy(update={"storage_url": url}))
    ) as platform:
        Base.metadata.create_all(platform.database.engine)
        yield platform


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workers.record_talk(tmp_path_factory.mktemp("talks") / "talk.wav")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return workers.record_film_in_chunks(path)


class Trouble:
    """Begins at a step, and ends as soon as the host has been told of it."""

    def __init__(
        self, step: str, begin: Callable[[], None], end: Callable[[], None]
    ) -> None:
        self.step, self.begin, self.end = step, begin, end
        self.told = ""
        self.has_begun = False

    def __call__(self, row: Processing) -> None:
        if row.step == self.step and not self.has_begun:
            self.has_begun = True
            self.begin()
        elif self.has_begun and row.sentence and not self.told:
            assert row.state == ProcessingState.RUNNING
            self.told = row.sentence
            self.end()


class Lock:
    """Somebody else writes to the database until the work has noticed."""

    def __init__(
        self, other: sqlite3.Connection, logs: Sequence[MutableMapping[str, Any]]
    ) -> None:
        self._other, self._logs = other, logs

    def __call__(self, row: Processing) -> None:
        if self._other.in_transaction:
            if was_away(self._logs):
                self._other.execute("ROLLBACK")
        elif row.step == "sound" and not was_away(self._logs):
            with contextlib.suppress(sqlite3.OperationalError):
                self._other.execute("BEGIN IMMEDIATE")


def was_away(logs: Sequence[MutableMapping[str, Any]]) -> bool:
    return any("database is away" in log["event"] for log in logs)


@pytest.mark.parametrize("fault", BAD)
def test_a_bucket_that_fails_is_waited_for(
    far: Platform, road: Road, talk: Path, fault: Fault
) -> None:
    processing = hand_in(far, talk)
    trouble = Trouble("check", lambda: None, road.recover)
    trouble.has_begun = True

    road.go_bad(fault)
    row = run_here(far, processing, trouble)

    assert trouble.told
    assert row.sentence == ""
    assert_well_done(far, row)


def test_a_recording_that_comes_back_as_something_else_is_waited_for(
    far: Platform, s3_http: Bucket, talk: Path
) -> None:
    processing = hand_in(far, talk)
    key = next(key for key in workers.stored_keys(far) if "/recording" in key)
    bucket, client = s3_http.storage.bucket, s3_http.storage.client
    trouble = Trouble(
        "", lambda: None, lambda: client.upload_file(str(talk), bucket, key)
    )
    trouble.has_begun = True

    client.put_object(Bucket=bucket, Key=key, Body=b"<p>Back soon.")
    row = run_here(far, processing, trouble)

    assert trouble.told == "A file came back damaged."
    assert_well_done(far, row)


def test_a_bucket_that_fails_amid_a_film_leaves_nothing_half_made(
    far: Platform, road: Road, film: Path
) -> None:
    processing = hand_in(far, film)
    trouble = Trouble("chunk", lambda: road.go_bad(Fault.ANSWERS_500), road.recover)

    row = run_here(far, processing, trouble)

    assert trouble.told
    assert_well_done(far, row)


def test_a_disk_without_room_is_waited_for(
    platform: Platform, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processing = hand_in(platform, film)
    usual = room.NEARLY_FULL
    monkeypatch.setattr(room, "NEARLY_FULL", MUCH)
    trouble = Trouble(
        "", lambda: None, lambda: monkeypatch.setattr(room, "NEARLY_FULL", usual)
    )
    trouble.has_begun = True

    row = run_here(platform, processing, trouble)

    assert "room on the disk" in trouble.told
    assert_well_done(platform, row)


def test_a_machine_that_can_start_nothing_is_waited_for(
    platform: Platform, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processing = hand_in(platform, talk)
    sandbox.kind()  # is tried once, before there is any trouble
    trouble = Trouble(
        "",
        lambda: None,
        lambda: monkeypatch.setattr(launcher, "Popen", subprocess.Popen),
    )
    trouble.has_begun = True

    monkeypatch.setattr(launcher, "Popen", no_more_processes)
    row = run_here(platform, processing, trouble)

    assert "could not be started" in trouble.told
    assert_well_done(platform, row)


def test_a_program_that_hangs_is_ended_and_started_again(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = workers.record_film(tmp_path / "film.mp4", seconds=60)
    processing = hand_in(platform, film)
    usual = Limits.for_duration
    frozen: list[int] = []

    def hurried(seconds: float, *arguments: int) -> Limits:
        whole = usual(seconds, *arguments)
        return whole if frozen else Limits(whole.total_seconds, stall_seconds=2)

    def freeze(row: Processing) -> None:
        if row.step == "first" and not frozen:
            frozen.extend(programs.freeze_an_encoder(platform.settings.scratch_dir))

    monkeypatch.setattr(process.Limits, "for_duration", hurried)
    row = run_here(platform, processing, freeze)

    assert frozen
    assert_well_done(platform, row)
    assert programs.in_folder(platform.settings.scratch_dir) == []


def test_a_locked_database_is_waited_for(
    platform: Platform, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(platform)
    processing = hand_in(platform, film)
    file = platform.settings.data_dir / "commoncast.db"
    other = sqlite3.connect(file, isolation_level=None)

    with closing(other), capture_logs() as logs:
        row = run_here(platform, processing, Lock(other, logs))

    assert was_away(logs)
    assert_well_done(platform, row)


def test_a_database_that_hangs_up_on_everybody_is_asked_again(
    settings: Settings, postgresql_url: str, film: Path
) -> None:
    there = settings.model_copy(update={"database_url": postgresql_url})
    hung_up: list[str] = []

    def hang_up(row: Processing) -> None:
        if row.step in {"sound", "first", "film"} and row.step not in hung_up:
            hung_up.append(row.step)
            end_connections(postgresql_url)

    with closing(Platform.open(there)) as platform:
        processing = hand_in(platform, film)
        row = run_here(platform, processing, hang_up)

        assert hung_up
        assert_well_done(platform, row)


def no_more_processes(*_: object, **__: object) -> None:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def hurry(platform: Platform) -> None:
    """Ask a locked database once, instead of for five seconds."""

    def impatiently(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(platform.database.engine, "connect", impatiently)
    platform.database.engine.dispose()


def end_connections(database_url: str) -> None:
    """End every connection to this PostgreSQL database."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
