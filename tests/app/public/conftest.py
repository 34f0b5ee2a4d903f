from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.platform import Platform
from app.settings import Settings


@pytest.fixture
def client(settings: Settings, platform: Platform) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="https://cast.example") as client:
        client.headers["accept"] = "text/html"
        yield client
