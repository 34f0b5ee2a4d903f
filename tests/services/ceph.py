"""A real S3: Ceph's gateway before one monitor and one disk that is only memory."""

import json
import shutil
import ssl
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from tests.services.ceph_conf import written
from tests.services.daemon import (
    FOLDER,
    Daemon,
    Unavailable,
    alone,
    free_ports,
    run,
    wait_until,
)
from tests.services.packages import missing

PROGRAMS = {
    "ceph": "ceph-common",
    "ceph-authtool": "ceph-common",
    "ceph-mon": "ceph-mon",
    "ceph-osd": "ceph-osd",
    "monmaptool": "ceph-mon",
    "openssl": "openssl",
    "radosgw": "radosgw",
    "radosgw-admin": "ceph-common",
}

_HOME = FOLDER / "ceph"
_FACTS = FOLDER / "ceph.json"
_DAEMONS = {name: Daemon(name, _HOME) for name in ("rgw", "osd", "mon")}
_PORTS = 40  # monitor, http, https, and those among which the disk chooses


@dataclass(frozen=True)
class S3:
    """Where it answers, and to whom."""

    http: str
    https: str
    access_key: str
    secret_key: str
    ca_bundle: str


def start() -> S3:
    """The running gateway; it is started if it is down."""
    with alone("ceph"):
        if (found := _answering()) is not None:
            return found
        if packages := missing(PROGRAMS):
            raise Unavailable(f"{' '.join(packages)} is not installed")
        _stop()
        return _start()


def stop() -> None:
    """End it; what was stored is gone."""
    with alone("ceph"):
        _stop()


def environment() -> dict[str, str]:
    """What other programs need to know."""
    found = _answering()
    if found is None:
        return {}
    return {
        "S3_ENDPOINT": found.http,
        "S3_ENDPOINT_TLS": found.https,
        "AWS_ACCESS_KEY_ID": found.access_key,
        "AWS_SECRET_ACCESS_KEY": found.secret_key,
        "AWS_CA_BUNDLE": found.ca_bundle,
    }


def _answering() -> S3 | None:
    if not all(daemon.is_running() for daemon in _DAEMONS.values()):
        return None
    try:
        found = S3(**json.loads(_FACTS.read_text()))
    except (OSError, ValueError):
        return None
    return found if _answers(found) else None


def _stop() -> None:
    for daemon in _DAEMONS.values():
        daemon.stop(seconds=5)
    _FACTS.unlink(missing_ok=True)
    # The memory is gone with the process, so the rest is worth nothing.
    shutil.rmtree(_HOME, ignore_errors=True)


def _start() -> S3:
    _HOME.mkdir(parents=True)
    first = free_ports(_PORTS)
    conf = written(_HOME, first)
    _make_certificate()
    _start_monitor(conf, first)
    _start_disk(conf)
    _start_gateway(conf)
    found = S3(
        http=f"http://127.0.0.1:{first + 1}",
        https=f"https://localhost:{first + 2}",
        access_key=uuid4().hex,
        secret_key=uuid4().hex,
        ca_bundle=str(_HOME / "tls.pem"),
    )
    wait_until(lambda: _answers(found), 120, f"S3, see {_HOME}")
    _add_user(conf, found)
    _FACTS.touch(mode=0o600)
    _FACTS.write_text(json.dumps(asdict(found)))
    return found


def _make_certificate() -> None:
    # Newer Pythons insist that an authority says what it may be used for.
    run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-keyout", str(_HOME / "tls.key"), "-out", str(_HOME / "tls.pem")),
            *("-days", "3650", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
        ]
    )


def _start_monitor(conf: dict[str, str], port: int) -> None:
    ring, everything = str(_HOME / "keyring"), "allow *"
    run(
        [
            "ceph-authtool",
            "-C",
            ring,
            "--gen-key",
            "-n",
            "mon.",
            "--cap",
            "mon",
            everything,
        ]
    )
    for name, rights in {
        "client.admin": {"mon": everything, "osd": everything, "mgr": everything},
        "client.rgw": {"mon": everything, "osd": everything},
        "osd.0": {"mon": "allow profile osd", "osd": everything},
    }.items():
        caps = [word for part, may in rights.items() for word in ("--cap", part, may)]
        run(["ceph-authtool", ring, "--gen-key", "-n", name, *caps])
    plan = str(_HOME / "monmap")
    address = f"[v2:127.0.0.1:{port}]"
    run(
        [
            "monmaptool",
            "--create",
            "--fsid",
            conf["CEPH_FSID"],
            "--addv",
            "a",
            address,
            plan,
        ]
    )
    run(["ceph-mon", "--mkfs", "-i", "a", "--monmap", plan, "--keyring", ring], conf)
    _DAEMONS["mon"].start(["ceph-mon", "-f", "-i", "a"], conf)
    wait_until(lambda: _says(conf, "-s") is not None, 60, f"monitor, see {_HOME}")


def _start_disk(conf: dict[str, str]) -> None:
    identity = str(uuid4())
    run(["ceph", "osd", "new", identity, "0"], conf)
    run(["ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", identity], conf)
    _DAEMONS["osd"].start(["ceph-osd", "-f", "-i", "0"], conf)
    wait_until(
        lambda: "1 up" in (_says(conf, "osd", "stat") or ""), 60, f"disk, see {_HOME}"
    )


def _start_gateway(conf: dict[str, str]) -> None:
    _DAEMONS["rgw"].start(["radosgw", "-f", "-n", "client.rgw"], conf)


def _add_user(conf: dict[str, str], found: S3) -> None:
    run(
        [
            *("radosgw-admin", "-n", "client.rgw", "user", "create"),
            *("--uid=tests", "--display-name=tests"),
            f"--access-key={found.access_key}",
            f"--secret-key={found.secret_key}",
        ],
        conf,
    )


def _says(conf: dict[str, str], *question: str) -> str | None:
    try:
        return run(["ceph", "--connect-timeout", "2", *question], conf)
    except Unavailable:
        return None


def _answers(found: S3) -> bool:
    trust = ssl.create_default_context(cafile=found.ca_bundle)
    try:
        for address in (found.http, found.https):
            with urllib.request.urlopen(address, timeout=3, context=trust):  # noqa: S310
                pass
    except OSError:
        return False
    return Path(found.ca_bundle).is_file()
