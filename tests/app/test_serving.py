"""What `serve` does where no worker can work."""

import pytest
from structlog.testing import capture_logs

from app import serving
from app.settings import Settings
from media_pipeline.programs import sandbox
from media_pipeline.programs.sandbox import Sandbox


def test_a_machine_without_a_wall_says_so_in_one_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "write_logs", lambda: None)

    with (
        sandbox.forced(Sandbox.NONE),
        capture_logs() as lines,
        pytest.raises(SystemExit),
    ):
        serving._work(settings)

    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert line["event"] == "no worker here"
    assert "bubblewrap" in line["cause"]
    assert "exc_info" not in line


def test_the_workers_of_one_serve_know_how_many_share_the_machine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(serving, "write_logs", lambda: None)
    monkeypatch.setattr(
        serving, "run_worker", lambda platform, *, sharing: told.append(sharing)
    )

    serving._work(settings.model_copy(update={"workers": 4}))

    assert told == [4]
