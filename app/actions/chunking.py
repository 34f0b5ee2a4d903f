"""The chunks of a film: derived from rows each time, and never counted."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Processing, Rendition
from media_pipeline.plan import FilmPlan
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
    return [
        number
        for number in range(len(plan.chunks))
        if any((Kind.CHUNK, name) not in made for name in names_of(plan, number))
    ]


def has_begun(session: Session, episode_id: str, revision: int) -> bool:
    """Whether it can be heard and watched already, whatever is still missing."""
    return {(Kind.SOUND, ""), (Kind.HLS_MASTER, "")} <= _made(
        session, episode_id, revision
    )


def is_whole(session: Session, episode_id: str, revision: int) -> bool:
    """Whether all is there from which the film is put together."""
    is_begun = has_begun(session, episode_id, revision)
    return is_begun and not missing(session, episode_id, revision)


def names_of(plan: FilmPlan, number: int) -> list[str]:
    """What the renditions of a chunk are called: one for each rung."""
    return [f"{rung.name}-{number:04}" for rung in plan.rest]


def _made(session: Session, episode_id: str, revision: int) -> set[tuple[str, str]]:
    wanted = select(Rendition.kind, Rendition.name).where(
        Rendition.episode_id == episode_id, Rendition.revision == revision
    )
    return {(kind, name) for kind, name in session.execute(wanted)}
