"""Search in what is public: titles, summaries, notes, and what was said."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, func, or_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.actions.catalogue import visible
from app.models import Episode, Transcript
from app.models.identity import clean_line

MOST_WORDS = 8
MOST_HITS = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """An episode, and where in it the words stand."""

    episode: Episode
    quote: str
    start_seconds: float | None  # of the quoted line, when it was spoken


def words_of(query: str) -> list[str]:
    """The words somebody typed, a sensible number of them."""
    return clean_line(query[:200]).split()[:MOST_WORDS]


def find(session: Session, words: list[str]) -> list[Hit]:
    """Public episodes in which every word occurs, newest first."""
    if not words:
        return []
    query = visible().outerjoin(Transcript, Transcript.episode_id == Episode.id)
    for word in words:
        query = query.where(_mentions(word))
    query = (
        query.order_by(Episode.published_at.desc())
        .limit(MOST_HITS)
        .options(
            joinedload(Episode.show),
            joinedload(Episode.transcript),
            selectinload(Episode.renditions),
        )
    )
    return [_hit(episode, words) for episode in session.scalars(query).unique()]


def _mentions(word: str) -> ColumnElement[bool]:
    # Cues are JSON, which writes letters beyond ASCII as \\uXXXX.
    as_json = word.encode("unicode-escape").decode()
    return or_(
        func.lower(Episode.title).contains(word.lower(), autoescape=True),
        func.lower(Episode.summary).contains(word.lower(), autoescape=True),
        func.lower(Episode.notes).contains(word.lower(), autoescape=True),
        func.lower(cast(Transcript.cues, String)).contains(
            as_json.lower(), autoescape=True
        ),
    )


def _hit(episode: Episode, words: list[str]) -> Hit:
    for cue in episode.transcript.cues if episode.transcript else []:
        if any(word.lower() in cue["text"].lower() for word in words):
            return Hit(episode, cue["text"], cue["start_ms"] / 1000)
    return Hit(episode, episode.summary, None)
