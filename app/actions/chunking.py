"""The chunks of a film: derived from rows each time, and never counted."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Processing, Rendition
from media_pipeline.film.chunks import chunk_name
from media_pipeline.film.plan import FilmPlan, Rung
from media_pipeline.rendition import Kind


def plan_of(session: Session, episode_id: str, revision: int) -> FilmPlan | None:
    """How the film of a recording is made, once that is decided."""
    kept = session.scalar(
        select(Processing.film_plan).where(
            Processing.episode_id == episode_id, Processing.revision == revision
        )
    )
    return FilmPlan.from_json(kept) if kept else None


def missing(session: Session, episode_id: str, revision: int) -> list[int]:
    """The numbers of the chunks that somebody must still make."""
    plan = plan_of(session, episode_id, revision)
    made = _made(session, episode_id, revision)
    if plan is None or (Kind.FILM, "") in made:
        return []  # there is no film, or it was joined, and its chunks were dropped
    return _lacking(plan.rest, len(plan.chunks), made)


def missing_first(session: Session, episode_id: str, revision: int) -> list[int]:
    """The same of the first rungs, where they are made in chunks."""
    plan = plan_of(session, episode_id, revision)
    made = _made(session, episode_id, revision)
    return _lacking(plan.first, len(plan.first_chunks), made) if plan else []


def has_begun(session: Session, episode_id: str, revision: int) -> bool:
    """Whether it can be heard and watched already, whatever is still missing."""
    return {(Kind.SOUND, ""), (Kind.HLS_MASTER, "")} <= _made(
        session, episode_id, revision
    )


def is_whole(session: Session, episode_id: str, revision: int) -> bool:
    """Whether all is there from which the film is put together."""
    is_begun = has_begun(session, episode_id, revision)
    return is_begun and not missing(session, episode_id, revision)


def _lacking(
    rungs: Sequence[Rung], count: int, made: set[tuple[str, str]]
) -> list[int]:
    names = {n: [chunk_name(rung, n) for rung in rungs] for n in range(count)}
    return [
        n for n in names if any((Kind.CHUNK, name) not in made for name in names[n])
    ]


def _made(session: Session, episode_id: str, revision: int) -> set[tuple[str, str]]:
    wanted = select(Rendition.kind, Rendition.name).where(
        Rendition.episode_id == episode_id, Rendition.revision == revision
    )
    return {(kind, name) for kind, name in session.execute(wanted)}
