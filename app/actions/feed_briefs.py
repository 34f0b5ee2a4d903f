"""Older episodes as a long feed tells them: plain values, for there are thousands.

Loaded as objects, they take three times as long, and publishing waits for them.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Episode, Rendition, Show
from app.models.episode import current_among, heard_among
from media_pipeline.rendition import Kind


class File(NamedTuple):
    """What a feed tells of a rendition."""

    episode_id: str
    kind: str
    revision: int
    content_type: str
    size: int
    bitrate: int | None
    height: int | None
    codecs: str
    sha384: str
    duration_seconds: float | None


@dataclass(frozen=True, slots=True)
class Brief:
    """What every app needs of an episode; the rest stands in an archive."""

    id: str
    guid: str
    slug: str
    title: str
    summary: str
    spoken_language: str
    published_at: datetime
    changed_at: datetime
    explicit: bool
    season: int | None
    number: int | None
    kind: str
    show: Show
    sound: File | None
    film: File | None

    def file(self, kind: Kind) -> File | None:
        """Its sound or its film."""
        return self.film if kind is Kind.FILM else self.sound


_WORDS = (
    *(Episode.id, Episode.guid, Episode.slug, Episode.title, Episode.summary),
    *(Episode.language, Episode.published_at, Episode.created_at, Episode.changed_at),
    *(Episode.explicit, Episode.season, Episode.number, Episode.kind),
    *(Episode.show_id, Episode.revision, Episode.settled_revision),
)
_FILE = [getattr(Rendition, name) for name in File._fields]


def read_briefs(session: Session, slots: Select[Episode], kind: Kind) -> list[Brief]:
    """The episodes of these slots that are heard (or seen) so, in their order."""
    shows = {show.id: show for show in session.scalars(select(Show))}
    files = _files(session, slots)
    found = []
    for row in session.execute(slots.with_only_columns(*_WORDS)):
        mine = files[row.id]
        heard = heard_among(mine, row.settled_revision, row.revision)
        sound = current_among(mine, Kind.SOUND, heard)
        film = current_among(mine, Kind.FILM, heard)
        show = shows[row.show_id]
        brief = Brief(
            id=row.id,
            guid=row.guid,
            slug=row.slug,
            title=row.title,
            summary=row.summary,
            spoken_language=row.language or show.language,
            published_at=row.published_at or row.created_at,
            changed_at=row.changed_at,
            explicit=row.explicit or show.explicit,
            season=row.season,
            number=row.number,
            kind=row.kind,
            show=show,
            sound=sound[0] if sound else None,
            film=film[0] if film else None,
        )
        if brief.file(kind):
            found.append(brief)
    return found


def _files(session: Session, slots: Select[Episode]) -> dict[str, list[File]]:
    ids = slots.with_only_columns(Episode.id).subquery()
    wanted = select(*_FILE).where(
        Rendition.episode_id.in_(select(ids)),
        Rendition.kind.in_((Kind.SOUND, Kind.FILM)),
    )
    found = defaultdict(list)
    for row in session.execute(wanted):
        found[row.episode_id].append(File._make(row))
    return found
