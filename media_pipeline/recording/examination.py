"""The first look at a recording: its headers and then its packets, in one child.

Of ten minutes of sound, most of a look is the start of the child: so there is one.
`python -m media_pipeline.recording.examination FILE` prints a line of JSON for each
of the two.
"""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from media_pipeline.errors import ProgramFailed
from media_pipeline.programs.process import Limits, run_child
from media_pipeline.programs.resources import EXAMINING_MEMORY
from media_pipeline.recording.packets import Scan, scan_told
from media_pipeline.recording.probe import Probe, look_into, probe_told, unreadable

# By the size of the file: about that, headers cannot lie.
# Whoever computes for too long is ended by the kernel, which is the file's own fault;
# whoever waits for too long may have a slow disk, and is given another try.
START_SECONDS, START_CPU_SECONDS = 30.0, 20.0
READ_PER_SECOND = 1_000_000  # bytes
CHILD = ["-m", "media_pipeline.recording.examination"]


def examine(recording: Path) -> tuple[Probe, Scan]:
    """What its headers say, and what is there: nothing, where nothing can be heard.

    Raises `UnreadableRecording` when not even the headers can be read.
    """
    reading = recording.stat().st_size / READ_PER_SECOND
    limits = Limits(
        total_seconds=START_SECONDS + reading,
        cpu_seconds=START_CPU_SECONDS + reading,
        memory_bytes=EXAMINING_MEMORY,
    )
    child = [*CHILD, str(recording.absolute())]
    try:
        finished = run_child(child, limits=limits, reads=[recording])
    except ProgramFailed as error:
        if b"\n" not in error.output:
            raise unreadable(error) from error
        raise
    headers, packets = map(json.loads, finished.output.splitlines())
    scan = scan_told(packets)
    return _with_its_length(probe_told(headers), scan.picture_seconds), scan


def _with_its_length(found: Probe, seconds: float | None) -> Probe:
    # Where a track tells no length, as in Matroska, its headers tell that of the file.
    if found.picture is None or seconds is None:
        return found
    return replace(found, picture=replace(found.picture, duration_seconds=seconds))


def main(path: str) -> None:
    """The child: look into one file and print what is there."""
    from media_pipeline.recording.packet_reader import (
        read_packets,  # only the child needs it
    )

    found = look_into(path)
    sys.stdout.write(json.dumps(asdict(found), default=str) + "\n")
    sys.stdout.flush()  # packets may be too much for us: these were not
    scan = Scan(0.0)
    if found.sound and not found.is_encrypted:
        picture = found.picture.index if found.picture else None
        seconds = found.duration_seconds
        scan = read_packets(path, found.sound.index, picture, seconds)
    sys.stdout.write(json.dumps(asdict(scan)))


if __name__ == "__main__":
    main(sys.argv[1])
