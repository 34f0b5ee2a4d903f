"""One step of one recording at work: its files, and the rows that name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, select

from app.actions import (
    chunking,
    crash,
    leftovers,
    replacing,
    shelf,
    swapping,
    syndication,
)
from app.actions.facts import read_admission
from app.actions.headway import Headway, Superseded, end
from app.models import Episode, Processing, ProcessingState, Recording, Rendition
from media_pipeline import rendition as made
from media_pipeline.entrance.admission import Admission
from media_pipeline.errors import Refused
from media_pipeline.film.plan import FilmPlan
from media_pipeline.rendition import Kind

PLACES = ("public", "private")  # of the storage


@dataclass(kw_only=True)
class Job(Headway):
    """What a step needs to know, and everything it may change."""

    folder: Path

    def recording(self) -> Path:
        """The recording, in our folder."""
        file = self.folder / "recording"
        if not file.exists():
            with self.platform.database.reading() as session:
                row = session.scalar(select(Recording).where(self._of(Recording)))
            if row is None:
                raise Superseded
            shelf.lend(self.platform, row, file, self.stop)
        return file

    def admission(self) -> Admission | None:
        """What is known about the recording, once it was let in."""
        with self.platform.database.reading() as session:
            kept = session.scalar(select(Processing.admission).where(self.ours()))
        return read_admission(kept)

    def plan(self) -> FilmPlan | None:
        """How its film is made, once that is decided."""
        with self.platform.database.reading() as session:
            return chunking.plan_of(session, self.episode_id, self.revision)

    def missing_chunks(self) -> list[int]:
        """The chunks that nobody has made yet."""
        with self.platform.database.reading() as session:
            return chunking.missing(session, self.episode_id, self.revision)

    def missing_first_chunks(self) -> list[int]:
        """The chunks of the first rungs that are not made yet, if there are any."""
        with self.platform.database.reading() as session:
            return chunking.missing_first(session, self.episode_id, self.revision)

    def language(self) -> str:
        """What is spoken."""
        with self.platform.database.reading() as session:
            episode = session.get(Episode, self.episode_id)
            if episode is None:
                raise Superseded
            return episode.spoken_language

    def made_before(self, kind: Kind, name: str) -> Path:
        """What an earlier step has made, perhaps on another machine."""
        with self.platform.database.reading() as session:
            named = Rendition.kind == kind, Rendition.name == name
            row = session.scalar(select(Rendition).where(self._of(Rendition), *named))
        if row is None:
            raise Superseded
        file = self.folder / row.key.rpartition("/")[2]
        if not file.exists():
            self._fetch(row, file)
        return file

    def has(self, kind: Kind) -> bool:
        """Whether this recording has such a rendition already."""
        with self.platform.database.reading() as session:
            of_kind = self._of(Rendition), Rendition.kind == kind
            return session.scalar(select(Rendition.id).where(*of_kind)) is not None

    def store(self, files: Sequence[made.Rendition]) -> None:
        """Upload what was made, the master playlist last; then let it count."""
        ordered = sorted(files, key=lambda file: file.kind == Kind.HLS_MASTER)
        stored = partial(crash.point, f"{self.step} stored")
        place = self.platform, self.episode_id, self.revision
        self._record(swapping.store(*place, ordered, stored))
        crash.point(f"{self.step} recorded")

    def refuse(self, error: Refused) -> None:
        """Say why this recording cannot be used, and keep nothing of it."""
        with self.platform.database.session() as session:
            row = self.row(session)
            row.sentence, row.cause = error.sentence, error.cause
            end(row, ProcessingState.REFUSED)
            session.execute(delete(Recording).where(self._of(Recording)))
        self.drop_unreferenced(everything=True)

    def refresh_feed(self) -> None:
        """Render the feed anew if listeners can see this episode."""
        with self.platform.database.session() as session:
            episode = session.get(Episode, self.episode_id)
            if episode is None or not episode.is_public:
                return
            episode.show.touch()
            show_id = episode.show_id
        syndication.refresh_show(self.platform, show_id)

    def drop_what_was_joined(self) -> None:
        """Remove what was only kept until the film was whole."""
        with self.platform.database.session() as session:
            self.row(session)
            of_them = Rendition.kind.in_((Kind.CHUNK, Kind.STREAM_SOUND))
            gone = delete(Rendition).where(self._of(Rendition), of_them)
            keys = session.scalars(gone.returning(Rendition.key)).all()
            leftovers.let_go(session, self.episode_id, keys)

    def settle(self) -> None:
        """Let this recording be heard instead of all before it."""
        with self.platform.database.session() as session:
            self.row(session)
            replacing.settle(session, self.episode_id, self.revision)
        crash.point("settled")

    def drop_unreferenced(self, *, everything: bool = False) -> None:
        """Remove from storage what no row names: left by tries that were cut off.

        What was announced is spared, unless nobody else can be at work on it.
        """
        places = (f"{p}/{self.episode_id}/{self.revision}/" for p in PLACES)
        keys = [s.key for place in places for s in self.platform.storage.objects(place)]
        leftovers.drop(self.platform, keys, even_announced=everything)

    def _record(self, rows: list[Rendition]) -> None:
        with self.platform.database.session() as session:
            row = self.row(session)
            if not swapping.swap(self.platform, session, self.episode_id, rows):
                raise Superseded
            row.sentence, row.cause = "", ""
            if self.number is not None:
                self.has_made_chunk(session, row)

    def _fetch(self, row: Rendition, file: Path) -> None:
        unfinished = file.with_name(f"{file.name}.part")
        self.platform.storage.fetch(row.key, unfinished, sha256=row.sha256)
        unfinished.rename(file)

    def _of(self, table: type[Recording | Rendition]) -> ColumnElement[bool]:
        return and_(
            table.episode_id == self.episode_id, table.revision == self.revision
        )
