from typing import NoReturn

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.errors import BadRequest, Conflict, Gone, NotAllowed, NotFound, NotReady
from app.main import create_app
from app.platform import Platform
from app.settings import Settings
from media_pipeline.errors import DiskFull, StorageFailed, UnreadableRecording

SECRET = "/srv/data/secret of the log"


@pytest.fixture
def app(settings: Settings, platform: Platform) -> FastAPI:
    return create_app(settings)


def answer_to(app: FastAPI, error: Exception, accept: str = "text/html") -> Response:
    async def fail(request: object) -> NoReturn:
        raise error

    app.router.add_route("/fails", fail, methods=["GET"])
    client = TestClient(app, raise_server_exceptions=False)
    return client.get("/fails", headers={"accept": accept})


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (NotFound, 404),
        (Gone, 410),
        (NotAllowed, 403),
        (Conflict, 409),
        (NotReady, 409),
        (BadRequest, 400),
        (UnreadableRecording, 400),
        (StorageFailed, 503),
        (DiskFull, 507),
    ],
)
def test_a_person_reads_a_sentence_and_the_cause_stays_in_the_log(
    app: FastAPI, kind: type[NotFound], status: int
) -> None:
    page = answer_to(app, kind("That is not possible.", cause=SECRET))

    assert page.status_code == status
    assert "That is not possible." in page.text
    assert SECRET not in page.text


def test_an_unexpected_error_is_as_quiet_and_as_safe(app: FastAPI) -> None:
    page = answer_to(app, ZeroDivisionError(SECRET))

    assert page.status_code == 500
    assert "Nothing of yours is lost" in page.text
    assert SECRET not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_machine_gets_one_line(app: FastAPI) -> None:
    answer = answer_to(app, Gone("It was taken back."), accept="*/*")

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == "It was taken back.\n"


def test_an_error_is_never_kept_by_a_cache(app: FastAPI) -> None:
    assert answer_to(app, NotFound("No.")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/nothing", "/episodes/x", "/shows/x", "/static/x"])
def test_an_error_page_is_not_for_search_engines(app: FastAPI, path: str) -> None:
    page = TestClient(app).get(path, headers={"accept": "text/html"})

    assert page.status_code == 404
    assert '<meta name="robots" content="noindex">' in page.text
    assert "canonical" not in page.text
