"""Long feeds in pages (RFC 5005, section 4), of which nobody has to read more than one.

Most apps read one document and no other. So the feed that people follow names every
episode for ever: the newest in full, the older ones briefly, so that it stays small.
Their notes, chapters and other forms stand in archives of one full page each. The
first archive has the oldest episodes: when one is added, no archive changes.
"""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.actions.feed_briefs import Brief, read_briefs
from app.models import Credit, Episode, Rendition, Transcript
from app.platform import Platform
from feeds.document import Paging
from media_pipeline.rendition import Kind

_SHOWN = (
    *(Kind.SOUND, Kind.LOW_SOUND, Kind.FILM, Kind.HLS_MASTER),
    *(Kind.ARTWORK, Kind.CHAPTER_IMAGE),
)
_NEWEST = (Episode.published_at.desc(), Episode.id)
_OLDEST = (Episode.published_at, Episode.id.desc())


@dataclass(frozen=True, slots=True)
class Page:
    """One document of a feed, and the episodes in it, the newest first."""

    number: int  # of an archive, from 1; 0 is the feed that people follow
    archives: int  # how many there are
    full: list[Episode]
    brief: list[Brief]

    @property
    def episodes(self) -> list[Episode | Brief]:
        """All of them."""
        return [*self.full, *self.brief]


def count_archives(
    session: Session, platform: Platform, wanted: Select[Episode], kind: Kind
) -> int:
    """How many archives there are: what is left over stays in the feed, in full."""
    mine = _having(wanted, kind).order_by(None)
    count = session.scalar(mine.with_only_columns(func.count(Episode.id)))
    pages = (count or 0) // platform.settings.feed_page_episodes
    return max(0, pages - 1)


def read_page(
    session: Session,
    platform: Platform,
    wanted: Select[Episode],
    kind: Kind,
    number: int = 0,
    *,
    is_whole: bool = False,
) -> Page:
    """An archive, or the feed itself, of the wanted episodes that have this kind.

    A feed that is whole has no archives, however long it is.
    """
    size = platform.settings.feed_page_episodes
    archives = 0 if is_whole else count_archives(session, platform, wanted, kind)
    oldest = _having(wanted, kind).order_by(None).order_by(*_OLDEST)
    if number:
        slots = oldest.offset((number - 1) * size).limit(size)
        return Page(number, archives, _full(session, slots, kind), [])
    older = oldest.limit(archives * size)
    brief = read_briefs(session, older, kind) if archives else []
    rest = oldest.offset(archives * size)
    return Page(0, archives, _full(session, rest, kind), brief[::-1])


def archive_path(path: str, number: int) -> str:
    """`shows/talk/feed.xml` -> `shows/talk/feed-3.xml`; 0 is the feed itself."""
    return f"{path.removesuffix('.xml')}-{number}.xml" if number else path


def paging(platform: Platform, path: str, page: Page) -> Paging:
    """Where this document says that the others are."""
    previous = page.number - 1 if page.number else page.archives
    following = page.number + 1 if page.number < page.archives else 0
    return Paging(
        previous=platform.url(archive_path(path, previous)) if previous > 0 else "",
        following=platform.url(archive_path(path, following))
        if page.number and following
        else "",
        current=platform.url(path) if page.number else "",
    )


def _having(wanted: Select[Episode], kind: Kind) -> Select[Episode]:
    return wanted.where(Episode.renditions.any(Rendition.kind == kind))


def _full(session: Session, slots: Select[Episode], kind: Kind) -> list[Episode]:
    shown = Episode.renditions.and_(Rendition.kind.in_(_SHOWN))
    # A transcript can be a hundred pages: the feed only says that there is one.
    about = selectinload(Episode.transcript).load_only(
        Transcript.language, Transcript.timed
    )
    loaded = (
        joinedload(Episode.show),
        selectinload(shown),
        selectinload(Episode.chapters),
        selectinload(Episode.credits).joinedload(Credit.person),
        about,
    )
    ids = slots.with_only_columns(Episode.id).subquery()
    query = select(Episode).where(Episode.id.in_(select(ids))).options(*loaded)
    found = session.scalars(query.order_by(*_NEWEST))
    return [episode for episode in found if episode.rendition(kind)]
