"""What was made by which recipe, and asking for what should be made anew."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, joinedload, selectinload

from app import jobs
from app.database import now
from app.errors import NotFound, NotReady
from app.models import Episode, Rendition, Show
from app.platform import Platform
from media_pipeline.recipes import (
    HEARD,
    MAKES,
    RECIPES,
    Form,
    form_is_outdated,
    recipe_of,
)
from media_pipeline.rendition import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """How many renditions of a kind were made by a recipe."""

    kind: Kind
    recipe: int
    count: int

    @property
    def is_outdated(self) -> bool:
        """Whether we make them differently now."""
        return self.recipe < RECIPES[self.kind]


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which episodes; empty: of all."""

    show: str = ""
    episode: str = ""
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A form of an episode that shall be made anew."""

    episode_id: str
    slug: str
    form: Form
    edition: str

    @property
    def workflow_id(self) -> str:
        """The name of its durable workflow: asking twice is asking once."""
        return jobs.redo_id(self.episode_id, self.form, self.edition)


def survey(platform: Platform, choice: Choice) -> list[Line]:
    """Count what is heard and seen now."""
    with platform.database.reading() as session:
        counted = Counter(
            (Kind(row.kind), recipe_of(row.details))
            for episode in _episodes(session, choice)
            for row in _current(episode)
        )
    lines = [Line(kind, recipe, count) for (kind, recipe), count in counted.items()]
    shown = [line for line in lines if line.is_outdated or not choice.outdated]
    return sorted(shown, key=lambda line: (list(Kind).index(line.kind), line.recipe))


def wanting(platform: Platform, form: Form, choice: Choice) -> list[Wanted]:
    """Of which episodes this form would be made anew."""
    with platform.database.reading() as session:
        return [
            Wanted(episode.id, episode.slug, form, _edition(form, rows))
            for episode in _episodes(session, choice)
            if _can_have(episode, form)
            for rows in [_current(episode)]
            if not choice.outdated or form_is_outdated(form, _made(rows))
        ]


def queue(platform: Platform, wanted: Sequence[Wanted]) -> list[str]:
    """Ask for all of it; the names of the workflows.

    What waits already is not asked for again. What is over, well or not, is.
    """
    queued: list[str] = []
    try:
        known = jobs.states(platform, [one.workflow_id for one in wanted])
        for one in wanted:
            is_over = known.get(one.workflow_id) in jobs.OVER
            edition = f"{one.edition}-{now():%Y%m%d%H%M%S}" if is_over else one.edition
            jobs.enqueue_redo(platform, one.episode_id, one.form, edition)
            queued.append(jobs.redo_id(one.episode_id, one.form, edition))
    except SQLAlchemyError as error:
        raise NotReady(
            f"The database did not answer: {len(queued)} of {len(wanted)} episodes "
            "were queued. Please give the same command again.",
            cause=str(error),
        ) from error
    return queued


def _episodes(session: Session, choice: Choice) -> Iterator[Episode]:
    query = select(Episode).where(~Episode.withdrawal.has()).order_by(Episode.slug)
    if choice.show:
        if session.scalar(select(Show.id).where(Show.slug == choice.show)) is None:
            raise NotFound(f'There is no show "{choice.show}".')
        query = query.where(Episode.show.has(Show.slug == choice.show))
    if choice.episode:
        query = query.where(Episode.slug == choice.episode)
    found = list(
        session.scalars(
            query.options(
                joinedload(Episode.show),
                selectinload(Episode.renditions),
                selectinload(Episode.recordings),
                selectinload(Episode.chapters),
            )
        )
    )
    if choice.episode and not found:
        raise NotFound(f'There is no episode "{choice.episode}".')
    yield from found


def _current(episode: Episode) -> list[Rendition]:
    heard = episode.heard_revision
    return [r for r in episode.renditions if r.revision == heard]


def _made(rows: Sequence[Rendition]) -> list[tuple[Kind, dict[str, object]]]:
    return [(Kind(row.kind), row.details) for row in rows]


def _can_have(episode: Episode, form: Form) -> bool:
    kinds = {row.kind for row in _current(episode)}
    if form == Form.CHAPTER_IMAGES:
        return Kind.HLS_MASTER in kinds and bool(episode.chapters)
    if form in {Form.SOUND, Form.TAGS} and _was_kept(episode):
        return False
    return (Kind.SOUND if form in HEARD else Kind.HLS_MASTER) in kinds


def _was_kept(episode: Episode) -> bool:
    # It moved in, and somebody wished to have it byte for byte: see `moved_media`.
    heard = episode.heard_revision
    came = {r.sha256 for r in episode.recordings if r.revision == heard}
    return any(r.sha256 in came for r in _current(episode) if r.kind == Kind.SOUND)


def _edition(form: Form, rows: Sequence[Rendition]) -> str:
    its = sorted(row.key for row in rows if row.kind in MAKES[form])
    digest = hashlib.sha256("\n".join(its).encode()).hexdigest()
    return f"v{max(RECIPES[kind] for kind in MAKES[form])}-{digest[:16]}"
