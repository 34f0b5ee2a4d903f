"""What every test may ask for."""

import faulthandler
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import structlog

from app.database import Base
from app.platform import Platform
from app.settings import Settings

pytest_plugins = ["tests.services.fixtures"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=tmp_path / "data",
        public_url="https://cast.example",
    )


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    platform = Platform.open(settings)
    Base.metadata.create_all(platform.database.engine)
    yield platform
    platform.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The settings once for each database that we support."""
    if request.param == "sqlite":
        return settings
    url = request.getfixturevalue("postgresql_url")
    return settings.model_copy(update={"database_url": url})


@pytest.fixture
def any_platform(any_settings: Settings) -> Iterator[Platform]:
    """The platform once for each database that we support."""
    platform = Platform.open(any_settings)
    Base.metadata.create_all(platform.database.engine)
    yield platform
    platform.close()


@pytest.fixture(autouse=True)
def _everybody_hears_everything() -> Iterator[None]:
    """A command that was run in this process has said how much it wants to hear."""
    yield
    structlog.reset_defaults()


def pytest_unconfigure() -> None:
    """A thread that a test left running must not hold the whole run up for ever."""
    faulthandler.dump_traceback_later(120, exit=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    """Where nothing may be skipped, a skip is a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"With CI=true nothing may be skipped: {report.longrepr}"
    return report
