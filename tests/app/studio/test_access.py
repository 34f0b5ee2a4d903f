"""Who may do what: generated over every route, so that no new one is forgotten."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.actions import uploading
from app.actions.uploading import Plan
from app.models import Episode, Host, Move, Show, User
from app.page.security import routes_of
from app.platform import Platform
from tests.app.studio.conftest import Browser, Enter, browser_of
from tests.factories import add_words, make_episode, make_show, make_user

DOOR = {"/studio/sign-in", "/studio/arrived"}
SAFE = {"GET", "HEAD", "OPTIONS"}
TUS = {
    "Tus-Resumable": "1.0.0",
    "Upload-Offset": "0",
    "X-HTTP-Method-Override": "HEAD",
}
FILE = {"recording": ("talk.wav", b"RIFF")}
OF_KEEPERS = "/studio/moving-in"
Route = tuple[str, str]  # method, path as declared


@pytest.fixture
def routes(app_client: TestClient) -> list[Route]:
    app = app_client.app
    assert isinstance(app, FastAPI)
    found = [
        (method, path)
        for route in routes_of(app)
        for method in route.methods or ()
        if (path := str(route.path)).startswith("/studio")
        if path not in DOOR
    ]
    assert len(found) > 20
    return found


@pytest.fixture
def episode(platform: Platform, show: Show) -> Episode:
    with platform.database.session() as session:
        return add_words(make_episode(session, session.merge(show)), session)


@pytest.fixture
def upload_id(platform: Platform, host: User) -> str:
    return uploading.begin(platform, Plan(host.id, length=4)).id


@pytest.fixture
def moved_show(platform: Platform, show: Show) -> Show:
    with platform.database.session() as session:
        session.add(Move(show_id=show.id, source="https://old.example/feed.xml"))
    return show


@pytest.fixture
def fill(moved_show: Show, episode: Episode, upload_id: str) -> Callable[[str], str]:
    names = {
        "slug": moved_show.slug,
        "name": episode.id,
        "upload_id": upload_id,
        "key_id": "0" * 32,
        "live_id": "0" * 32,
    }
    return lambda path: path.format(step="delete", **names)


def ask(
    client: TestClient, route: Route, path: str, csrf: str = "", **headers: str
) -> Response:
    method, declared = route
    if declared.startswith("/studio/uploads"):
        return client.request(method, path, headers=TUS | headers)
    if method in SAFE:
        return client.request(method, path, headers=headers)
    form = {"csrf": csrf} if csrf else {}
    return client.post(path, data=form, files=FILE, headers=headers)


def test_nobody_comes_in_without_signing_in(
    enter: Enter, routes: list[Route], fill: Callable[[str], str]
) -> None:
    client = enter(None)

    for route in routes:
        answer = ask(client, route, fill(route[1]))

        turned_away = answer.headers.get("location") == "/studio/sign-in"
        assert turned_away or answer.status_code == 401, route


def test_what_is_not_yours_does_not_exist(
    enter: Enter, routes: list[Route], fill: Callable[[str], str], platform: Platform
) -> None:
    browser = browser_of(enter(host_of_another_show(platform)))

    for route in [route for route in routes if "{" in route[1]]:
        answer = ask(browser.client, route, fill(route[1]), browser.csrf)

        assert answer.status_code == 404, route


def test_a_host_may_read_everything_of_their_show(
    browser: Browser, routes: list[Route], fill: Callable[[str], str]
) -> None:
    for route in [route for route in routes if route[0] in SAFE]:
        answer = ask(browser.client, route, fill(route[1]))

        expected = {404} if route[1].startswith(OF_KEEPERS) else {200, 204}
        assert answer.status_code in expected, route


def test_a_keeper_may_read_every_show_but_no_upload_of_others(
    enter: Enter, routes: list[Route], fill: Callable[[str], str], platform: Platform
) -> None:
    with platform.database.session() as session:
        keeper = make_user(session, "keeper@example.org", is_admin=True)
    client = enter(keeper)

    for route in [route for route in routes if route[0] in SAFE]:
        answer = ask(client, route, fill(route[1]))

        assert (answer.status_code == 404) == ("{upload_id}" in route[1]), route


def test_nothing_changes_without_the_token_of_our_own_form(
    browser: Browser, routes: list[Route], fill: Callable[[str], str]
) -> None:
    forms = [r for r in routes if r[0] not in SAFE and "uploads" not in r[1]]
    assert len(forms) > 10

    for route in forms:
        for token in ("", "0" * 64):
            answer = ask(browser.client, route, fill(route[1]), token)

            assert answer.status_code == 403, route


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://cast.example.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://cast.example"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_nothing_changes_for_another_site(
    browser: Browser,
    routes: list[Route],
    fill: Callable[[str], str],
    headers: dict[str, str],
) -> None:
    for route in [route for route in routes if route[0] not in SAFE]:
        answer = ask(browser.client, route, fill(route[1]), browser.csrf, **headers)

        assert answer.status_code == 403, route


def test_a_token_is_of_one_session_only(
    enter: Enter, host: User, browser: Browser
) -> None:
    before = browser.csrf
    again = browser_of(enter(host))

    answer = again.client.post("/studio/sign-out", data={"csrf": before})

    assert answer.status_code == 403


def host_of_another_show(platform: Platform) -> User:
    with platform.database.session() as session:
        user = make_user(session, "other@example.org")
        other = make_show(session, "other", podcast_guid="other")
        session.flush()
        session.add(Host(user_id=user.id, show_id=other.id))
        return user
