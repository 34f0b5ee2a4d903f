"""Debian packages for the services, installed only where they are missing."""

import os
import shutil
import subprocess
import sys

from tests.services.daemon import Unavailable

INSTALL_SECONDS = 1200


def install_missing(programs: dict[str, str]) -> None:
    """Install the packages of programs that are not here. Raises `Unavailable`."""
    packages = missing(programs)
    if not packages:
        return
    if not shutil.which("apt-get"):
        raise Unavailable(f"no apt-get here to install {' '.join(packages)}")
    print(f"Installing {' '.join(packages)} ...", file=sys.stderr)  # noqa: T201
    _apt_get("update")  # a fresh image has no lists, an old one has stale ones
    _apt_get("install", "-y", "--no-install-recommends", *packages)
    if still := missing(programs):
        raise Unavailable(f"{' '.join(still)} could not be installed")


def missing(programs: dict[str, str]) -> list[str]:
    """The packages of those programs that are not here, each once."""
    return sorted({package for name, package in programs.items() if not find(name)})


def find(program: str) -> str | None:
    """Where a program lies; PostgreSQL's are never on a Debian user's path."""
    versions = [f"/usr/lib/postgresql/{number}/bin" for number in range(30, 14, -1)]
    return shutil.which(program, path=os.pathsep.join([os.environ["PATH"], *versions]))


def _apt_get(*arguments: str) -> None:
    # RUNLEVEL=1: the packages shall not start services of their own.
    command = [
        *_as_root(),
        *("env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"),
        *("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *arguments),
    ]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"apt-get {arguments[0]}: {error}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Unavailable(f"apt-get {arguments[0]}: {lines[-1]}")


def _as_root() -> list[str]:
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise Unavailable("installing needs root or sudo")
    return ["sudo", "-n"]
