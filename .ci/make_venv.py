"""Make a virtual environment with pip, on machines that lack the parts for it too.

Debian and Ubuntu leave `ensurepip` out of their Python unless python3-venv is
installed. So we try, in this order: what Python has; the missing package, where we
may install it; pip's own package, unpacked without being installed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Make the environment named on the command line, or say what is missing."""
    venv = Path(sys.argv[1])
    for make in (_with_ensurepip, _with_package, _with_downloaded_pip):
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


def _with_downloaded_pip(venv: Path) -> bool:
    # Nobody but root may install a package, but anybody may download and unpack one.
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return False
    if not _runs(sys.executable, "-m", "venv", "--without-pip", str(venv)):
        return False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _runs("apt-get", "download", "python3-pip-whl", folder=folder)
        for package in folder.glob("*.deb"):
            _runs("dpkg-deb", "-x", str(package), str(folder))
        wheels = list(folder.glob("usr/share/python-wheels/pip-*.whl"))
        python = str(venv / "bin" / "python")
        return any(
            _runs(python, f"{wheel}/pip", "install", "--quiet", str(wheel))
            for wheel in wheels
        )


def _runs(*command: str, folder: Path | None = None) -> bool:
    done = subprocess.run(command, stdout=subprocess.DEVNULL, cwd=folder)
    return done.returncode == 0


if __name__ == "__main__":
    main()
