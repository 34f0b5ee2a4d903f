"""An export comes back to life in an empty installation.

First the files, which nobody can find without rows; then all rows in one transaction.
So what breaks off in the middle has shown nothing to anybody, and can be begun again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import func, insert, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.actions import crash, export_rows, leftovers, snapshots, syndication
from app.actions.export_addresses import in_row, rewrite_to
from app.actions.export_folder import Reading
from app.actions.export_rows import Row
from app.actions.exporting import Tell
from app.actions.notes import render_notes
from app.actions.restoring_check import Suspicion
from app.database import now
from app.errors import BadRequest, NotReady
from app.models import Episode, Person, Show, Topic, User
from app.platform import Platform
from feeds import rss

_AT_ONCE = 200  # rows or files
_SHAPELESS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_BEFORE_ANY = (Show, Episode, Person, Topic, User)


def restore(platform: Platform, reading: Reading, tell: Tell) -> None:
    """Bring everything back. Raises a sentence, and then nothing of it is public."""
    with platform.database.reading() as session:
        _insist_on_emptiness(session)
    types = _looked_at(reading)
    for some in _portions(types):
        leftovers.announce(platform, None, some)
    for number, (key, content_type) in enumerate(sorted(types.items()), 1):
        tell(number, len(types), key)
        _store(platform, reading, key, content_type)
        crash.point("restored a file")
    try:
        _keep_rows(platform, reading, types)
    except BadRequest:
        for some in _portions(types):
            leftovers.drop(platform, some, even_announced=True)
        raise
    crash.point("restored everything")
    syndication.refresh_all(platform)


def examine(reading: Reading, tell: Tell) -> None:
    """Read everything that an import would need, and bring nothing."""
    types = _looked_at(reading)
    paths = [*(f"media/{key}" for key in sorted(types)), *reading.below("feeds")]
    for number, path in enumerate(paths, 1):
        tell(number, len(paths), path)
        reading.verified(path)


def _keep_rows(platform: Platform, reading: Reading, keys: Iterable[str]) -> None:
    feeds = _feeds(platform, reading)
    with _without_contradiction(), platform.database.session() as session:
        _insist_on_emptiness(session)
        _fill(platform, session, reading, feeds)
        for some in _portions(keys):
            leftovers.name(session, some)
        _insist_on_feeds(platform, session)
        crash.point("restored all rows")


def _insist_on_emptiness(session: Session) -> None:
    for model in _BEFORE_ANY:
        if session.scalar(select(func.count()).select_from(model)):
            raise NotReady(
                "There is something here already. An export comes back into a new "
                "installation: with an empty database and an empty storage."
            )


def _portions(keys: Iterable[str]) -> Iterator[list[str]]:
    left = iter(sorted(keys))
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _looked_at(reading: Reading) -> dict[str, str]:
    """The type of each stored file, once everything was found to be harmless."""
    suspicion = Suspicion(reading)
    tables = {f"rows/{table.name}.jsonl": table for table in export_rows.tables()}
    if strange := {*reading.below("rows")} - {*tables}:
        raise BadRequest(f"This export has rows of an unknown kind: {min(strange)}.")
    for path, table in tables.items():
        reading.verified(path)
        for row in export_rows.rows(table, reading.lines(path)):
            suspicion.look(table.name, row)
    return suspicion.types


def _store(platform: Platform, reading: Reading, key: str, content_type: str) -> None:
    path = f"media/{key}"
    there = platform.storage.stat(key)
    if there is not None and there.size == reading.files[path].size:
        return  # an earlier try has brought it, and files come whole or not at all
    platform.storage.put_file(reading.verified(path), key, content_type)


def _feeds(platform: Platform, reading: Reading) -> dict[str, Row]:
    """Each feed with the new addresses, in all the forms that are kept."""
    rewrite = rewrite_to(platform, reading.origin)
    feeds: dict[str, Row] = {}
    for path in reading.below("feeds"):
        body = reading.verified(path).read_bytes().decode(errors="replace")
        columns = snapshots.weighed(rewrite(body).encode(), now())
        feeds[path.removeprefix("feeds/")] = columns
    return feeds


def _fill(
    platform: Platform, session: Session, reading: Reading, feeds: dict[str, Row]
) -> None:
    rewrite = rewrite_to(platform, reading.origin)
    for table in export_rows.tables():
        lines = reading.lines(f"rows/{table.name}.jsonl")
        rows = export_rows.rows(table, lines)
        complete = (_complete(table.name, in_row(rewrite, row), feeds) for row in rows)
        while some := list(islice(complete, _AT_ONCE)):
            session.execute(insert(table), some)


@contextmanager
def _without_contradiction() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError) as error:
        sentence = "This export contradicts itself: its rows do not fit together."
        raise BadRequest(sentence, cause=str(error)) from error


def _insist_on_feeds(platform: Platform, session: Session) -> None:
    # What no feed can be made of must not be here: every later change would fail.
    for show in session.scalars(select(Show).order_by(Show.id)):
        try:
            rss.render(syndication.document_of(session, platform, show))
        except _SHAPELESS as error:
            sentence = f"This export is damaged: no feed can be made of {show.title!r}."
            raise BadRequest(sentence, cause=repr(error)) from error


def _complete(table: str, row: Row, feeds: dict[str, Row]) -> Row:
    if table == "feed_snapshots":
        # When the bytes came to differ is remembered: only the address is another.
        return feeds[row["path"]] | row
    if table == "episodes":
        return row | {"notes_html": render_notes(row["notes"])}
    return row
