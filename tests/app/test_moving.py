import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from app.cli import main
from tests.app.old_host import OldHost, old_host
from tests.app.workers import record_talk

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[OldHost]:
    with old_host() as host:
        talk = record_talk(tmp_path / "talk.mp3")
        host.files["/one.mp3"] = talk.read_bytes()
        yield host


@pytest.fixture
def commoncast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: OldHost) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMONCAST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COMMONCAST_FETCH_ALSO", host.door)

    def call(*arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as e:
            main(list(arguments))
        return int(e.value.code or 0), out.getvalue(), err.getvalue()

    call("migrate")
    return call


def test_a_dry_run_reports_and_brings_nothing(commoncast: Run, host: OldHost) -> None:
    url = host.publish(host.item("one", 1), "<item><title>Odd</title></item>")

    code, out, _ = commoncast("import", url, "--dry-run")

    assert code == 0
    assert out.splitlines()[:2] == ["Old Talks: 2 episodes", "2024-01-01  One"]
    assert "no date  Odd It names no file" in out
    assert commoncast("check-feed", "old-talks")[0] == 1


def test_a_show_moves_in_with_a_guide_for_its_old_host(
    commoncast: Run, host: OldHost
) -> None:
    url = host.publish(host.item("one", 1))

    code, out, _ = commoncast("import", url, "--consent-held", "--keep-media")

    assert code == 0
    assert "brought      One" in out
    assert f"let {url} answer 301 with http://127.0.0.1:8000/shows/old-talks" in out


def test_what_could_not_be_brought_is_an_error_that_names_the_cure(
    commoncast: Run, host: OldHost
) -> None:
    url = host.publish(host.item("gone", 1))

    code, out, err = commoncast("import", url, "--draft")

    assert code == 1
    assert "answers 404." in out
    assert "Give the same feed again" in err


def test_nothing_becomes_public_without_consent(commoncast: Run, host: OldHost) -> None:
    code, _, err = commoncast("import", host.publish(host.item("one", 1)))

    assert code == 1
    assert "--consent-held" in err
