"""What tests need to know about the walls around programs."""

from pathlib import Path

from media_pipeline.programs.sandbox import Sandbox, works

# Where there is none, the tests say so by failing.
_BUILT = [wall for wall in Sandbox if wall is not Sandbox.NONE and works(wall)]
WALLS: list[Sandbox] = [*_BUILT] or [Sandbox.NONE]


def programs_saying(words: str) -> list[int]:
    """Programs with this in their command line, whose words are parted by NULs."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if words.encode() in said:
            found.append(int(process.name))
    return found
