"""When an episode may be heard by anybody, since when, and when no longer."""

from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import syndication
from app.actions.feed_document import preview_of
from app.actions.holding import hold
from app.actions.tagging import renew_tags
from app.database import now
from app.errors import BadRequest, Gone, NotFound, NotReady
from app.models import Consent, Episode, Publication, Show, User, Withdrawal
from app.models.identity import clean_text
from app.platform import Platform
from feeds import rss, rules
from feeds.rules import Severity
from media_pipeline.entrance.damage import LISTEN_FIRST

log = structlog.get_logger(__name__)


def record_consent(
    session: Session, episode: Episode, by: User | None, statement: str
) -> Consent:
    """Write down that everyone heard in an episode has said yes."""
    statement = clean_text(statement).strip()
    if not statement:
        raise BadRequest("Please say in a sentence who has agreed, and how.")
    consent = Consent(statement=statement[:2000], by_user_id=by.id if by else None)
    episode.consents.append(consent)
    session.flush()
    return consent


def obstacles(session: Session, episode: Episode) -> list[str]:
    """What must be done before this episode may be published, in sentences."""
    show = session.get_one(Show, episode.show_id)
    checks = {
        "The episode needs a title.": episode.title,
        "The sound is not ready yet.": episode.rendition("sound"),
        "The show needs artwork before it can be published.": show.artwork_key,
        "Please confirm that everyone who is heard has agreed.": episode.consents,
    }
    return [sentence for sentence, fulfilled in checks.items() if not fulfilled]


def broken_rules(platform: Platform, episode: Episode) -> list[str]:
    """Why directories would refuse the feed if this episode were in it."""
    preview = replace(preview_of(platform, episode), changed_at=now())
    found = rules.check(rss.render(preview))
    errors = [problem for problem in found if problem.severity == Severity.ERROR]
    return [f"{problem.message} {problem.cure}" for problem in errors]


def publish(
    platform: Platform, episode_id: str, by: str | None, at: datetime | None = None
) -> None:
    """Make it public now, or let the clock do so at `at`."""
    _insist(platform, episode_id)
    with platform.database.session() as session:
        episode = open_episode(session, episode_id)
        if at is not None and at > now():
            episode.publish_at = at
            return
        _open_to_all(episode, by)
        show_id = episode.show_id
    log.info("episode published", episode=episode_id, by=by or "the clock or keeper")
    _tell(platform, show_id)
    # Its date is among the tags, and only now it is known.
    renew_tags(platform, episode_id)


def publish_when_ready(platform: Platform, episode_id: str) -> None:
    """Publish what somebody wished to be published once it is whole.

    The wish outlives whoever made it, and an obstacle: then the clock tries again.
    What is damaged stays a draft, for somebody to listen to.
    """
    with platform.database.session() as session:
        episode = session.get(Episode, episode_id)
        if episode is None or episode.publish_when_ready is None:
            return
        if is_damaged(episode):
            episode.publish_when_ready = None
            return
        is_due = episode.publish_when_ready <= now()
        episode.publish_at = episode.publish_when_ready
        episode.publish_when_ready = None
    if is_due:
        _publish_if_ready(platform, episode_id)


def is_damaged(episode: Episode) -> bool:
    """Whether its recording has spots that somebody must listen to first."""
    remarks = episode.processing.remarks if episode.processing else []
    return any(remark.startswith(LISTEN_FIRST) for remark in remarks or [])


def unpublish(platform: Platform, episode_id: str) -> None:
    """Back to a draft, as if it had never been public; it may come back."""
    with platform.database.session() as session:
        episode = open_episode(session, episode_id)
        episode.publication, episode.publish_at = None, None
        _changed(episode)
        show_id = episode.show_id
    log.info("episode unpublished", episode=episode_id)
    _tell(platform, show_id)


def withdraw(
    platform: Platform, episode_id: str, by: str | None, reason: str = ""
) -> None:
    """Take it back for good: everything that can be heard or seen is deleted."""
    with platform.database.session() as session:
        episode = hold(session, episode_id)
        if episode.withdrawal is None:
            episode.withdrawal = Withdrawal(
                by_user_id=by, reason=clean_text(reason).strip()[:2000]
            )
        episode.renditions, episode.recordings, episode.processings = [], [], []
        episode.chapters, episode.transcript, episode.publish_at = [], None, None
        episode.earlier_transcripts, episode.transcription = [], None
        _changed(episode)
        show_id = episode.show_id
    log.info("episode withdrawn", episode=episode_id, by=by)
    _delete_files(platform, episode_id)
    _tell(platform, show_id)


def delete(platform: Platform, episode_id: str) -> None:
    """Remove it without a trace: first what points to its files, then the files."""
    with platform.database.session() as session:
        episode = hold(session, episode_id)
        show_id = episode.show_id
        _changed(episode)
        session.delete(episode)
    log.info("episode deleted", episode=episode_id)
    _delete_files(platform, episode_id)
    _tell(platform, show_id)


def publish_due(platform: Platform) -> int:
    """Publish what was scheduled until now; how many episodes that were."""
    with platform.database.reading() as session:
        due = session.scalars(select(Episode.id).where(Episode.publish_at <= now()))
        waiting = list(due)
    return sum(_publish_if_ready(platform, episode_id) for episode_id in waiting)


def open_episode(session: Session, episode_id: str) -> Episode:
    """An episode that has not been withdrawn."""
    episode = session.get(Episode, episode_id, with_for_update=True)
    if episode is None:
        raise NotFound("This episode does not exist.")
    if episode.withdrawal is not None:
        raise Gone("This episode has been withdrawn.")
    return episode


def _insist(platform: Platform, episode_id: str) -> None:
    with platform.database.reading() as session:
        episode = open_episode(session, episode_id)
        missing = obstacles(session, episode) or broken_rules(platform, episode)
    if missing:
        raise NotReady(" ".join(missing))


def _publish_if_ready(platform: Platform, episode_id: str) -> bool:
    try:
        publish(platform, episode_id, by=None)
    except (NotReady, NotFound, Gone) as error:
        # It stays due: the next tick publishes it once the obstacle is gone.
        log.debug("episode is due, but", episode=episode_id, reason=error.sentence)
        return False
    return True


def _open_to_all(episode: Episode, by: str | None) -> None:
    moment = now()
    episode.publish_at = None
    episode.published_at = episode.published_at or moment
    if episode.publication is None:
        episode.publication = Publication(at=moment, by_user_id=by)
    _changed(episode)


def _changed(episode: Episode) -> None:
    episode.changed_at = now()
    episode.show.touch()


def _tell(platform: Platform, show_id: str) -> None:
    syndication.refresh_show(platform, show_id)


def _delete_files(platform: Platform, episode_id: str) -> None:
    for place in ("public", "private"):
        platform.storage.delete_prefix(f"{place}/{episode_id}/")
