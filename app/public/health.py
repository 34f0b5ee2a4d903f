"""For the keeper's monitoring: is the process alive, can it do its work."""

import shutil
from collections.abc import Callable
from datetime import timedelta

from fastapi.responses import JSONResponse, PlainTextResponse, Response
from sqlalchemy import select, text

from app.actions import transcribing, walls
from app.database import now
from app.errors import NotReady
from app.models import Lease
from app.page.request import PlatformDep
from app.page.routing import Reader
from app.platform import Platform
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.sandbox import Sandbox

router = Reader()

WORKER_SILENT_AFTER = timedelta(seconds=90)


@router.at("/healthz")
def healthz() -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


@router.at("/readyz")
def readyz(platform: PlatformDep) -> Response:
    """Every part the platform stands on, each with a word about it."""
    parts = {name: _look(check, platform) for name, check in _CHECKS.items()}
    ready = all(part["ok"] for part in parts.values())
    return JSONResponse(
        {"ready": ready, "parts": parts},
        status_code=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


def _look(check: Callable[[Platform], str], platform: Platform) -> dict[str, object]:
    try:
        return {"ok": True, "says": check(platform)}
    except NotReady as error:
        return {"ok": False, "says": error.sentence}
    except Exception as error:
        # Whatever it is, the keeper must learn which part it was; details that an
        # outsider could use stay in the log.
        return {"ok": False, "says": type(error).__name__}


def _database(platform: Platform) -> str:
    with platform.database.reading() as session:
        session.execute(text("SELECT 1"))
    return platform.database.engine.dialect.name


def _storage(platform: Platform) -> str:
    platform.storage.stat("public/ready")
    return type(platform.storage).__name__


def _ffmpeg(platform: Platform) -> str:
    found = find_ffmpeg(platform.settings.ffmpeg)
    version = ".".join(str(part) for part in found.version)
    return f"ffmpeg {version} from {found.origin}"


def _sandbox(platform: Platform) -> str:
    found = walls.standing(platform)
    if Sandbox.NONE in found:
        raise NotReady(
            "Media programs are not shut off on one of the machines. See operating.md."
        )
    return ", ".join(sorted(found))


def _transcripts(platform: Platform) -> str:
    if sentence := transcribing.obstacle(platform):
        raise NotReady(sentence)
    return "by machine" if transcribing.is_on(platform) else "off"


def _worker(platform: Platform) -> str:
    with platform.database.reading() as session:
        since = now() - WORKER_SILENT_AFTER
        seen = session.scalars(select(Lease).where(Lease.seen_at > since)).all()
    if not seen:
        raise NotReady("No worker is there: what is sent in waits for one.")
    return f"{len(seen)} at work"


def _disk(platform: Platform) -> str:
    free = shutil.disk_usage(platform.settings.data_dir).free
    if free < platform.settings.free_disk_reserve_bytes:
        raise OSError
    return f"{free // 10**9} GB free"


_CHECKS: dict[str, Callable[[Platform], str]] = {
    "database": _database,
    "storage": _storage,
    "ffmpeg": _ffmpeg,
    "sandbox": _sandbox,
    "transcripts": _transcripts,
    "worker": _worker,
    "disk": _disk,
}
