import os
import signal

from tests.journeys.conftest import Site, is_alive, until


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
