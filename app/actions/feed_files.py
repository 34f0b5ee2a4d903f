"""Kept feeds as files, for a web server in front that answers at its own rate.

They lie in the data folder under `feeds/`, by their path, with their smaller forms
beside them, as nginx's `gzip_static` and `brotli_static` expect.
"""

import os
import time
from pathlib import Path
from uuid import uuid4

import structlog
from sqlalchemy import select

from app.actions.leaving_paths import has_left
from app.models import FeedSnapshot
from app.platform import Platform

log = structlog.get_logger(__name__)


def write(platform: Platform, path: str) -> None:
    """Write the kept bytes of one feed; the site itself never reads them."""
    try:
        # Of two who write at once, the one who is last has also looked last.
        written = ""
        while (etag := _etag(platform, path)) and etag != written:
            written = _copy(platform, path)
    except OSError as error:
        log.warning("feed not written as a file", path=path, cause=str(error))


def is_missing(platform: Platform, path: str) -> bool:
    """Whether the file of a feed was lost or never written."""
    return not (_folder(platform) / path).exists()


def remove(platform: Platform, path: str) -> None:
    """Remove the files of one feed: the site answers for it by itself."""
    file = _folder(platform) / path
    for name in (file.name, f"{file.name}.gz", f"{file.name}.br"):
        file.with_name(name).unlink(missing_ok=True)


def remove_others(platform: Platform, known: set[str]) -> None:
    """Remove the files of feeds that are no longer kept."""
    folder = _folder(platform)
    for file in [found for found in folder.rglob("*") if found.is_file()]:
        path = file.relative_to(folder).as_posix()
        path = path.removesuffix(".gz").removesuffix(".br")
        if path not in known:
            file.unlink(missing_ok=True)


def _etag(platform: Platform, path: str) -> str | None:
    with platform.database.reading() as session:
        if has_left(session, path):
            return None
        mine = select(FeedSnapshot.etag).where(FeedSnapshot.path == path)
        return session.scalar(mine)


def _copy(platform: Platform, path: str) -> str:
    with platform.database.reading() as session:
        row = session.get(FeedSnapshot, path)
    if row is None:
        return ""
    file = _folder(platform) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, row.body)
    _replace(file.with_name(f"{file.name}.gz"), row.gzip)
    _replace(file.with_name(f"{file.name}.br"), row.brotli)
    return row.etag


def _replace(file: Path, data: bytes) -> None:
    fresh = file.with_name(f"{file.name}.{uuid4().hex}.tmp")
    try:
        fresh.write_bytes(data)
        moment = _later_than(file)
        os.utime(fresh, (moment, moment))
        os.replace(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)


def _later_than(file: Path) -> int:
    # nginx makes an ETag of the second and the size: no two versions may share both.
    try:
        return max(int(time.time()), int(file.stat().st_mtime) + 1)
    except FileNotFoundError:
        return int(time.time())


def _folder(platform: Platform) -> Path:
    return platform.settings.data_dir / "feeds"
