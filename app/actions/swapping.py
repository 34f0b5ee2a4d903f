"""Finished files take the places of others: all of their rows in one moment."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.actions import leftovers
from app.models import Episode, Rendition
from app.platform import Platform
from media_pipeline.rendition import PRIVATE
from media_pipeline.rendition import Rendition as Made


def key_of(episode_id: str, revision: int, file: Made) -> str:
    """Where a file of an episode is stored."""
    place = "private" if file.kind in PRIVATE else "public"
    return f"{place}/{episode_id}/{revision}/{file.filename}"


def store(
    platform: Platform,
    episode_id: str,
    revision: int,
    files: Sequence[Made],
    stored: Callable[[], None] = lambda: None,
) -> list[Rendition]:
    """Put files where no row names them yet; the rows that would."""
    rows = [Rendition.of(f, revision, key_of(episode_id, revision, f)) for f in files]
    leftovers.announce(platform, episode_id, [row.key for row in rows])
    for file, row in zip(files, rows, strict=True):
        platform.storage.put_file(file.path, row.key, file.content_type)
        stored()
    return rows


def swap(
    platform: Platform, session: Session, episode_id: str, rows: Sequence[Rendition]
) -> bool:
    """Put renditions in the places of those they replace, if the episode remains.

    The files of the others are kept a while, for those who are still reading them.
    """
    episode = session.get(Episode, episode_id, with_for_update=True)
    if episode is None or episode.withdrawal is not None:
        return False
    places = {_place(row) for row in rows}
    old = [row for row in episode.renditions if _place(row) in places]
    take_away(platform, session, episode, old)
    leftovers.name(session, {row.key for row in rows})
    episode.renditions.extend(rows)
    return True


def take_away(
    platform: Platform, session: Session, episode: Episode, old: Sequence[Rendition]
) -> None:
    """Let these renditions count no longer; their files stay a while."""
    for row in old:
        episode.renditions.remove(row)
    session.flush()
    leftovers.replace(platform, session, episode.id, [row.key for row in old])


def _place(row: Rendition) -> tuple[str, int, str]:
    return row.kind, row.revision, row.name
