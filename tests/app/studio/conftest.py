"""A host at work: signed in, with a show."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.actions.sign_in import make_link
from app.main import create_app
from app.models import Host, Show, User
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_show, make_user

SITE = "https://cast.example"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')

Enter = Callable[[User | None], TestClient]


@dataclass
class Browser:
    """A signed-in browser that fills in forms as we gave them."""

    client: TestClient
    csrf: str

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def post(self, path: str, fields: object = None, **more: object) -> Response:
        typed = fields if isinstance(fields, dict) else {}
        return self.client.post(path, data={"csrf": self.csrf, **typed}, **more)  # type: ignore[arg-type]


@pytest.fixture
def app_client(settings: Settings, platform: Platform) -> Iterator[TestClient]:
    with TestClient(
        create_app(settings), base_url=SITE, follow_redirects=False
    ) as client:
        client.headers["accept"] = "text/html"
        yield client


@pytest.fixture
def show(platform: Platform) -> Show:
    with platform.database.session() as session:
        return make_show(session)


@pytest.fixture
def host(platform: Platform, show: Show) -> User:
    with platform.database.session() as session:
        user = make_user(session)
        session.flush()
        session.add(Host(user_id=user.id, show_id=show.id))
        return user


@pytest.fixture
def enter(app_client: TestClient, platform: Platform) -> Enter:
    """Sign somebody in, or out."""

    def sign_in(user: User | None) -> TestClient:
        app_client.cookies.clear()
        if user is not None:
            token = token_for(platform, user)
            answer = app_client.post("/studio/sign-in", data={"token": token})
            assert answer.status_code == 303
        return app_client

    return sign_in


@pytest.fixture
def browser(enter: Enter, host: User) -> Browser:
    return browser_of(enter(host))


def browser_of(client: TestClient) -> Browser:
    found = _TOKEN.search(client.get("/studio").text)
    assert found is not None
    return Browser(client, found[1])


def token_for(platform: Platform, user: User) -> str:
    with platform.database.session() as session:
        return make_link(session, platform, user).partition("token=")[2]
