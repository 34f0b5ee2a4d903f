import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing

import httpx2
import pytest

from app.actions import syndication
from app.migration import migrate
from app.models import Show
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_show
from tests.journeys.conftest import Site, is_alive, until


@pytest.fixture
def beside(site: Site) -> Iterator[Site]:
    """Another web process of the same community."""
    other = Site(site.folder, public_url=site.url)
    yield other
    if other.web is not None and other.web.poll() is None:
        other.stop()


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_a_killed_worker_comes_back_and_the_web_stays(site: Site) -> None:
    site.start()
    until(lambda: len(site.workers) == 1, "the first worker")

    kill(site.workers[0])
    until(lambda: len(site.workers) == 2, "the second worker")

    assert site.answers()
    assert not is_alive(site.workers[0])
    assert is_alive(site.workers[1])


def test_sigterm_ends_the_web_and_its_worker(site: Site) -> None:
    site.start()
    until(lambda: len(site.workers) == 1, "the worker")

    assert site.stop() == 0

    assert not is_alive(site.workers[0])


def test_a_worker_does_not_outlive_its_web(site: Site) -> None:
    site.start()
    until(lambda: len(site.workers) == 1, "the worker")
    assert site.web is not None

    kill(site.web.pid)
    site.web.wait()

    until(lambda: not is_alive(site.workers[0]), "the end of the worker")


def test_a_second_site_on_the_same_port_is_refused_with_a_sentence(site: Site) -> None:
    site.start()

    second = site.commoncast("serve", "--port", str(site.port))

    assert second.returncode == 1
    assert "Is something running there already?" in second.stderr
    assert "Traceback" not in second.stderr


def test_every_web_process_shows_a_change_within_a_second(
    site: Site, beside: Site
) -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=site.folder / "data",
        public_url=site.url,
    )
    with closing(Platform.open(settings)) as platform:
        migrate(platform)
        with platform.database.session() as session:
            show_id = make_show(session).id
        syndication.refresh_show(platform, show_id)
        site.start()
        beside.start()
        feeds = [
            f"http://127.0.0.1:{one.port}/shows/demo/feed.xml" for one in (site, beside)
        ]
        before = [httpx2.get(feed).text for feed in feeds]
        with platform.database.session() as session:
            show = session.get_one(Show, show_id)
            show.title = "Another name"
            show.touch()

        syndication.refresh_show(platform, show_id)
        time.sleep(1)

        after = [httpx2.get(feed).text for feed in feeds]
    assert ["Another name" in feed for feed in before + after] == [False] * 2 + [
        True
    ] * 2
