"""How far it is with what was asked to be made anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import jobs
from app.actions.inventory import Wanted
from app.models import Episode, Processing, ProcessingState
from app.platform import Platform
from media_pipeline.recipes import Form

_DONE, _SUCCESS = 1.0, "SUCCESS"


@dataclass(frozen=True, slots=True)
class Tally:
    """Of how many episodes it is over, well or not, and what share of all is done."""

    of: int
    over: int
    failed: int
    share: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class _One:
    share: float = 0.0
    is_over: bool = False
    failed: bool = False


def count(platform: Platform, wanted: Sequence[Wanted], queued: Sequence[str]) -> Tally:
    """Look at all of it once. `queued` are the workflows that were begun for it."""
    states = jobs.states(platform, queued)
    films = _again(platform, [one for one in wanted if one.form == Form.FILM])
    each = [
        _one(states.get(workflow_id), films.get(one.episode_id))
        for one, workflow_id in zip(wanted, queued, strict=True)
    ]
    return Tally(
        of=len(each),
        over=sum(one.is_over for one in each),
        failed=sum(one.failed for one in each),
        share=sum(one.share for one in each) / max(len(each), 1),
    )


def _one(state: str | None, film: Processing | None) -> _One:
    if state not in jobs.OVER:
        return _One()
    if state != _SUCCESS:
        return _One(_DONE, is_over=True, failed=True)
    # The workflow of a film only queues the making of it.
    if film and not film.is_over:
        return _One(film.fraction)
    failed = film is not None and film.state != ProcessingState.READY
    return _One(_DONE, is_over=True, failed=failed)


def _again(platform: Platform, wanted: Sequence[Wanted]) -> dict[str, Processing]:
    ids = [one.episode_id for one in wanted]
    query = select(Episode).where(Episode.id.in_(ids))
    both = selectinload(Episode.processings), selectinload(Episode.recordings)
    with platform.database.reading() as session:
        episodes = session.scalars(query.options(*both))
        newest = {one.id: one.processing for one in episodes}
    return {id_: work for id_, work in newest.items() if work and work.again}
