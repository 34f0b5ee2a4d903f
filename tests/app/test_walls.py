from collections.abc import Iterator

import pytest

from app.platform import Platform
from app.settings import Settings
from app.worker import run_worker
from media_pipeline.errors import NoSandbox
from media_pipeline.programs import sandbox
from media_pipeline.programs.sandbox import Sandbox


@pytest.fixture
def no_wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sandbox, "_unsandboxed_allowed", False)
    with sandbox.forced(Sandbox.NONE):
        yield


@pytest.mark.usefixtures("no_wall")
def test_where_no_wall_can_be_built_no_worker_begins(platform: Platform) -> None:
    with pytest.raises(NoSandbox, match="neither with bubblewrap"):
        run_worker(platform)


@pytest.mark.usefixtures("no_wall")
def test_the_keeper_may_allow_it_all_the_same(settings: Settings) -> None:
    allowed = settings.model_copy(update={"allow_unsandboxed_media": True})

    Platform.open(allowed).close()

    assert sandbox.required() is Sandbox.NONE


@pytest.mark.usefixtures("no_wall")
def test_that_is_not_allowed_unless_it_is_said(settings: Settings) -> None:
    Platform.open(settings).close()

    with pytest.raises(NoSandbox):
        sandbox.required()
