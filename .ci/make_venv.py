"""Make a virtual environment with pip, on machines that lack the parts for it too.

Debian and Ubuntu leave `ensurepip` out of their Python unless python3-venv is
installed. So we try, in this order: what Python has; the missing package, where we
may install it; pip itself, which can install itself.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


def main() -> None:
    """Make the environment named on the command line, or say what is missing."""
    venv = Path(sys.argv[1])
    for make in (_with_ensurepip, _with_package, _with_pip_from_index):
        shutil.rmtree(venv, ignore_errors=True)
        if make(venv):
            return
    shutil.rmtree(venv, ignore_errors=True)
    sys.exit(
        "Python cannot make virtual environments here. "
        "Please run: apt install python3-venv"
    )


def _with_ensurepip(venv: Path) -> bool:
    return _runs(sys.executable, "-m", "venv", str(venv))


def _with_package(venv: Path) -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    _runs("apt-get", "update")
    return _runs("apt-get", "install", "-y", package) and _with_ensurepip(venv)


def _with_pip_from_index(venv: Path) -> bool:
    if not _runs(sys.executable, "-m", "venv", "--without-pip", str(venv)):
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            wheel = _fetch_pip(Path(folder))
        except (OSError, ValueError) as error:
            print(f"pip could not be fetched: {error}", file=sys.stderr)
            return False
        python = str(venv / "bin" / "python")
        return _runs(python, f"{wheel}/pip", "install", "--quiet", str(wheel))


def _fetch_pip(folder: Path) -> Path:
    with urllib.request.urlopen(
        urllib.request.Request(f"{INDEX}/pip/", headers=JSON)
    ) as page:
        files = json.load(page)["files"]
    wheels = [
        f for f in files if f["filename"].endswith(".whl") and not f.get("yanked")
    ]
    newest = max(wheels, key=lambda f: _version(f["filename"]))
    address = urljoin(f"{INDEX}/pip/", newest["url"])
    with urllib.request.urlopen(address) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != newest["hashes"]["sha256"]:
        raise ValueError("its bytes are not what the index promised")
    wheel = folder / newest["filename"]
    wheel.write_bytes(content)
    return wheel


def _version(filename: str) -> tuple[int, ...]:
    parts = filename.split("-")[1].split(".")
    # A pre-release such as 26.0b1 never wins.
    return tuple(int(p) for p in parts) if all(p.isdigit() for p in parts) else (0,)


def _runs(*command: str) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    main()
