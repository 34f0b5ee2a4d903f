"""The words inside the sound: written when it is made, renewed when they change."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from app import jobs
from app.actions import syndication
from app.actions.remaking import Bench, refresh, remake
from app.actions.wording import WORDS, digest_of, remembering, words_now
from app.database import now
from app.errors import NotFound
from app.models import Episode
from app.platform import Platform
from media_pipeline.film.tags import tag_film
from media_pipeline.recipes import Form
from media_pipeline.rendition import Kind, Rendition
from media_pipeline.sound.tags import tag_sound

SWEEP_BACK = timedelta(days=1)


def after_edit(platform: Platform, episode_id: str) -> None:
    """Tell everybody who reads it that the words of an episode have changed.

    The sound says so at once. Everything slower follows when the words have come to
    rest: see `renewing`.
    """
    with platform.database.session() as session:
        episode = session.get(Episode, episode_id)
        if episode is None:
            raise NotFound("This episode does not exist.")
        episode.changed_at = now()
        episode.show.touch()
        show_id = episode.show_id
    renew_tags(platform, episode_id)
    syndication.refresh_show(platform, show_id)


def after_show_edit(platform: Platform, show_id: str) -> None:
    """The same when words of a show have changed: every episode carries them."""
    with platform.database.session() as session:
        of_show = Episode.show_id == show_id
        session.execute(update(Episode).where(of_show).values(changed_at=now()))
        episode_ids = list(session.scalars(select(Episode.id).where(of_show)))
    for episode_id in episode_ids:
        renew_tags(platform, episode_id)
    syndication.refresh_show(platform, show_id)


def renew_tags(platform: Platform, episode_id: str, again: str = "") -> None:
    """Ask for new tags if those in the sound no longer say what the page says.

    `again` names another try of what has failed before.
    """
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        if episode is None or not is_stale(platform, episode):
            return
        # Somebody may write the old words again, hence the moment.
        moment = int(episode.changed_at.timestamp() * 1000)
        digest = digest_of(platform, episode, Kind.SOUND)
    jobs.enqueue_retagging(platform, episode_id, f"{digest[:16]}-{moment}{again}")


def renew_all_tags(platform: Platform) -> None:
    """The sweep: nothing that was edited lately keeps its old tags."""
    with platform.database.reading() as session:
        lately = Episode.changed_at > now() - SWEEP_BACK
        episode_ids = list(session.scalars(select(Episode.id).where(lately)))
    for episode_id in episode_ids:
        renew_tags(platform, episode_id, again=f"-{now():%d%H}")


def is_stale(platform: Platform, episode: Episode, revision: int | None = None) -> bool:
    """Whether the sound says something else than the page."""
    revision = revision or episode.heard_revision
    of_this = {r.kind: r for r in episode.renditions if r.revision == revision}
    sound, plain = of_this.get(Kind.SOUND), of_this.get(Kind.PLAIN_SOUND)
    if sound is None or plain is None:
        return False
    return sound.details.get(WORDS) != digest_of(
        platform, episode, Kind.SOUND, revision
    )


def retag(
    platform: Platform,
    episode_id: str,
    stop: threading.Event | None = None,
    revision: int | None = None,
) -> None:
    """Make the sound anew from the plain one if its words are stale."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        if episode is None:
            return
        stale = is_stale(platform, episode, revision)
    if stale:
        remake(platform, episode_id, Form.TAGS, tagged, stop, revision)
    else:  # it was made, but perhaps nobody was told any more
        refresh(platform, episode_id)


def tagged(bench: Bench) -> Sequence[Rendition]:
    """The sound with the words of this moment."""
    plain = bench.take(Kind.PLAIN_SOUND)
    place = bench.platform, bench.episode_id, bench.revision
    return [tag(*place, plain.path, bench.folder)]


def tagged_film(bench: Bench) -> Sequence[Rendition]:
    """The film to download with the words of this moment."""
    film = bench.fetch(next(iter(bench.rows(Kind.FILM)), None))
    place = bench.platform, bench.episode_id, bench.revision
    return [tag_downloaded_film(*place, film, bench.folder)]


def tag(
    platform: Platform, episode_id: str, revision: int, plain: Path, folder: Path
) -> Rendition:
    """The sound with the words of this moment; it remembers which they were."""
    words, digest = words_now(platform, episode_id, Kind.SOUND, folder, revision)
    return remembering(tag_sound(plain, words, folder), digest)


def tag_downloaded_film(
    platform: Platform, episode_id: str, revision: int, film: Rendition, folder: Path
) -> Rendition:
    """The downloadable film with the words of this moment."""
    words, digest = words_now(platform, episode_id, Kind.FILM, folder, revision)
    return remembering(tag_film(film, words, folder), digest)
