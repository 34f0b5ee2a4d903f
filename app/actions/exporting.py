"""Everything that a community owns, written into one folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import crash, export_rows
from app.actions.export_folder import Origin, Writing
from app.errors import Conflict
from app.models import FeedSnapshot, Recording, Rendition, Show
from app.platform import Platform
from media_pipeline.errors import StorageFailed

# Told before each file: its number, how many there are, its name.
Tell = Callable[[int, int, str], None]
_ANY_KEY = "public/x"


@dataclass(frozen=True, slots=True)
class Media:
    """A stored file that a row names."""

    key: str
    sha256: str = ""  # when the row says it
    is_needed: bool = True  # without it, what is public would be broken


def export(platform: Platform, writing: Writing, tell: Tell) -> None:
    """Write rows, feeds and media; whoever called adds what is made of them."""
    with platform.database.reading() as session:
        _stand_still(session)
        media = _named(session)
        for table in export_rows.tables():
            path = f"rows/{table.name}.jsonl"
            writing.write(path, export_rows.lines(session, table))
        for feed in session.scalars(select(FeedSnapshot).order_by(FeedSnapshot.path)):
            writing.write(f"feeds/{feed.path}", [feed.body])
    for number, one in enumerate(media, 1):
        tell(number, len(media), one.key)
        _copy(platform, writing, one)
        crash.point("exported a file")


def origin_of(platform: Platform) -> Origin:
    """Where the addresses in an export of this platform lead."""
    settings = platform.settings
    return Origin(
        address=settings.public_url,
        media_address=platform.storage.public_url(_ANY_KEY).removesuffix(
            f"/{_ANY_KEY}"
        ),
        site_name=settings.site_name,
        site_tagline=settings.site_tagline,
    )


def _stand_still(session: Session) -> None:
    # All tables as they were in one moment; SQLite does so by itself.
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _named(session: Session) -> list[Media]:
    renditions = select(Rendition.key, Rendition.sha256)
    recordings = select(Recording.key, Recording.sha256)
    pictures = select(Show.artwork_key).where(Show.artwork_key.is_not(None))
    found = [Media(str(key)) for key in session.scalars(pictures)]
    found += [Media(key, digest) for key, digest in session.execute(renditions)]
    found += [Media(key, digest, False) for key, digest in session.execute(recordings)]
    return sorted({one.key: one for one in found}.values(), key=lambda one: one.key)


def _copy(platform: Platform, writing: Writing, one: Media) -> None:
    path = f"media/{one.key}"
    stored = platform.storage.stat(one.key)
    if stored is None:
        if one.is_needed:
            raise _lost(one.key)
        return
    if one.sha256 and writing.keep(path, stored.size, one.sha256):
        return
    written = writing.write(path, _blocks(platform, one.key))
    if written.size != stored.size or one.sha256 not in {"", written.sha256}:
        raise _lost(one.key)


def _blocks(platform: Platform, key: str) -> Iterator[bytes]:
    try:
        yield from platform.storage.open_range(key)
    except StorageFailed as error:
        raise _lost(key) from error


def _lost(key: str) -> Conflict:
    return Conflict(
        f"{key} is missing in the storage, or is not what was stored. If somebody has "
        "replaced it just now, run the same command again."
    )
