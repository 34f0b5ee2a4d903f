"""A PostgreSQL server with data of its own, for anybody who may run programs."""

import hashlib
import os
import pwd
import secrets
import shutil
from pathlib import Path

import psycopg

from tests.services.daemon import (
    FOLDER,
    Daemon,
    Unavailable,
    alone,
    free_ports,
    run,
    wait_until,
)
from tests.services.packages import find, missing

PROGRAMS = {"initdb": "postgresql", "postgres": "postgresql"}
USER = "postgres"  # the server refuses to run as root

_URL = FOLDER / "postgres.url"
_DAEMON = Daemon("postgres", FOLDER)


def start() -> str:
    """The address of the running server; it is started if it is down."""
    with alone("postgres"):
        if (url := _answering()) is not None:
            return url
        if packages := missing(PROGRAMS):
            raise Unavailable(f"{' '.join(packages)} is not installed")
        _DAEMON.stop()
        return _start(_home())


def stop() -> None:
    """End it; its data go too."""
    with alone("postgres"):
        _DAEMON.stop()
        _URL.unlink(missing_ok=True)
        shutil.rmtree(_home(), ignore_errors=True)


def environment() -> dict[str, str]:
    """What other programs need to know."""
    url = _answering()
    return {"COMMONCAST_DATABASE_URL": url} if url else {}


def _answering() -> str | None:
    if not _URL.is_file() or not _DAEMON.is_running():
        return None
    url = _URL.read_text()
    return url if _answers(url) else None


def _start(home: Path) -> str:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(home, USER)
    password = secrets.token_hex(16)
    _initialise(home, password)
    port = free_ports(1)
    # It keeps nothing that matters, so it need not wait for the disk.
    options = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    _DAEMON.start([*_as_server(), _program("postgres"), "-D", str(home), *flags])
    url = f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres"
    wait_until(lambda: _answers(url), 60, f"PostgreSQL, see {_DAEMON.log}")
    _URL.touch(mode=0o600)
    _URL.write_text(url)
    return url


def _initialise(home: Path, password: str) -> None:
    word = home.with_suffix(".word")
    word.touch(mode=0o600)
    word.write_text(password)
    if os.geteuid() == 0:
        shutil.chown(word, USER)
    try:
        run(
            [
                *_as_server(),
                *(_program("initdb"), "-D", str(home), "-U", USER, "--no-sync"),
                *("--auth=scram-sha-256", f"--pwfile={word}"),
                *("--encoding=UTF8", "--locale=C.UTF-8"),
            ]
        )
    finally:
        word.unlink()


def _home() -> Path:
    # Root's own folders are closed to the user that the server must run as.
    home = FOLDER / "postgres"
    if os.geteuid() != 0:
        return home
    closed = [one for one in FOLDER.parents if not one.stat().st_mode & 0o001]
    if not closed:
        return home
    place = hashlib.sha256(str(FOLDER).encode()).hexdigest()[:12]
    return Path("/var/lib/postgresql", f"commoncast-{place}")


def _as_server() -> list[str]:
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam(USER)
    except KeyError as error:
        raise Unavailable(f"there is no user {USER}") from error
    ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}"]
    return ["setpriv", *ids, "--clear-groups", "--"]


def _program(name: str) -> str:
    found = find(name)
    if found is None:
        raise Unavailable(f"{name} is not installed")
    # On the path there may be only a link; the server looks for its parts beside it.
    return str(Path(found).resolve())


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False
