"""Search in what is public: titles, summaries, notes, and what was said."""

import json
from dataclasses import dataclass
from typing import Any

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
    found = session.scalars(query).unique()
    return [_hit(episode, words) for episode in found if _says(episode, words)]


def _mentions(word: str) -> ColumnElement[bool]:
    # SQLite knows the two cases of ASCII only.
    forms = {word.lower()} | (set() if word.isascii() else {word, word.capitalize()})
    return or_(*(_contains(form) for form in sorted(forms)))


def _contains(form: str) -> ColumnElement[bool]:
    as_json = json.dumps(form)[1:-1]  # cues are JSON, which escapes letters
    return or_(
        func.lower(Episode.title).contains(form, autoescape=True),
        func.lower(Episode.summary).contains(form, autoescape=True),
        func.lower(Episode.notes).contains(form, autoescape=True),
        func.lower(cast(Transcript.cues, String)).contains(as_json, autoescape=True),
    )


def _says(episode: Episode, words: list[str]) -> bool:
    # The database also finds the names of the JSON's own fields.
    spoken = [cue["text"] for cue in _cues(episode)]
    parts = [episode.title, episode.summary, episode.notes, *spoken]
    text = "\n".join(parts).casefold()
    return all(word.casefold() in text for word in words)


def _cues(episode: Episode) -> list[dict[str, Any]]:
    return episode.transcript.cues if episode.transcript else []


def _hit(episode: Episode, words: list[str]) -> Hit:
    is_timed = episode.transcript is not None and episode.transcript.timed
    for cue in _cues(episode):
        if any(word.casefold() in cue["text"].casefold() for word in words):
            start = cue["start_ms"] / 1000 if is_timed else None
            return Hit(episode, cue["text"], start)
    return Hit(episode, episode.summary, None)
