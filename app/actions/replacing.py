"""One recording takes the place of another, and may be taken back for a while."""

from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import leftovers, transcribing
from app.actions.holding import hold, hold_open
from app.database import now
from app.errors import Conflict, NotFound
from app.models import Episode, ProcessingState, Recording
from app.models.episode import NO_RECORDING
from app.platform import Platform
from media_pipeline.rendition import Kind

SAME_LENGTH_SECONDS = 2.0

log = structlog.get_logger(__name__)


def make_way(session: Session, episode: Episode) -> None:
    """A newer recording comes: forget those that nobody has heard, and nobody will.

    What is public stays what is heard until the newer one is whole, even if its own
    film is still being made.
    """
    heard = episode.heard_revision
    if episode.is_public:
        episode.settled_revision = heard
    aside = {recording.revision for recording in _aside(episode)}
    kept = {NO_RECORDING, episode.settled_revision, *aside}
    known = {row.revision for row in episode.renditions}
    known |= {row.revision for row in episode.recordings}
    known |= {row.revision for row in episode.processings}
    for revision in known - kept:
        # Whoever works on it will notice, and clear up.
        remove(session, episode, revision)
    if heard not in kept:
        transcribing.drop_untouched(episode)


def settle(session: Session, episode_id: str, revision: int) -> None:
    """From this moment on, this recording is heard, and not the one before it.

    Unless a person has set it aside meanwhile: the last step may be taken again.
    """
    episode = _locked(session, episode_id)
    before = episode.heard_revision
    is_aside = any(r.revision == revision for r in _aside(episode))
    if is_aside or episode.settled_revision == revision:
        return
    _let_be_heard(episode, revision)
    if before != revision:
        _tell_of_words(episode, before, revision)
    log.info("recording settled", episode=episode_id, revision=revision)


def needs_agreement(episode: Episode) -> bool:
    """Whether people agreed to a recording that another would take the place of."""
    is_heard = episode.settled_revision is not None or episode.is_public
    return is_heard and bool(episode.consents)


def previous(episode: Episode) -> Recording | None:
    """The recording that was heard before this one, while it can be gone back to."""
    heard = {r.revision for r in episode.renditions if r.kind == Kind.SOUND}
    aside = [r for r in _aside(episode) if r.revision in heard]
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


def go_back(platform: Platform, episode_id: str, away_from: int) -> None:
    """Give up this recording: one that is on its way, or the one that is heard.

    What is neither has been given up already: pressing twice is pressing once.
    """
    with platform.database.session() as session:
        episode = hold_open(session, episode_id)
        newest = episode.processing
        if away_from == episode.heard_revision:
            _exchange(episode)
        elif newest and newest.revision == away_from and is_replacing(episode):
            # Whoever works on it will notice, and clear up.
            remove(session, episode, away_from)
            log.info("replacement given up", episode=episode_id, revision=away_from)
        _touch(episode)
    transcribing.begin_if_wanted(platform, episode_id)
    leftovers.sweep(platform)


def keep_old(platform: Platform, episode_id: str) -> None:
    """Give up what is on its way, if another recording is heard meanwhile."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        can = episode is not None and is_replacing(episode)
        newest = episode.processing if episode and can else None
    if newest is not None:
        go_back(platform, episode_id, newest.revision)


def forget_previous(platform: Platform, episode_id: str, heard: int) -> None:
    """Delete at once whatever was made of recordings that are not heard any more.

    `heard` is the one that stays, as whoever asks for this has seen it.
    """
    with platform.database.session() as session:
        episode = hold_open(session, episode_id)
        if episode.heard_revision != heard:
            raise Conflict(
                "Another recording is heard by now. Please look at the page again."
            )
        for recording in _aside(episode):
            remove(session, episode, recording.revision)
    leftovers.sweep(platform)


def sweep(platform: Platform) -> None:
    """Remove a recording, and what was made of it, a while after it was replaced."""
    for episode_id in _overdue(platform):
        with suppress(NotFound), platform.database.session() as session:
            episode = hold(session, episode_id)
            for recording in _aside(episode):
                if _is_overdue(platform, recording):
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


def _aside(episode: Episode) -> list[Recording]:
    # Whatever its row says: the one that is heard is nobody's leftover.
    heard = episode.heard_revision
    return [r for r in episode.recordings if r.replaced_at and r.revision != heard]


def _locked(session: Session, episode_id: str) -> Episode:
    episode = session.get(Episode, episode_id, with_for_update=True)
    if episode is None:
        raise NotFound("This episode does not exist.")
    return episode


def _let_be_heard(episode: Episode, revision: int) -> None:
    before = episode.heard_revision
    if before != revision:
        transcribing.follow(episode, before, revision)
    for recording in episode.recordings:
        if recording.revision == revision:
            recording.replaced_at = None
        elif recording.revision == before:
            recording.replaced_at = now()
    episode.settled_revision = revision


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
    if old is None:
        raise Conflict("There is no other recording that we could go back to.")
    _let_be_heard(episode, old.revision)
    log.info("gone back", episode=episode.id, revision=old.revision)


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
