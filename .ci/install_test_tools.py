"""Install the programs that tests use as people do: a browser, a podcast app."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.services.daemon import Unavailable
from tests.services.packages import install_missing

PROGRAMS = {
    "bwrap": "bubblewrap",
    "chromium": "chromium",
    "ffprobe": "ffmpeg",
    "gpo": "gpodder",
    "newsboat": "newsboat",
    "nginx": "nginx-light",
    "podget": "podget",
}


def main() -> int:
    """With CI=true everything must be there; elsewhere what is missing is skipped."""
    try:
        install_missing(PROGRAMS)
    except Unavailable as reason:
        print(f"Some tests will be skipped: {reason}", file=sys.stderr)
        return int(os.environ.get("CI") == "true")
    return 0


if __name__ == "__main__":
    sys.exit(main())
