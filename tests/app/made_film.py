"""A published film, made once; each test works on a copy of the whole platform."""

import shutil
from pathlib import Path

from sqlalchemy import insert, select

from app.actions import leftovers, publication, redoing, syndication
from app.database import Base
from app.models import Chapter, Episode, Rendition, Transcript
from app.platform import Platform
from app.settings import Settings
from app.worker import run_here
from media_pipeline.recipes import Form
from media_pipeline.rendition import Kind
from tests.app import workers
from tests.factories import publish

SECONDS = 4.0


def settings_in(folder: Path) -> Settings:
    """A platform in this folder."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=folder,
        public_url="https://cast.example",
    )


def make(folder: Path) -> Path:
    """The data folder of a platform with one published film."""
    platform = Platform.open(settings_in(folder / "data"))
    Base.metadata.create_all(platform.database.engine)
    film = workers.record_film(folder / "film.mp4", seconds=SECONDS)
    work = workers.hand_in(platform, film)
    with platform.database.session() as session:
        _give_words(session.get_one(Episode, work.episode_id))
    done = run_here(platform, work, lambda row: None)
    assert done.state == "ready", done.cause
    _publish(platform, work.episode_id)
    platform.close()
    return folder / "data"


def copied(data: Path, to: Path) -> Platform:
    """The same again, to be changed."""
    shutil.copytree(data, to)
    return Platform.open(settings_in(to))


def moved(platform: Platform, database_url: str) -> Platform:
    """The same platform in another database, which is empty."""
    there = platform.settings.model_copy(update={"database_url": database_url})
    other = Platform.open(there)
    Base.metadata.create_all(other.database.engine)
    with platform.database.reading() as old, other.database.session() as new:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(insert(table), rows)
    return other


def only_episode(platform: Platform) -> str:
    """The id of the film."""
    with platform.database.reading() as session:
        return session.query(Episode).one().id


def heard(platform: Platform) -> dict[tuple[str, str], Rendition]:
    """What is heard and seen now, by kind and name."""
    with platform.database.reading() as session:
        episode = session.query(Episode).one()
        return {
            (row.kind, row.name): row
            for row in episode.renditions
            if row.revision == episode.heard_revision
        }


def keys(platform: Platform, *kinds: Kind) -> set[str]:
    """Where renditions of these kinds lie now."""
    return {row.key for (kind, _), row in heard(platform).items() if kind in kinds}


def fetch(platform: Platform, kind: Kind) -> Path:
    """A copy of the only rendition of this kind."""
    (key,) = keys(platform, kind)
    file = platform.settings.data_dir / key.rpartition("/")[2]
    platform.storage.fetch(key, file)
    return file


def _give_words(episode: Episode) -> None:
    cue = {"start_ms": 0, "end_ms": 1500, "speaker": "Ada", "text": "Welcome."}
    episode.transcript = Transcript(language="en", timed=True, cues=[cue])
    episode.chapters = [
        Chapter(start_ms=0, title="Welcome"),
        Chapter(start_ms=2000, title="And more"),
    ]


def _publish(platform: Platform, episode_id: str) -> None:
    cover = workers.draw_cover(platform.settings.data_dir / "cover.jpg")
    key = "public/shows/demo/cover.jpg"
    platform.storage.put_file(cover, key, "image/jpeg")
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.show.artwork_key = key
        publication.record_consent(session, episode, None, "All have agreed.")
        publish(episode)
        show_id = episode.show_id
    syndication.refresh_show(platform, show_id)
    for form in (Form.TAGS, Form.FILM_TAGS):  # the cover came after them
        redoing.redo(platform, episode_id, form)
    leftovers.sweep(platform)
