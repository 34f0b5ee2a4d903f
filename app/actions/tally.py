"""How far it is with what was asked to be made anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import jobs
from app.actions.inventory import Wanted
from app.models import Episode, Processing, ProcessingState
from app.platform import Platform
from media_pipeline.recipes import Form

_SUCCESS = "SUCCESS"


@dataclass(frozen=True, slots=True)
class Tally:
    """Of how many episodes it is over, well or not, and what share of all is done."""

    of: int
    over: int
    failed: int
    not_made: Sequence[str]  # slugs: when its turn came, nobody could, or need
    share: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class _One:
    share: float = 1.0
    is_over: bool = True
    failed: bool = False
    not_made: bool = False


class Watch:
    """Looks again and again; what was over stays over, also when DBOS forgets it."""

    def __init__(
        self, platform: Platform, wanted: Sequence[Wanted], queued: Sequence[str]
    ) -> None:
        """`queued` are the workflows that were begun for it."""
        self._platform = platform
        self._wanted = dict(zip(queued, wanted, strict=True))
        self._over: dict[str, _One] = {}

    def look(self) -> Tally:
        """Look at all of it once."""
        each = self._over | self._look_at(self._wanted.keys() - self._over.keys())
        self._over = {name: one for name, one in each.items() if one.is_over}
        missed = [self._wanted[n].slug for n, one in each.items() if one.not_made]
        return Tally(
            of=len(each),
            over=len(self._over),
            failed=sum(one.failed for one in each.values()),
            not_made=sorted(missed),
            share=sum(one.share for one in each.values()) / max(len(each), 1),
        )

    def _look_at(self, names: Iterable[str]) -> dict[str, _One]:
        states = jobs.states(self._platform, names)
        outputs = jobs.outputs(self._platform, names)
        films = _again(self._platform, [self._wanted[name] for name in names])
        return {
            name: _one(
                # It was queued: whoever does not know it has forgotten it since then.
                states.get(name, _SUCCESS),
                outputs.get(name),
                films.get(self._wanted[name].episode_id),
            )
            for name in names
        }


def _one(state: str, output: object, film: Processing | None) -> _One:
    if state not in jobs.OVER:
        return _One(0.0, is_over=False)
    if state != _SUCCESS:
        return _One(failed=True)
    if output is False:
        return _One(not_made=True)
    # The workflow of a film only queues the making of it.
    if film and not film.is_over:
        return _One(film.fraction, is_over=False)
    return _One(failed=film is not None and film.state != ProcessingState.READY)


def _again(platform: Platform, wanted: Sequence[Wanted]) -> dict[str, Processing]:
    ids = [one.episode_id for one in wanted if one.form == Form.FILM]
    query = select(Episode).where(Episode.id.in_(ids))
    both = selectinload(Episode.processings), selectinload(Episode.recordings)
    with platform.database.reading() as session:
        episodes = session.scalars(query.options(*both))
        newest = {one.id: one.processing for one in episodes}
    return {id_: work for id_, work in newest.items() if work and work.again}
