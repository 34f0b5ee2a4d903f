"""What has come in whole becomes a recording; what never does is swept away."""

import time
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.actions import intake, replacing, uploading
from app.actions.intake import Agreement, Unagreed
from app.actions.upload_file import Busy, held
from app.database import now
from app.errors import CommoncastError, Conflict, NotFound
from app.models import Episode, Upload
from app.platform import Platform
from media_pipeline.errors import MediaError

FORGOTTEN_SECONDS = 3600.0  # a file without a row: it died between the two
CONSENT = (
    "Everyone heard in the new recording agreed in writing to its publication, and "
    "knows that they can take it back."
)
ROWS_KEPT = timedelta(days=1)  # longer than their file

log = structlog.get_logger(__name__)


def on_its_way(session: Session, episode_id: str) -> Upload | None:
    """What is coming in for this episode, the newest if there are several."""
    query = select(Upload).where(
        Upload.episode_id == episode_id,
        Upload.concat != uploading.PARTIAL,
        Upload.expires_at > now(),
    )
    newest = session.scalars(query.order_by(Upload.created_at.desc())).first()
    return newest if newest and newest.taken_in_at is None else None


def agreement(user_id: str) -> Agreement:
    """What a host says who sends another recording of an episode."""
    return Agreement(CONSENT, user_id)


def wants_agreement(episode: Episode, upload: Upload) -> bool:
    """Whether it is here, but its people are not known to have agreed.

    When it was begun, nothing was heard yet that it would take the place of.
    """
    is_whole = upload.finished_at is not None
    return is_whole and not upload.consent_held and replacing.needs_agreement(episode)


def agree(platform: Platform, user_id: str, upload_id: str) -> None:
    """Its sender says that everyone heard in it has agreed."""
    with platform.database.session() as session:
        uploading.find(session, user_id, upload_id).consent_held = True


def take_in(platform: Platform, upload_id: str) -> None:
    """Make a whole upload the recording of its episode. Doing so twice is the same."""
    path = uploading.path_of(platform, upload_id)
    try:
        with held(path):
            upload = _whole(platform, upload_id)
            if upload is not None and _receive(platform, upload, path):
                _put_away(platform, upload_id)
    except (Busy, NotFound):
        log.debug("upload is being taken in already", upload=upload_id)


def sweep(platform: Platform) -> None:
    """Go on with what a dead process has left, and remove what is over.

    It begins with the files: a machine without them has nothing to say.
    """
    for path in platform.settings.uploads_dir.iterdir():
        with platform.database.reading() as session:
            upload = session.get(Upload, path.stem)
        if upload is None or path.suffix:
            _remove_if_forgotten(path)
        elif upload.expires_at < now():
            _remove(platform, upload)
        elif uploading.settle(platform, upload.id):
            take_in(platform, upload.id)
    with platform.database.session() as session:
        over = Upload.expires_at < now() - ROWS_KEPT
        session.execute(delete(Upload).where(over))


def _whole(platform: Platform, upload_id: str) -> Upload | None:
    with platform.database.reading() as session:
        upload = session.get(Upload, upload_id)
        if upload is None or upload.finished_at is None or _is_part(upload):
            return None
        episode = session.get(Episode, upload.episode_id) if upload.episode_id else None
        if episode is None or wants_agreement(episode, upload):
            return None
        return upload


def _is_part(upload: Upload) -> bool:
    return upload.concat == uploading.PARTIAL


def _receive(platform: Platform, upload: Upload, path: Path) -> bool:
    try:
        intake.receive(
            platform,
            upload.episode_id or "",
            path,
            upload.filename,
            handed_over=True,
            agreed=agreement(upload.user_id) if upload.consent_held else None,
        )
    except MediaError as error:
        # The storage is away: the file waits for the next sweep.
        log.error("upload not taken in yet", upload=upload.id, cause=error.cause)
        return False
    except (Conflict, Unagreed) as error:
        # Another recording came in, or was published, at the same moment.
        log.info("upload has to wait", upload=upload.id, cause=error.cause)
        return False
    except CommoncastError as error:
        # Its episode was deleted or withdrawn meanwhile.
        log.warning("upload not wanted", upload=upload.id, cause=error.cause)
    return True


def _put_away(platform: Platform, upload_id: str) -> None:
    with platform.database.session() as session:
        upload = session.get(Upload, upload_id)
        if upload is not None:
            upload.taken_in_at = now()
    uploading.path_of(platform, upload_id).unlink(missing_ok=True)


def _remove(platform: Platform, upload: Upload) -> None:
    try:
        uploading.end(platform, upload)
    except Busy:
        log.debug("upload is over but still written to", upload=upload.id)


def _remove_if_forgotten(path: Path) -> None:
    if time.time() - path.stat().st_mtime > FORGOTTEN_SECONDS:
        path.unlink(missing_ok=True)
