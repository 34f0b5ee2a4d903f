"""What a file says about its episode: the words of this moment, and their digest."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from app.actions.scripts import UNREAD
from app.errors import NotFound
from app.models import Episode, Transcript
from app.platform import Platform
from media_pipeline.rendition import Kind, Rendition
from media_pipeline.sound.tags import Words
from media_pipeline.words.chapters import Chapter

GENRE = "Podcast"
WORDS = "words"  # the digest, in the details of a rendition


def words_now(
    platform: Platform,
    episode_id: str,
    kind: Kind,
    folder: Path,
    revision: int | None = None,
) -> tuple[Words, str]:
    """What a rendition of this kind should say, its picture in `folder`; a digest."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        if episode is None:
            raise NotFound("This episode does not exist.")
        key = _artwork_key(episode)
        artwork = folder / "artwork.jpg" if key else None
        digest = digest_of(platform, episode, kind, revision)
        words = _words(platform, episode, artwork, revision)
    if words.artwork and key:
        platform.storage.fetch(key, words.artwork)
    return words, digest


def digest_of(
    platform: Platform, episode: Episode, kind: Kind, revision: int | None = None
) -> str:
    """Tells two sets of words apart, as far as they shape files of this kind."""
    words: object
    if kind == Kind.HLS_MASTER:
        words = [episode.spoken_language, *_script(transcript_of(episode, revision))]
    elif kind == Kind.CHAPTER_IMAGE:
        words = [chapter.start_ms for chapter in episode.chapters]
    else:
        said = asdict(_words(platform, episode, None, revision))
        words = said | {"artwork": _artwork_key(episode)}
    return hashlib.sha256(json.dumps(words, default=str).encode()).hexdigest()


def digests_now(
    platform: Platform, episode_id: str, revision: int | None = None
) -> dict[Kind, str]:
    """What the files of a film are shaped by that carry no tags."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        if episode is None:
            raise NotFound("This episode does not exist.")
        shaped = Kind.HLS_MASTER, Kind.CHAPTER_IMAGE
        return {kind: digest_of(platform, episode, kind, revision) for kind in shaped}


def remembering(file: Rendition, digest: str | None) -> Rendition:
    """The same file; it remembers by which words it was shaped, if by any."""
    if digest is None:
        return file
    return replace(file, details=file.details | {WORDS: digest})


def chapters_of(episode: Episode) -> tuple[Chapter, ...]:
    """Its chapters, as the pipeline knows them."""
    return tuple(
        Chapter(chapter.start_ms / 1000, chapter.title, chapter.link)
        for chapter in episode.chapters
    )


def transcript_of(episode: Episode, revision: int | None) -> Transcript | None:
    """What is said in this recording; None: in the one that is heard.

    What no person has touched is true of the one alone that a machine listened to.
    """
    if revision is None or not episode.has_untouched_words:
        return episode.transcript
    is_heard = episode.is_same_recording(revision, episode.heard_revision)
    return episode.transcript if is_heard else None


def _words(
    platform: Platform,
    episode: Episode,
    artwork: Path | None,
    revision: int | None,
) -> Words:
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
        chapters=chapters_of(episode),
        artwork=artwork,
        transcript="\n".join(_spoken(transcript_of(episode, revision))),
    )


def _script(transcript: Transcript | None) -> list[object]:
    if transcript is None:
        return []
    told = transcript.timed, transcript.language, transcript.is_unread
    return [*told, *transcript.cues]


def _artwork_key(episode: Episode) -> str | None:
    own = episode.rendition(Kind.ARTWORK)
    return own.key if own else episode.show.artwork_key


def _spoken(transcript: Transcript | None) -> Iterator[str]:
    if transcript and transcript.is_unread:
        yield f"({UNREAD})"
    speaking = ""
    for cue in transcript.cues if transcript else []:
        name = cue.get("speaker", "")
        changes = name not in {"", speaking}
        yield f"{name}: {cue['text']}" if changes else cue["text"]
        speaking = name
