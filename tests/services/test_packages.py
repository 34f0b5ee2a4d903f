from pathlib import Path

import pytest

from tests.services import __main__ as command
from tests.services import ceph, postgres
from tests.services.daemon import Unavailable
from tests.services.packages import install_missing

WANTED = {"radosgw": "radosgw", "ceph-mon": "ceph-mon"}

_ENV = 'while case "$1" in *=*) ;; *) false;; esac; do shift; done; "$@"'


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of programs of a machine that has next to nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    add(
        tmp_path,
        "env",
        'while case "$1" in *=*) ;; *) false;; esac; do shift; done\n"$@"',
    )
    return tmp_path


def add(machine: Path, name: str, script: str = "") -> None:
    program = machine / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_what_is_there_is_not_installed(machine: Path) -> None:
    for name in WANTED:
        add(machine, name)

    install_missing(WANTED)


def test_only_what_is_missing_is_installed(machine: Path) -> None:
    add(machine, "radosgw")
    add(
        machine,
        "apt-get",
        f'echo "$@" >> {machine}/asked\n/bin/cp {machine}/radosgw {machine}/ceph-mon',
    )

    install_missing(WANTED)

    update, install = (machine / "asked").read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends ceph-mon")


def test_without_apt_it_names_what_is_missing(machine: Path) -> None:
    with pytest.raises(Unavailable, match="no apt-get here to install ceph-mon"):
        install_missing(WANTED)


def test_an_error_of_apt_is_told(machine: Path) -> None:
    add(machine, "apt-get", 'echo "E: no network" >&2; exit 100')

    with pytest.raises(Unavailable, match="apt-get update: E: no network"):
        install_missing(WANTED)


def test_a_package_without_its_program_is_told(machine: Path) -> None:
    add(machine, "apt-get")

    with pytest.raises(Unavailable, match="ceph-mon radosgw could not be installed"):
        install_missing(WANTED)


def test_without_rights_it_says_so(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    add(machine, "apt-get")

    with pytest.raises(Unavailable, match="needs root or sudo"):
        install_missing(WANTED)


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_what_cannot_be_had_stops_only_ci(
    ci: str,
    status: int,
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(postgres, "PROGRAMS", {"no-such": "no-such"})
    monkeypatch.setattr(ceph, "PROGRAMS", WANTED)

    assert command.start() == status

    assert "its tests will be skipped: no apt-get here" in capsys.readouterr().err
