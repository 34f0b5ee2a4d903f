"""The first look at a recording: its headers and then its packets, in one child.

What a look at an hour of sound costs is mostly the start of a child: so it is one.
`python -m media_pipeline.examination FILE` prints a line of JSON for each of the two.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from media_pipeline.errors import ProgramFailed, ProgramKilled
from media_pipeline.packets import Scan, scan_told
from media_pipeline.probe import Probe, look_into, probe, probe_told
from media_pipeline.process import Limits, run
from media_pipeline.resources import EXAMINING_MEMORY

# By the size of the file: about that, headers cannot lie.
START_SECONDS = 30.0
READ_PER_SECOND = 1_000_000  # bytes; a slow disk and a busy machine read ten times that


def examine(recording: Path) -> tuple[Probe, Scan | None]:
    """What its headers say, and what is there; no scan where nothing can be heard.

    Raises `UnreadableRecording` when not even the headers can be read.
    """
    size = recording.stat().st_size
    limits = Limits(
        total_seconds=START_SECONDS + size / READ_PER_SECOND,
        memory_bytes=EXAMINING_MEMORY,
    )
    child = [sys.executable, "-m", __name__, str(recording.absolute())]
    package = Path(__file__).parent.parent
    try:
        finished = run(child, limits=limits, cwd=package, reads=[recording])
    except ProgramKilled:
        raise
    except ProgramFailed:
        probe(recording)  # it has words for headers that are to blame
        raise
    headers, *packets = finished.output.splitlines()
    scan = scan_told(json.loads(packets[0])) if packets else None
    return probe_told(json.loads(headers)), scan


def main(path: str) -> None:
    """The child: look into one file and print what is there."""
    from media_pipeline.packet_reader import read_packets  # only the child needs it

    found = look_into(path)
    sys.stdout.write(json.dumps(asdict(found), default=str) + "\n")
    if found.sound and not found.is_encrypted:
        picture = found.picture.index if found.picture else None
        seconds = found.duration_seconds
        scan = read_packets(path, found.sound.index, picture, seconds)
        sys.stdout.write(json.dumps(asdict(scan)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
