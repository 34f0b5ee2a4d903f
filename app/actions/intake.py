"""How an episode begins: somebody names it, and a recording comes in."""

from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import jobs
from app.actions import leftovers, replacing
from app.actions.addresses import add_under_free_slug
from app.actions.holding import hold_open
from app.database import now
from app.errors import (
    BadRequest,
    CommoncastError,
    Conflict,
    Gone,
    NotFound,
    TooLarge,
)
from app.models import (
    Consent,
    Episode,
    Processing,
    ProcessingState,
    Recording,
    Show,
    User,
)
from app.models.episode import guid_of
from app.models.identity import clean_line, new_id, slug
from app.platform import Platform
from media_pipeline.rendition import Digest

LONGEST_TITLE = 200  # characters; podcast apps show far fewer
LONGEST_FILENAME = 200

log = structlog.get_logger(__name__)


class Unagreed(BadRequest):
    """Nobody says that everyone heard in a new recording has agreed."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Somebody says that everyone heard in a new recording has agreed."""

    statement: str
    by_user_id: str | None = None

    def about(self, recording: Recording) -> Consent:
        """The row that keeps it."""
        return Consent(
            episode_id=recording.episode_id,
            revision=recording.revision,
            statement=self.statement,
            by_user_id=self.by_user_id,
        )


def new_episode(
    session: Session, show: Show, *, title: str, by: User | None = None
) -> Episode:
    """Begin a draft."""
    title = episode_title(title)
    episode_id = new_id()
    episode = Episode(
        id=episode_id, guid=guid_of(episode_id), show_id=show.id, title=title
    )
    episode.show = show
    add_under_free_slug(session, episode, slug(title, fallback="episode"))
    log.info("episode begun", episode=episode_id, by=by.id if by else "the keeper")
    return episode


def episode_title(text: str) -> str:
    """A title as we keep it, or `BadRequest`."""
    title = clean_line(text)
    if not title:
        raise BadRequest("Please give the episode a title.")
    if len(title) > LONGEST_TITLE:
        raise BadRequest(f"Please keep the title under {LONGEST_TITLE} characters.")
    return title


def receive(
    platform: Platform,
    episode_id: str,
    path: Path,
    filename: str,
    *,
    handed_over: bool = False,
    agreed: Agreement | None = None,
) -> Processing:
    """Take a recording in, and ask for it to be made into an episode.

    The file at `path` stays the caller's, unless it is `handed_over`, never to be
    written to again: then even the largest costs no second place on the disk. Taking
    the same bytes in twice is the same as once, so a caller that was interrupted may
    simply call again.

    What takes the place of something that people agreed to needs a new agreement.
    """
    size = _acceptable_size(platform, path)
    digest = Digest.of(path)
    processing = _already_received(platform, episode_id, digest)
    if processing is None:
        recording = _next_recording(platform, episode_id, digest)
        recording.filename = clean_name(filename)
        insist_on_agreement(platform, episode_id, agreed)
        processing = _take_in(
            platform, recording, path, agreed, handed_over=handed_over
        )
        log.info("recording received", episode=episode_id, bytes=size)
    if processing.state == ProcessingState.FAILED:
        return jobs.retry(platform, episode_id)
    jobs.enqueue_processing(platform, processing)
    return processing


def insist_on_agreement(
    platform: Platform, episode_id: str, agreed: Agreement | None
) -> None:
    """Refuse a new recording of which nobody says that its people agreed."""
    with platform.database.reading() as session:
        _insist(_open_episode(session, episode_id), agreed)


def clean_name(filename: str) -> str:
    """What the host called the file; only ever shown."""
    return clean_line(filename)[-LONGEST_FILENAME:] or "recording"


def _insist(episode: Episode, agreed: Agreement | None) -> None:
    if agreed is None and replacing.needs_agreement(episode):
        raise Unagreed(
            "Please confirm that everyone heard in the new recording has agreed."
        )


def _acceptable_size(platform: Platform, path: Path) -> int:
    if not path.is_file():
        raise BadRequest(f"There is no file {path.name}.")
    size = path.stat().st_size
    if size == 0:
        raise BadRequest("This file is empty. Please choose the recording again.")
    if size > platform.settings.max_upload_bytes:
        limit = platform.settings.max_upload_bytes / 1e9
        raise TooLarge(f"This file is too large: we take up to {limit:.0f} GB.")
    return size


def _already_received(
    platform: Platform, episode_id: str, digest: Digest
) -> Processing | None:
    with platform.database.reading() as session:
        episode = _open_episode(session, episode_id)
        same = any(
            r.revision == episode.revision
            and r.sha256 == digest.sha256
            and r.replaced_at is None
            for r in episode.recordings
        )
        return episode.processing if same else None


def _next_recording(platform: Platform, episode_id: str, digest: Digest) -> Recording:
    with platform.database.reading() as session:
        revision = _open_episode(session, episode_id).revision + 1
    return Recording(
        episode_id=episode_id,
        revision=revision,
        # Named by its content: of two uploads at once, neither can overwrite the other.
        key=f"private/{episode_id}/{revision}/recording-{digest.sha256[:16]}",
        size=digest.size,
        sha256=digest.sha256,
    )


def _take_in(
    platform: Platform,
    recording: Recording,
    path: Path,
    agreed: Agreement | None,
    *,
    handed_over: bool,
) -> Processing:
    leftovers.announce(platform, recording.episode_id, [recording.key])
    platform.storage.put_file(
        path, recording.key, "application/octet-stream", handed_over=handed_over
    )
    try:
        return _record(platform, recording, agreed)
    except CommoncastError:
        leftovers.drop(platform, [recording.key], even_announced=True)
        raise


def _record(
    platform: Platform, recording: Recording, agreed: Agreement | None
) -> Processing:
    processing = Processing(
        id=new_id(),
        episode_id=recording.episode_id,
        revision=recording.revision,
        state=ProcessingState.QUEUED,
        round=1,
    )
    try:
        with platform.database.session() as session:
            episode = hold_open(session, recording.episode_id)
            if episode.revision != recording.revision - 1:
                raise Conflict("Another recording of this episode has just come in.")
            # It may have been published while we were storing the file.
            _insist(episode, agreed)
            replacing.make_way(session, episode)
            episode.revision = recording.revision
            episode.changed_at = now()
            leftovers.name(session, [recording.key])
            session.add_all([recording, processing])
            if agreed is not None:
                session.add(agreed.about(recording))
    except IntegrityError as error:
        raise Conflict("Another recording of this episode has just come in.") from error
    return processing


def _open_episode(session: Session, episode_id: str) -> Episode:
    episode = session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("This episode does not exist.")
    if episode.withdrawal is not None:
        raise Gone("This episode has been withdrawn.")
    return episode
