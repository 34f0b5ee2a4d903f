"""Recordings on their way to us: a row and a growing file for each (tus 1.0)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.actions import intake
from app.actions.upload_file import (
    PATIENCE_SECONDS,
    Appending,
    Busy,
    appending,
    create,
    durable_size,
    held,
    insist_on_room,
)
from app.database import now
from app.errors import (
    BadRequest,
    Conflict,
    NotAllowed,
    NotFound,
    TooLarge,
)
from app.models import Upload
from app.models.identity import new_id
from app.platform import Platform

KEPT_FOR = timedelta(days=7)  # since the last byte
PARTIAL = "partial"
LARGEST_METADATA = 8192  # characters

log = structlog.get_logger(__name__)


class WrongOffset(Conflict):
    """The bytes do not go where the file ends."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants to send."""

    user_id: str
    length: int | None = None  # bytes; None: told later
    filename: str = ""
    metadata_header: str = ""
    episode_id: str | None = None
    show_id: str | None = None
    concat: str = ""
    consent_held: bool = False


def begin(platform: Platform, plan: Plan) -> Upload:
    """Make an empty upload, if all of it could be taken."""
    insist_on_size(platform, plan.length)
    if len(plan.metadata_header) > LARGEST_METADATA:
        raise BadRequest("There is too much metadata with this upload.")
    if plan.length == 0 and plan.episode_id:
        raise BadRequest("This file is empty. Please choose the recording again.")
    upload = Upload(
        id=new_id(),
        user_id=plan.user_id,
        show_id=plan.show_id,
        episode_id=plan.episode_id,
        filename=intake.clean_name(plan.filename),
        consent_held=plan.consent_held,
        metadata_header=plan.metadata_header,
        concat=plan.concat,
        length=plan.length,
        offset=0,
        expires_at=now() + KEPT_FOR,
        finished_at=now() if plan.length == 0 else None,
    )
    create(path_of(platform, upload.id))
    with platform.database.session() as session:
        session.add(upload)
    return upload


def find(session: Session, user_id: str, upload_id: str) -> Upload:
    """An upload of this very user, or `NotFound`; keepers see theirs alone as well."""
    own = (Upload.id == upload_id, Upload.user_id == user_id)
    found = session.scalar(select(Upload).where(*own, Upload.expires_at > now()))
    if found is None:
        raise NotFound("There is no such upload.")
    return found


def offset_of(platform: Platform, upload: Upload) -> int:
    """How many bytes we have for sure. The file knows; the row only remembers."""
    size = durable_size(path_of(platform, upload.id))
    if size is not None:
        return size
    if upload.finished_at is None:
        raise NotFound("There is no such upload.")
    return upload.offset


def arrived(platform: Platform, upload: Upload) -> int:
    """The same for somebody who only watches: roughly, and without waiting."""
    try:
        return path_of(platform, upload.id).stat().st_size
    except FileNotFoundError:
        return upload.offset


@contextmanager
def open_at(
    platform: Platform, upload: Upload, offset: int, length: int | None = None
) -> Iterator[Appending]:
    """Hold the end of an upload, which must be at `offset`."""
    if upload.concat.startswith("final"):
        raise NotAllowed("This upload was put together; nothing can be added.")
    if upload.finished_at is not None:
        raise WrongOffset("This upload is whole already.")
    _tell_length(platform, upload, length)
    most = platform.settings.max_upload_bytes
    limit = most if upload.length is None else upload.length
    reserve = platform.settings.free_disk_reserve_bytes
    path = path_of(platform, upload.id)
    with appending(path, limit=limit, reserve=reserve) as end:
        if end.size != offset:
            raise WrongOffset(f"This upload goes on at {end.size}, not at {offset}.")
        yield end


def settle(
    platform: Platform, upload_id: str, patience_seconds: float = PATIENCE_SECONDS
) -> bool:
    """Remember how far an upload is. True when it is whole, and can be taken in."""
    path = path_of(platform, upload_id)
    try:
        # Alone: what is just being written may still be taken back.
        with held(path, patience_seconds):
            return _remember(platform, upload_id, durable_size(path) or 0)
    except (Busy, NotFound):
        return False


def end(platform: Platform, upload: Upload) -> None:
    """Forget an upload: its file first, so that nothing can be added."""
    path = path_of(platform, upload.id)
    try:
        with held(path):
            path.unlink(missing_ok=True)
    except NotFound:
        log.debug("upload had no file any more", upload=upload.id)
    with platform.database.session() as session:
        session.execute(delete(Upload).where(Upload.id == upload.id))


def insist_on_size(platform: Platform, length: int | None) -> None:
    """Refuse what is too large for the platform, or for its disk."""
    most = platform.settings.max_upload_bytes
    if length is not None and length > most:
        raise TooLarge(f"This file is too large: we take up to {most / 1e9:.0f} GB.")
    reserve = platform.settings.free_disk_reserve_bytes
    insist_on_room(platform.settings.uploads_dir, length or 0, reserve)


def path_of(platform: Platform, upload_id: str) -> Path:
    """Where the bytes of an upload lie."""
    return platform.settings.uploads_dir / upload_id


def _remember(platform: Platform, upload_id: str, size: int) -> bool:
    with platform.database.session() as session:
        upload = session.get(Upload, upload_id)
        if upload is None:
            return False
        if size != upload.offset:
            upload.offset, upload.expires_at = size, now() + KEPT_FOR
        if upload.finished_at is None and size == upload.length:
            upload.finished_at = now()
        return upload.finished_at is not None


def _tell_length(platform: Platform, upload: Upload, length: int | None) -> None:
    if length is None or length == upload.length:
        return
    insist_on_size(platform, length)
    if length < offset_of(platform, upload):
        raise BadRequest("More bytes than that have come already.")
    with platform.database.session() as session:
        untold = (Upload.id == upload.id, Upload.length.is_(None))
        told = update(Upload).where(*untold).values(length=length)
        if session.scalar(told.returning(Upload.id)) is None:
            raise BadRequest("The length of an upload cannot be changed.")
    upload.length = length
