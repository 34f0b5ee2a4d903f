"""What the wall around a program costs: beside the same program without one.

Two programs are started again and again, behind every wall in turn: one that does
nothing, and the probe of a short film, which loads a Python and every codec.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from media_pipeline.programs import sandbox
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import run
from media_pipeline.programs.sandbox import Sandbox
from media_pipeline.recording.probe import probe

ROUNDS = 50


def main() -> None:
    """Print milliseconds: the quickest, and the middle."""
    sandbox.permit(unsandboxed=True)
    with tempfile.TemporaryDirectory() as name:
        film = Path(name, "film.mp4")
        made = ["-f", "lavfi", "-i", "testsrc2=duration=2", f"file:{film}"]
        run([str(find_ffmpeg().path), "-v", "error", *made])
        print(f"{'':12}{'nothing':>18}{'probe':>18}   ms: quickest / middle")
        _compare(lambda: run(["true"], reads=[film]), lambda: probe(film))


def _compare(*works: Callable[[], object]) -> None:
    walls = [wall for wall in Sandbox if sandbox.works(wall)]
    took: dict[Sandbox, list[list[float]]] = {wall: [] for wall in walls}
    for work in works:
        for wall in walls:
            took[wall].append([])
        for _ in range(ROUNDS):
            for wall in walls:
                with sandbox.forced(wall):
                    took[wall][-1].append(_milliseconds(work))
    for wall, columns in took.items():
        told = [f"{min(c):.0f} / {statistics.median(c):.0f}" for c in columns]
        print(f"{wall.value:12}{told[0]:>18}{told[1]:>18}")


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
