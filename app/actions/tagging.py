"""The words inside the sound: written when it is made, renewed when they change."""

import hashlib
import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import jobs
from app.actions import syndication
from app.database import now
from app.errors import NotFound
from app.models import Episode, Rendition, Transcript
from app.platform import Platform
from media_pipeline import rendition as made
from media_pipeline.chapters import Chapter
from media_pipeline.film_tags import tag_film
from media_pipeline.rendition import Kind
from media_pipeline.tags import Words, tag_sound

GENRE = "Podcast"
SWEEP_BACK = timedelta(days=1)


def after_edit(platform: Platform, episode_id: str) -> None:
    """Tell everybody who reads it that the words of an episode have changed."""
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
    with platform.database.reading() as session:
        episodes = session.scalars(select(Episode.id).where(Episode.show_id == show_id))
        episode_ids = list(episodes)
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
        edition = f"{digest_of(platform, episode)[:16]}-{moment}{again}"
    jobs.enqueue_retagging(platform, episode_id, edition)


def renew_all_tags(platform: Platform) -> None:
    """The sweep: nothing that was edited lately keeps its old tags."""
    with platform.database.reading() as session:
        lately = Episode.changed_at > now() - SWEEP_BACK
        episode_ids = list(session.scalars(select(Episode.id).where(lately)))
    for episode_id in episode_ids:
        renew_tags(platform, episode_id, again=f"-{now():%d%H}")


def is_stale(platform: Platform, episode: Episode) -> bool:
    """Whether the sound says something else than the page."""
    sound, plain = episode.rendition(Kind.SOUND), episode.rendition(Kind.PLAIN_SOUND)
    if sound is None or plain is None:
        return False
    return bool(sound.details.get("words") != digest_of(platform, episode))


def digest_of(platform: Platform, episode: Episode) -> str:
    """Tells two sets of words apart."""
    words = asdict(_words(platform, episode, None)) | {"artwork": _artwork_key(episode)}
    return hashlib.sha256(json.dumps(words, default=str).encode()).hexdigest()


def retag(platform: Platform, episode_id: str) -> None:
    """Make the sound anew from the plain one if its words are stale."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        plain = episode.rendition(Kind.PLAIN_SOUND) if episode else None
        if episode is None or plain is None:
            return
        stale = is_stale(platform, episode)
    if stale:
        _tag_anew(platform, episode_id, plain)
    _clear_up(platform, episode_id, plain.revision)


def tag(
    platform: Platform, episode_id: str, plain: Path, folder: Path
) -> tuple[made.Rendition, str]:
    """The sound with the words of this moment, and their digest."""
    words, digest = _words_now(platform, episode_id, folder)
    return tag_sound(plain, words, folder), digest


def tag_downloaded_film(
    platform: Platform, episode_id: str, film: made.Rendition, folder: Path
) -> made.Rendition:
    """The downloadable film with the words of this moment."""
    words, _ = _words_now(platform, episode_id, folder)
    return tag_film(film, words, folder)


def _words_now(platform: Platform, episode_id: str, folder: Path) -> tuple[Words, str]:
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        if episode is None:
            raise NotFound("This episode does not exist.")
        digest, key = digest_of(platform, episode), _artwork_key(episode)
        words = _words(platform, episode, folder / "artwork.jpg" if key else None)
    if words.artwork and key:
        platform.storage.fetch(key, words.artwork)
    return words, digest


def row_of(sound: made.Rendition, digest: str, revision: int, key: str) -> Rendition:
    """The row of a tagged sound; it remembers what was written into it."""
    row = Rendition.of(sound, revision, key)
    row.details = {**row.details, "words": digest}
    return row


def _tag_anew(platform: Platform, episode_id: str, plain: Rendition) -> None:
    with TemporaryDirectory(dir=platform.settings.scratch_dir) as folder:
        file = Path(folder, "plain.mp3")
        platform.storage.fetch(plain.key, file)
        sound, digest = tag(platform, episode_id, file, Path(folder))
        key = f"public/{episode_id}/{plain.revision}/{sound.filename}"
        platform.storage.put_file(sound.path, key, sound.content_type)
    with platform.database.session() as session:
        if swap(session, episode_id, row_of(sound, digest, plain.revision, key)):
            session.get_one(Episode, episode_id).show.touch()


def swap(session: Session, episode_id: str, row: Rendition) -> bool:
    """Put a rendition in the place of the one it replaces, if that still exists."""
    episode = session.get(Episode, episode_id, with_for_update=True)
    if episode is None or episode.withdrawal is not None:
        return False
    same = (row.kind, row.revision, row.name)
    old = [r for r in episode.renditions if (r.kind, r.revision, r.name) == same]
    for replaced in old:
        episode.renditions.remove(replaced)
    session.flush()
    episode.renditions.append(row)
    return True


def _clear_up(platform: Platform, episode_id: str, revision: int) -> None:
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        show_id = episode.show_id if episode else None
        of_this = select(Rendition.key).where(Rendition.episode_id == episode_id)
        kept = set(session.scalars(of_this))
    if show_id:
        syndication.refresh_show(platform, show_id)
    # Only now: until the feed was rendered, it named the size of the old one.
    stored = platform.storage.objects(f"public/{episode_id}/{revision}/")
    sounds = [s.key for s in stored if s.key.endswith(".mp3")]
    platform.storage.delete_many([key for key in sounds if key not in kept])


def _words(platform: Platform, episode: Episode, artwork: Path | None) -> Words:
    show = episode.show
    published = episode.published_at or episode.publish_at or episode.created_at
    return Words(
        title=episode.title,
        artist=show.author,
        album=show.title,
        track=episode.number,
        season=episode.season,
        date=published.date(),
        language=episode.spoken_language,
        summary=episode.summary,
        link=platform.url(f"episodes/{episode.slug}"),
        feed_url=platform.url(show.feed_path),
        guid=episode.guid,
        copyright=show.copyright,
        genre=GENRE,
        chapters=tuple(
            Chapter(chapter.start_ms / 1000, chapter.title, chapter.link)
            for chapter in episode.chapters
        ),
        transcript=_spoken(episode.transcript),
        artwork=artwork,
    )


def _artwork_key(episode: Episode) -> str | None:
    own = episode.rendition(Kind.ARTWORK)
    return own.key if own else episode.show.artwork_key


def _spoken(transcript: Transcript | None) -> str:
    lines, speaking = [], ""
    for cue in transcript.cues if transcript else []:
        name = cue.get("speaker", "")
        changes = name not in {"", speaking}
        lines.append(f"{name}: {cue['text']}" if changes else cue["text"])
        speaking = name
    return "\n".join(lines)
