"""One recording takes the place of another, and may be taken back for a while."""

from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import leftovers
from app.database import now
from app.errors import Conflict, Gone, NotFound
from app.models import Episode, Processing, ProcessingState, Recording
from app.platform import Platform
from media_pipeline.rendition import Kind

SAME_LENGTH_SECONDS = 2.0

log = structlog.get_logger(__name__)


def settle(session: Session, episode_id: str, revision: int) -> None:
    """From this moment on, this recording is heard, and none that came before it."""
    episode = _locked(session, episode_id)
    before = episode.heard_revision
    if episode.settled_revision == revision:
        return
    if before != revision:
        _tell_of_words(episode, before, revision)
    episode.settled_revision = revision
    for recording in episode.recordings:
        if recording.revision < revision and recording.replaced_at is None:
            recording.replaced_at = now()
    log.info("recording settled", episode=episode_id, revision=revision)


def needs_agreement(episode: Episode) -> bool:
    """Whether people agreed to a recording that another would take the place of."""
    return episode.settled_revision is not None and bool(episode.consents)


def previous(episode: Episode) -> Recording | None:
    """The recording that was heard before this one, while it can be gone back to."""
    heard = {r.revision for r in episode.renditions if r.kind == Kind.SOUND}
    aside = [r for r in episode.recordings if r.replaced_at and r.revision in heard]
    return max(aside, key=lambda r: r.replaced_at or r.received_at, default=None)


def is_replacing(episode: Episode) -> bool:
    """Whether one recording is heard while another comes to nothing, or not yet."""
    newest = episode.processing
    return (
        newest is not None
        and newest.state != ProcessingState.READY
        and episode.settled_revision is not None
        and newest.revision > episode.settled_revision
    )


def go_back(platform: Platform, episode_id: str) -> None:
    """Give up the recording that is on its way; if there is none, the one heard."""
    with platform.database.session() as session:
        _hold_work(session, episode_id)
        episode = _open(session, episode_id)
        if is_replacing(episode):
            _forget(session, episode, episode.processing)
        else:
            _exchange(episode)
        _touch(episode)
    leftovers.sweep(platform)


def keep_old(platform: Platform, episode_id: str) -> None:
    """Give up what is on its way, if another recording is heard meanwhile."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        can = episode is not None and is_replacing(episode)
    if can:
        go_back(platform, episode_id)


def forget_previous(platform: Platform, episode_id: str) -> None:
    """Delete at once whatever was made of recordings that are not heard any more."""
    with platform.database.session() as session:
        _hold_work(session, episode_id)
        episode = _open(session, episode_id)
        for recording in list(episode.recordings):
            if recording.replaced_at is not None:
                remove(session, episode, recording.revision)
    leftovers.sweep(platform)


def sweep(platform: Platform) -> None:
    """Remove a recording, and what was made of it, a while after it was replaced."""
    for episode_id in _overdue(platform):
        with platform.database.session() as session:
            _hold_work(session, episode_id)
            episode = session.get(Episode, episode_id, with_for_update=True)
            for recording in list(episode.recordings) if episode else []:
                if episode and _is_overdue(platform, recording):
                    remove(session, episode, recording.revision)
                    log.info("old recording removed", episode=episode_id)


def remove(session: Session, episode: Episode, revision: int) -> None:
    """Take away every row of a recording; its files go with the next sweep."""
    keys = []
    for rows in (episode.renditions, episode.recordings):
        gone = [row for row in rows if row.revision == revision]
        keys += [row.key for row in gone]
        for row in gone:
            rows.remove(row)  # type: ignore[arg-type]
    for work in [p for p in episode.processings if p.revision == revision]:
        episode.processings.remove(work)
    session.flush()
    leftovers.let_go(session, episode.id, keys)


def misfits(episode: Episode) -> list[str]:
    """What in the words lies beyond the end of the recording, in sentences."""
    sound = episode.rendition(Kind.SOUND)
    if sound is None or sound.duration_seconds is None:
        return []
    end_ms = round(sound.duration_seconds * 1000)
    late = [c for c in episode.chapters if c.start_ms >= end_ms]
    cues = episode.transcript.cues if episode.transcript else []
    timed = episode.transcript is not None and episode.transcript.timed
    found = []
    if late:
        found.append(
            f"Chapters that begin after the end of the recording: {len(late)}. "
            "Players leave them out: please look at their times."
        )
    if timed and any(cue["start_ms"] >= end_ms for cue in cues):
        found.append(
            "The transcript goes on after the end of the recording: "
            "please give us the one that belongs to it."
        )
    return found


def _tell_of_words(episode: Episode, before: int, revision: int) -> None:
    lengths = {
        r.revision: r.duration_seconds or 0.0
        for r in episode.renditions
        if r.kind == Kind.SOUND
    }
    change = abs(lengths.get(before, 0.0) - lengths.get(revision, 0.0))
    timed = episode.transcript is not None and episode.transcript.timed
    work = next((p for p in episode.processings if p.revision == revision), None)
    if work and change > SAME_LENGTH_SECONDS and (episode.chapters or timed):
        work.remarks = [
            *work.remarks,
            "This recording is longer or shorter than the one before: please look "
            "whether the chapters and the transcript still fit.",
        ]


def _exchange(episode: Episode) -> None:
    old = previous(episode)
    current = next(
        (r for r in episode.recordings if r.revision == episode.heard_revision), None
    )
    if old is None or current is None:
        raise Conflict("There is no other recording that we could go back to.")
    episode.settled_revision = old.revision
    old.replaced_at, current.replaced_at = None, now()
    log.info("gone back", episode=episode.id, revision=old.revision)


def _forget(session: Session, episode: Episode, work: Processing | None) -> None:
    if work is not None:
        # Whoever works on it will notice, and clear up.
        remove(session, episode, work.revision)
        log.info("replacement given up", episode=episode.id, revision=work.revision)


def _touch(episode: Episode) -> None:
    episode.changed_at = now()
    episode.show.touch()


def _overdue(platform: Platform) -> list[str]:
    with platform.database.reading() as session:
        aside = session.scalars(
            select(Recording).where(Recording.replaced_at.is_not(None))
        )
        overdue = (r.episode_id for r in aside if _is_overdue(platform, r))
        return list(dict.fromkeys(overdue))


def _is_overdue(platform: Platform, recording: Recording) -> bool:
    grace = timedelta(hours=platform.settings.replaced_kept_hours)
    return recording.replaced_at is not None and recording.replaced_at + grace <= now()


def _hold_work(session: Session, episode_id: str) -> None:
    # First the work and then the episode, as every step of it does.
    work = select(Processing.id).where(Processing.episode_id == episode_id)
    session.scalars(work.with_for_update()).all()


def _open(session: Session, episode_id: str) -> Episode:
    episode = _locked(session, episode_id)
    if episode.withdrawal is not None:
        raise Gone("This episode has been withdrawn.")
    return episode


def _locked(session: Session, episode_id: str) -> Episode:
    episode = session.get(Episode, episode_id, with_for_update=True)
    if episode is None:
        raise NotFound("This episode does not exist.")
    return episode
