"""Rows for tests, complete enough to be shown and to be published."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models import (
    Chapter,
    Consent,
    Credit,
    Episode,
    Person,
    Processing,
    ProcessingState,
    Publication,
    Recording,
    Rendition,
    Show,
    Topic,
    Transcript,
    User,
)
from app.models.episode import guid_of
from app.models.identity import new_id, slug

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHA256 = "5f" * 32
SHA384 = "oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"


def make_user(session: Session, email: str = "host@example.org", **facts: Any) -> User:
    user = User(id=new_id(), email=email, **facts)
    session.add(user)
    return user


def make_show(session: Session, slug: str = "demo", **facts: Any) -> Show:
    complete = {
        "title": "Trainee Talk",
        "description": "Conversations about learning to be a therapist.",
        "author": "#TherapistsConnect",
        "subcategory": "Mental Health",
        "podcast_guid": "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        "artwork_key": "public/shows/demo/" + SHA256[:32] + ".jpg",
        "artwork_side": 1500,
    }
    show = Show(id=new_id(), slug=slug, **(complete | facts))
    session.add(show)
    return show


def make_episode(
    session: Session, show: Show, title: str = "First session", **facts: Any
) -> Episode:
    """A draft whose recording has become sound."""
    episode_id = new_id()
    complete = {"slug": slug(title), "summary": "What happens in the first hour."}
    episode = Episode(
        id=episode_id,
        guid=guid_of(episode_id),
        show=show,
        title=title,
        revision=1,
        **(complete | facts),
    )
    session.add(episode)
    episode.processings.append(
        Processing(revision=1, state=ProcessingState.READY, fraction=1.0)
    )
    episode.recordings.append(
        Recording(
            revision=1,
            key=f"private/{episode_id}/1/recording",
            filename="talk.wav",
            size=1000,
            sha256=SHA256,
        )
    )
    episode.renditions.append(make_rendition(episode_id, "sound"))
    return episode


def make_video(session: Session, show: Show, title: str, **facts: Any) -> Episode:
    episode = make_episode(session, show, title, **facts)
    for kind in ("film", "hls-master", "poster"):
        episode.renditions.append(make_rendition(episode.id, kind))
    return episode


_FILES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "sound": ("mp3", "audio/mpeg", {"bitrate": 96_000}),
    "film": ("mp4", "video/mp4", {"width": 1280, "height": 720, "bitrate": 900_000}),
    "hls-master": ("m3u8", "application/vnd.apple.mpegurl", {"height": 720}),
    "poster": ("jpg", "image/jpeg", {"width": 1280, "height": 720}),
    "low-sound": (
        "opus",
        "audio/ogg; codecs=opus",
        {"bitrate": 32_000, "codecs": "opus"},
    ),
    "waveform": ("json", "application/json", {"details": {"bars": [0, 40, 100]}}),
    "storyboard": ("jpg", "image/jpeg", {"name": "1"}),
    "storyboard-map": ("vtt", "text/vtt", {}),
    "chapter-image": ("jpg", "image/jpeg", {"width": 640, "height": 360}),
    "artwork": ("jpg", "image/jpeg", {"width": 1500, "height": 1500}),
}


def make_rendition(episode_id: str, kind: str, **facts: Any) -> Rendition:
    ending, content_type, usual = _FILES[kind]
    complete = {
        "key": f"public/{episode_id}/1/{SHA256[:32]}.{ending}",
        "content_type": content_type,
        "size": 1_234_567,
        "sha256": SHA256,
        "sha384": SHA384,
        "duration_seconds": 93.4,
    }
    return Rendition(revision=1, kind=kind, **(complete | usual | facts))


def publish(episode: Episode, at: datetime = NOON) -> Episode:
    """Make it public without asking the gate."""
    episode.published_at = episode.published_at or at
    episode.publication = Publication(at=at)
    return episode


def add_words(episode: Episode, session: Session) -> Episode:
    """Chapters, a transcript, a topic, a person and a consent."""
    episode.chapters = [
        Chapter(start_ms=0, title="Welcome"),
        Chapter(start_ms=30_000, title="What supervision is for"),
    ]
    episode.transcript = Transcript(
        language="en",
        cues=[
            {"start_ms": 0, "end_ms": 4000, "speaker": "Ada", "text": "Welcome."},
            {"start_ms": 4000, "end_ms": 9000, "speaker": "Bo", "text": "Thank you."},
        ],
    )
    episode.topics = [Topic(id=new_id(), slug="supervision", title="Supervision")]
    person = Person(id=new_id(), slug="ada-example", name="Ada Example")
    episode.credits = [Credit(person=person, role="host", group="cast")]
    episode.consents = [Consent(statement="Written consent is held.")]
    session.add(episode)
    return episode
