"""Real worker processes for tests: started, killed, and asked what they left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from app import jobs
from app.actions import intake, leftovers, replacing
from app.database import now
from app.models import (
    Episode,
    Leftover,
    Processing,
    ProcessingState,
    Recording,
    Rendition,
)
from app.platform import Platform
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import run
from tests.app import programs
from tests.factories import make_show

PATIENCE_SECONDS = 90.0

CHUNK_SECONDS = 6  # in tests: a segment
SHORT = {
    "media_pipeline.film.chunks.CHUNK_SECONDS": CHUNK_SECONDS,
    # However large the machine is, one thing at a time: who is killed, and when.
    "app.places.CORES_OF_AN_ENCODER": 1000,
}

QUICKLY = {"app.actions.processing.FIRST_PAUSE_SECONDS": 0.01}

_PREPARATION = """
import importlib, json, os, sys
from datetime import timedelta
for name, value in json.loads(os.environ["TEST_CONSTANTS"]).items():
    module, _, constant = name.rpartition(".")
    value = timedelta(**value) if isinstance(value, dict) else value
    setattr(importlib.import_module(module), constant, value)
"""
_WORK = f"""{_PREPARATION}
from app.logs import write_logs
from app.platform import Platform
from app.settings import Settings
from app.worker import run_worker
write_logs()
run_worker(Platform.open(Settings(_env_file=None)))
"""
COMMAND = f"""{_PREPARATION}
from app.cli import main
main(sys.argv[1:])
"""


def environment_of(
    platform: Platform, constants: dict[str, Any] | None = None
) -> dict[str, str]:
    """What another process needs to work on this platform."""
    settings = platform.settings
    return {
        "COMMONCAST_DATA_DIR": str(settings.data_dir),
        "COMMONCAST_DATABASE_URL": settings.database_url,
        "COMMONCAST_STORAGE_URL": settings.storage_url,
        "COMMONCAST_PUBLIC_URL": settings.public_url,
        "TEST_CONSTANTS": json.dumps(SHORT | (constants or {})),
    }


def until(happens: Callable[[], bool], what: str) -> None:
    """Wait for something, but not for ever."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happens():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


@dataclass
class Worker:
    """One worker process on a platform."""

    platform: Platform
    crash_at: str = ""
    constants: dict[str, Any] = field(default_factory=dict)
    process: "subprocess.Popen[bytes]" = field(init=False)

    def __enter__(self) -> "Worker":
        environment = os.environ | environment_of(self.platform, self.constants)
        environment["COMMONCAST_CRASH_AT"] = self.crash_at
        settings = self.platform.settings
        self.log = settings.data_dir / f"worker-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _WORK], env=environment, stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """As the kernel does when memory is short."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to stop; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    @property
    def is_dead(self) -> bool:
        return self.process.poll() is not None

    def wait_for_its_death(self) -> int:
        """The status with which it ends by itself."""
        return self.process.wait(PATIENCE_SECONDS)


def kill_at(
    platform: Platform, where: str, constants: dict[str, Any] = QUICKLY
) -> None:
    """Let a worker work until it comes to this point, and dies there."""
    with Worker(platform, crash_at=where, constants=constants) as worker:
        assert worker.wait_for_its_death() == -9, f"nobody came to {where}"


def finish(platform: Platform, processing: Processing) -> None:
    """Let a worker work until this is over."""
    with Worker(platform, constants=QUICKLY) as worker:
        until(lambda: is_over(platform, processing), "the end of the work")
        assert worker.stop() == 0


def let_a_day_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tidies up believes that it is the day after tomorrow."""
    later = now() + timedelta(days=2)
    for module in (leftovers, replacing):
        monkeypatch.setattr(module, "now", lambda: later)


def record_talk(path: Path, seconds: float = 3) -> Path:
    """A recording of one voice."""
    tone = f"sine=frequency=220:sample_rate=44100:duration={seconds}"
    return _ffmpeg(path, "-f", "lavfi", "-i", tone)


def record_film(path: Path, seconds: float = 3) -> Path:
    """A small film with sound."""
    picture = f"testsrc2=size=320x180:rate=25:duration={seconds}"
    tone = f"sine=frequency=330:sample_rate=48000:duration={seconds}"
    inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone)
    coding = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    return _ffmpeg(path, *inputs, *coding, "-c:a", "aac", "-shortest")


def record_film_in_chunks(path: Path, seconds: float = 13) -> Path:
    """A film that is kept as it is, while its smaller rungs are made in chunks."""
    picture = f"testsrc2=size=640x360:rate=10:duration={seconds}"
    tone = f"sine=frequency=330:sample_rate=48000:duration={seconds}"
    inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone)
    coding = ("-c:v", "libx264", "-crf", "34", "-g", "20", "-pix_fmt", "yuv420p")
    return _ffmpeg(path, *inputs, *coding, "-c:a", "aac", "-shortest")


def draw_cover(path: Path) -> Path:
    """A picture that directories take."""
    Image.new("RGB", (1400, 1400), "navy").save(path)
    return path


def hand_in(platform: Platform, recording: Path) -> Processing:
    """A new episode of the demo show, waiting to be made."""
    with platform.database.session() as session:
        show = make_show(session, artwork_key=None)
        episode_id = intake.new_episode(session, show, title="First session").id
    return intake.receive(platform, episode_id, recording, recording.name)


def state_of(platform: Platform, processing: Processing) -> str:
    with platform.database.reading() as session:
        row = session.get(Processing, processing.id)
        return row.state if row else "gone"


def is_over(platform: Platform, processing: Processing) -> bool:
    """Whether nothing happens any more, and DBOS knows."""
    with platform.database.reading() as session:
        row = session.get(Processing, processing.id)
    with jobs.client(platform) as door:
        pieces = door.list_workflows(workflow_id_prefix=processing.workflow_id)
    ended = pieces and all(piece.status in jobs.OVER for piece in pieces)
    return bool(ended) and (row is None or row.is_over)


def steps_of(platform: Platform, processing: Processing) -> list[str]:
    """What DBOS has written down of all pieces of the work, each in its order."""
    with jobs.client(platform) as door:
        pieces = sorted(
            piece.workflow_id
            for piece in door.list_workflows(workflow_id_prefix=processing.workflow_id)
        )
        steps = [step for piece in pieces for step in door.list_workflow_steps(piece)]
    return [step["function_name"] for step in steps]


def stored_keys(platform: Platform) -> set[str]:
    places = ("public/", "private/")
    return {s.key for place in places for s in platform.storage.objects(place)}


def kept_keys(platform: Platform) -> set[str]:
    """What is stored, but for what was replaced and is only kept for a while."""
    with platform.database.reading() as session:
        return stored_keys(platform) - {*session.scalars(select(Leftover.key))}


def named_keys(platform: Platform) -> list[str]:
    """Every key that a row names: a list, so that one too many is seen."""
    with platform.database.reading() as session:
        renditions = session.scalars(select(Rendition.key)).all()
        return [*renditions, *session.scalars(select(Recording.key)).all()]


def kinds_of(platform: Platform, processing: Processing) -> set[str]:
    with platform.database.reading() as session:
        episode = session.get_one(Episode, processing.episode_id)
        return {rendition.kind for rendition in episode.renditions}


def assert_well_done(platform: Platform, processing: Processing) -> None:
    """It is ready, every step was taken once, and nothing else is left."""
    assert state_of(platform, processing) == ProcessingState.READY
    assert_every_step_was_taken_once(steps_of(platform, processing))
    assert sorted(named_keys(platform)) == sorted(kept_keys(platform))
    assert list(platform.settings.scratch_dir.iterdir()) == []
    assert programs.in_folder(platform.settings.scratch_dir) == []


def assert_every_step_was_taken_once(steps: list[str]) -> None:
    """The first ones, as many chunks as there are, and the last ones."""
    chunks = steps.count("chunk")
    begin = ["check", "queue chunks", "sound", "first"]
    a_chunk, end = ["chunk", "queue finish"], ["film", "finish"]
    in_chunks = [*begin, "queue finish", *(a_chunk * chunks), *end]
    assert steps == (in_chunks if chunks else [*begin, *end])


def _ffmpeg(path: Path, *arguments: str) -> Path:
    program = str(find_ffmpeg().path)
    run([program, "-v", "error", "-y", *arguments, str(path)])
    return path
