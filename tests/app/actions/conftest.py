from collections.abc import Iterator

import pytest

from app.actions import announcing
from tests.app.actions.listener import Clock, Listener


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(announcing, "now", clock)
    return clock


@pytest.fixture
def hub() -> Iterator[Listener]:
    hub = Listener()
    yield hub
    hub.server.shutdown()
    hub.server.server_close()
