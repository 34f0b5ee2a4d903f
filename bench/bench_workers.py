"""What several workers gain on one long film, and what the platform itself costs.

Real workers, each held to one core, on a database and a folder made for it. Workers on
one machine share SQLite as well as several machines share PostgreSQL.

    python -m bench.bench_workers [--seconds 600] [--size 1280x720] [--database postgresql://...]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from app import jobs
from app.actions import intake
from app.actions.shows import add_show
from app.logs import write_logs
from app.migration import migrate
from app.models import Lease, Processing, Show
from app.platform import Platform
from app.settings import Settings
from media_pipeline import pipeline
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import Limits, nobody, run
from media_pipeline.rendition import Rendition

LIMITS = Limits(total_seconds=3600)
MOST_OF_ONE = 0.55  # two workers may need this share of the time of one
MOST_OVERHEAD_SECONDS = 1.5
LOOK_SECONDS = 0.05
STARTING_SECONDS = 3  # between its lease and its first look into the queue

_WORKER = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
from app.cli import main
main(["worker"])
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both rows; 1 when one of them misses its aim."""
    options = _options(arguments)
    write_logs(50)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = _film(folder / "film.mp4", options.seconds, options.size)
        one = _worked(folder / "one", options.database, film, cores=[0])
        two = _worked(folder / "two", options.database, film, cores=[0, 1])
        talk = _talk(folder / "talk.wav")
        ours = _worked(folder / "talk", options.database, talk, cores=[0, 1])
        bare = _bare(folder / "bare", talk)
    print(
        f"| long film, two workers | {two:.1f} s | one worker | {one:.1f} s |", end=" "
    )
    print(f"{two / one:.2f} (aim {MOST_OF_ONE}) |")
    print(
        f"| platform, one talk | {ours:.2f} s | its pipeline alone | {bare:.2f} s |",
        end=" ",
    )
    print(f"{ours - bare:.2f} s more (aim {MOST_OVERHEAD_SECONDS} s) |")
    return int(two / one > MOST_OF_ONE or ours - bare > MOST_OVERHEAD_SECONDS)


def _worked(home: Path, database: str, recording: Path, cores: Sequence[int]) -> float:
    """From handing it in until it is whole, with workers that wait already."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=home,
        database_url=database,
    )
    platform = Platform.open(settings)
    migrate(platform)
    try:
        with _workers(settings, cores):
            _wait_for(platform, len(cores))
            return _made(platform, recording)
    finally:
        platform.close()


@contextmanager
def _workers(settings: Settings, cores: Sequence[int]) -> Iterator[None]:
    environment = os.environ | {
        "COMMONCAST_DATA_DIR": str(settings.data_dir),
        "COMMONCAST_DATABASE_URL": settings.database_url,
    }
    running = [
        subprocess.Popen(  # noqa: S603 (it is our own worker)
            [sys.executable, "-c", _WORKER, str(core)],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        for core in cores
    ]
    try:
        yield
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait()


def _wait_for(platform: Platform, count: int) -> None:
    alive = 0
    while alive < count:
        time.sleep(LOOK_SECONDS)
        with platform.database.reading() as session:
            alive = len(session.scalars(select(Lease)).all())
    time.sleep(STARTING_SECONDS)


def _made(platform: Platform, recording: Path) -> float:
    episode_id = _new_episode(platform)
    started_at = time.monotonic()
    waiting = intake.receive(platform, episode_id, recording, recording.name)
    while True:
        with platform.database.reading() as session:
            row = session.get_one(Processing, waiting.id)
        if row.is_over:
            break
        time.sleep(LOOK_SECONDS)
    if row.state != "ready":
        raise RuntimeError(f"{row.sentence} ({row.cause})")
    _tell_of_chunks(platform, row)
    return time.monotonic() - started_at


def _tell_of_chunks(platform: Platform, row: Processing) -> None:
    with jobs.client(platform) as door:
        pieces = door.list_workflows(workflow_id_prefix=f"{row.workflow_id}-chunk-")
    by = sorted({piece.executor_id or "" for piece in pieces})
    print(f"{len(pieces)} chunks by {', '.join(by)}", file=sys.stderr)


def _new_episode(platform: Platform) -> str:
    facts = {
        "slug": "bench",
        "title": "Bench",
        "description": "A bench.",
        "language": "en",
        "category": "Arts",
        "author": "Nobody",
    }
    with platform.database.session() as session:
        show = session.scalar(select(Show).where(Show.slug == "bench"))
        show = show or add_show(
            session, **facts, public_url=platform.settings.public_url
        )
        return intake.new_episode(session, show, title="A film").id


def _bare(folder: Path, talk: Path) -> float:
    folder.mkdir()
    started_at = time.monotonic()
    admission = pipeline.check(talk, nobody)
    made: list[Rendition] = pipeline.make_sound(talk, admission, folder, nobody)
    if not made:
        raise RuntimeError("nothing was made")
    return time.monotonic() - started_at


def _film(path: Path, seconds: int, size: str) -> Path:
    moving = f"testsrc2=size={size}:rate=25,noise=alls=6:allf=t"
    sources = (
        *("-f", "lavfi", "-t", str(seconds), "-i", moving),
        *("-f", "lavfi", "-t", str(seconds), "-i", "sine=frequency=330"),
    )
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    return _ffmpeg(path, *sources, *coding, "-c:a", "aac")


def _talk(path: Path) -> Path:
    return _ffmpeg(path, "-f", "lavfi", "-t", "20", "-i", "sine=frequency=220")


def _ffmpeg(path: Path, *arguments: str) -> Path:
    command = [str(find_ffmpeg().path), "-v", "error", "-y", *arguments, str(path)]
    run(command, limits=LIMITS, reads=(), writes=path.parent)
    return path


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="of the long film")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--database", default="", help="default: SQLite")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
