"""A small community with everything that it can own, and files for all of it."""

import hashlib
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import exporting, restoring, syndication
from app.actions.export_folder import Reading, Writing
from app.database import Base, now
from app.models import (
    Episode,
    FeedKey,
    FeedSnapshot,
    Host,
    Recording,
    Rendition,
    Show,
    SignInLink,
    WebSession,
    Withdrawal,
)
from app.platform import Platform
from app.settings import Settings
from tests.factories import (
    add_words,
    make_episode,
    make_rendition,
    make_show,
    make_user,
    make_video,
    publish,
)

SECRET = "c0ffee" * 8
DRAFT = "Nobody has heard this yet"
PRIVATE = "Among ourselves"


def found(platform: Platform) -> None:
    """Let the community have a year of work behind it."""
    with platform.database.session() as session:
        show = make_show(session, artwork_key=None)
        user = make_user(session, name="Ada")
        session.add(Host(user=user, show=show))
        film = publish(add_words(make_video(session, show, "A film"), session))
        film.notes = "See [our page](https://cast.example/shows/demo)."
        film.notes_html = '<p>See <a href="https://cast.example/shows/demo" '
        film.notes_html += 'rel="noopener noreferrer nofollow">our page</a>.</p>'
        film.consents[0].by_user_id = user.id
        film.renditions.append(make_rendition(film.id, "low-sound"))
        talk = publish(make_episode(session, show, "A talk", number=7))
        talk.guid = "https://cast.example/?p=7"  # of an older home at this address
        make_episode(session, show, DRAFT)
        taken_back = publish(make_episode(session, show, "Taken back"))
        taken_back.withdrawal = Withdrawal(at=now())
        hidden = make_show(session, "hidden", title=PRIVATE, is_private=True)
        hidden.podcast_guid = "b13b6b8a-52a5-5d29-a6a2-26b4ac1ac3a0"
        publish(make_episode(session, hidden, "Supervision group"))
        _add_secrets(session, user.id, hidden.id)
        shows = [show, hidden]
    _give_files(platform)
    for show in shows:
        syndication.refresh_show(platform, show.id)


def export(platform: Platform, folder: Path, *, verifies: bool = False) -> list[str]:
    """Export, as the command does; what was told."""
    told: list[str] = []
    writing = Writing.begin(folder, verifies=verifies)
    exporting.export(platform, writing, lambda n, count, name: told.append(name))
    writing.finish(exporting.origin_of(platform))
    return told


def restore(platform: Platform, folder: Path) -> list[str]:
    """Import, as the command does; what was told."""
    told: list[str] = []
    reading = Reading.open(folder)
    restoring.restore(platform, reading, lambda n, count, name: told.append(name))
    return told


def elsewhere(settings: Settings, folder: Path, **other: str) -> Platform:
    """A new and empty installation at another address."""
    changes = {"public_url": "https://new.example/cast", "data_dir": folder} | other
    platform = Platform.open(settings.model_copy(update=changes))
    Base.metadata.create_all(platform.database.engine)
    platform.storage.prepare()
    return platform


def feeds(platform: Platform) -> dict[str, FeedSnapshot]:
    """Every kept feed by its path."""
    with platform.database.reading() as session:
        return {feed.path: feed for feed in session.scalars(select(FeedSnapshot))}


def texts(folder: Path) -> dict[str, bytes]:
    """Everything in an export but its manifest, which says where it comes from."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "manifest.json"
    }


def _add_secrets(session: Session, user_id: str, show_id: str) -> None:
    later = now()
    session.flush()
    session.add(WebSession(token_hash=SECRET, user_id=user_id, expires_at=later))
    session.add(SignInLink(token_hash=SECRET, user_id=user_id, expires_at=later))
    session.add(FeedKey(token_hash=SECRET, show_id=show_id, label="Bo"))


def _give_files(platform: Platform) -> None:
    platform.storage.prepare()
    with platform.database.session() as session:
        for row in session.scalars(select(Rendition)):
            row.size, row.sha256 = _store(platform, row.key, row.content_type)
        for recording in session.scalars(select(Recording)):
            stored = _store(platform, recording.key, "application/octet-stream")
            recording.size, recording.sha256 = stored
        for show in session.scalars(select(Show)):
            key = f"public/shows/{show.slug}/cover.jpg"
            _store(platform, key, "image/jpeg")
            show.artwork_key, show.artwork_side = key, 1500
        for episode in session.scalars(select(Episode)):
            episode.show.touch()


def _store(platform: Platform, key: str, content_type: str) -> tuple[int, str]:
    body = b"#EXTM3U\n" if key.endswith(".m3u8") else f"The bytes of {key}. ".encode()
    file = platform.settings.scratch_dir / "file"
    file.write_bytes(body * 3)
    platform.storage.put_file(file, key, content_type)
    return len(body * 3), hashlib.sha256(body * 3).hexdigest()
