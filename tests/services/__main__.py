"""`python -m tests.services start|stop|env`: what `make test` begins with."""

import os
import shlex
import sys

from tests.services import ceph, postgres
from tests.services.daemon import Unavailable
from tests.services.packages import install_missing

SERVICES = {"PostgreSQL": postgres, "S3 (Ceph)": ceph}


def main() -> int:
    commands = {"start": start, "stop": stop, "env": env}
    asked = sys.argv[1] if len(sys.argv) == 2 else ""
    if asked not in commands:
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 2
    return commands[asked]()


def start() -> int:
    """Install what is missing and start what is down; with CI=true all must be up."""
    missing = 0
    for name, service in SERVICES.items():
        try:
            install_missing(service.PROGRAMS)
            service.start()
        except Unavailable as reason:
            missing += 1
            _say(f"{name} is not here, so its tests will be skipped: {reason}")
        else:
            _say(f"{name} is up.")
    return 1 if missing and os.environ.get("CI") == "true" else 0


def stop() -> int:
    """End what was started here."""
    for service in SERVICES.values():
        service.stop()
    return 0


def env() -> int:
    """Print what a shell needs to use the services, as `export` lines."""
    for service in SERVICES.values():
        for name, value in service.environment().items():
            print(f"export {name}={shlex.quote(value)}")  # noqa: T201
    return 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
