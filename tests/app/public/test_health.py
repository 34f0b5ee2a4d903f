import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.database import now
from app.main import create_app
from app.models import Lease
from app.platform import Platform
from app.settings import Settings
from media_pipeline.programs import sandbox

PARTS = {"database", "storage", "ffmpeg", "sandbox", "transcripts", "worker", "disk"}


@pytest.fixture
def worker(platform: Platform) -> None:
    with platform.database.session() as session:
        session.add(Lease(executor_id="here-1", seen_at=now()))


def parts(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/readyz").json()["parts"]
    return found


def test_the_process_says_that_it_lives(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok\n"


@pytest.mark.usefixtures("worker")
def test_ready_means_that_every_part_is(client: TestClient) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200, answer.text
    assert parts(client).keys() == PARTS
    assert "ffmpeg" in parts(client)["ffmpeg"]["says"]


def test_without_a_worker_nothing_new_is_made(client: TestClient) -> None:
    assert client.get("/readyz").status_code == 503
    assert not parts(client)["worker"]["ok"]
    assert "No worker is there" in parts(client)["worker"]["says"]


@pytest.mark.usefixtures("worker")
def test_which_wall_stands_around_media_programs_is_told(client: TestClient) -> None:
    assert parts(client)["sandbox"] == {"ok": True, "says": sandbox.kind()}


def test_a_worker_without_a_wall_is_told_in_a_sentence(
    platform: Platform, client: TestClient
) -> None:
    with platform.database.session() as session:
        session.add(Lease(executor_id="there-1", seen_at=now(), sandbox="none"))

    told = parts(client)["sandbox"]

    assert client.get("/readyz").status_code == 503
    assert not told["ok"]
    assert "not shut off" in told["says"]


def test_a_model_for_transcripts_that_cannot_be_used_is_told(
    settings: Settings, tmp_path: Path
) -> None:
    away = settings.model_copy(update={"transcribe_model": str(tmp_path / "model")})

    told = parts(TestClient(create_app(away)))["transcripts"]

    assert not told["ok"]
    assert told["says"] == "The folder of the transcription model is not there."


@pytest.mark.usefixtures("worker")
def test_a_full_disk_is_named_before_uploads_fail(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage("/")._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)

    assert not parts(client)["disk"]["ok"]


def test_a_lost_database_is_named_without_its_address(settings: Settings) -> None:
    nowhere = "postgresql://keeper:hidden@127.0.0.1:1/none"
    lost = settings.model_copy(update={"database_url": nowhere})

    answer = TestClient(create_app(lost)).get("/readyz")

    assert answer.status_code == 503
    assert not answer.json()["parts"]["database"]["ok"]
    assert "hidden" not in answer.text
