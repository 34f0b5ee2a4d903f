"""The words around an episode: notes, topics, people, chapters, transcript, artwork."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app.actions.addresses import add_under_free_slug
from app.actions.artwork import set_artwork, set_show_artwork
from app.actions.notes import render_notes
from app.actions.rewording import keep_earlier
from app.actions.shows import add_show
from app.actions.tagging import after_edit, after_show_edit
from app.database import now
from app.errors import BadRequest
from app.models import Chapter, Credit, Episode, Person, Topic, Transcript
from app.models.identity import clean_line, clean_text, new_id, slug
from media_pipeline.errors import Refused
from media_pipeline.words.captions import read_transcript
from media_pipeline.words.chapters import Chapter as NormalChapter
from media_pipeline.words.chapters import read_chapters

__all__ = [
    "add_show",
    "after_edit",
    "after_show_edit",
    "put_chapters",
    "set_artwork",
    "set_chapters",
    "set_credits",
    "set_notes",
    "set_show_artwork",
    "set_topics",
    "set_transcript",
]

LONGEST_NOTES = 20_000  # characters
LONGEST_NAME = 100
MOST_TOPICS = 10
MOST_CREDITS = 50

# The roles of the podcast taxonomy that are not heard, by their group.
_GROUPS = {
    "writing": {"author", "writer", "researcher", "editor", "translator"},
    "audio production": {"audio engineer", "technical director"},
    "audio post-production": {"audio editor", "sound designer", "composer"},
    "creative direction": {"director", "producer", "executive producer"},
    "visuals": {"graphic designer", "cover art designer"},
    "video production": {"camera operator", "lighting designer"},
}


def set_notes(episode: Episode, markdown: str) -> None:
    """Keep the notes as written, and as safe HTML."""
    notes = clean_text(markdown).strip()
    if len(notes) > LONGEST_NOTES:
        raise BadRequest(f"Please keep the notes under {LONGEST_NOTES} characters.")
    episode.notes, episode.notes_html = notes, render_notes(notes)
    episode.changed_at = now()


def set_topics(session: Session, episode: Episode, titles: Sequence[str]) -> None:
    """Put the episode under these topics; new ones are added."""
    wanted = {clean_line(title): None for title in titles if clean_line(title)}
    if len(wanted) > MOST_TOPICS:
        raise BadRequest(f"Please choose at most {MOST_TOPICS} topics.")
    topics = {t.id: t for t in (_topic(session, title) for title in wanted)}
    episode.topics = list(topics.values())
    episode.changed_at = now()


def set_credits(
    session: Session, episode: Episode, people: Sequence[tuple[str, str]]
) -> None:
    """Say who is heard or has helped: pairs of a name and a role."""
    named = [(clean_line(name), clean_line(role).lower()) for name, role in people]
    wanted = {(name, role or "host"): None for name, role in named if name}
    if len(wanted) > MOST_CREDITS:
        raise BadRequest(f"Please name at most {MOST_CREDITS} people.")
    episode.credits = [
        Credit(
            id=new_id(),
            person=_person(session, name),
            role=_short(role),
            group=_group(role),
            position=position,
        )
        for position, (name, role) in enumerate(wanted)
    ]
    episode.changed_at = now()


def set_chapters(episode: Episode, data: bytes, filename: str) -> None:
    """Read a file of chapters; an empty one takes them all away."""
    with _readable():
        chapters = read_chapters(data, filename) if data.strip() else ()
    put_chapters(episode, chapters)


def put_chapters(episode: Episode, chapters: Sequence[NormalChapter]) -> None:
    """Let these chapters, which are in normal form, be those of an episode."""
    episode.chapters = [
        Chapter(
            id=new_id(),
            start_ms=round(chapter.start_seconds * 1000),
            title=clean_line(chapter.title),
            link=chapter.link,
        )
        for chapter in chapters
    ]
    episode.changed_at = now()


def set_transcript(
    episode: Episode, data: bytes, filename: str, language: str = ""
) -> None:
    """Read a transcript or captions; an empty file takes them away."""
    _see_what_is_written(episode)
    if not data.strip():
        episode.transcript, episode.earlier_transcripts = None, []
        return
    with _readable():
        script = read_transcript(data, filename)
    if episode.transcript:
        keep_earlier(episode, episode.transcript)
    # The same row is filled again: one episode has one transcript.
    transcript = episode.transcript or Transcript(episode_id=episode.id)
    transcript.language = clean_line(language) or episode.spoken_language
    transcript.timed = script.timed
    transcript.made_by, transcript.machine_made_at = "", None
    transcript.reviewed_at = transcript.reviewed_by_user_id = None
    transcript.cues = [
        {
            "start_ms": round(cue.start_seconds * 1000),
            "end_ms": round(cue.end_seconds * 1000),
            "speaker": clean_line(cue.speaker),
            "text": clean_text(cue.text),
        }
        for cue in script.cues
    ]
    episode.transcript = transcript
    episode.changed_at = now()


def _see_what_is_written(episode: Episode) -> None:
    # A machine may be writing one at this moment. A person's comes after it, and wins.
    session = object_session(episode)
    if session is not None:
        session.flush()
        this = select(Episode.id).where(Episode.id == episode.id)
        session.execute(this.with_for_update())
        session.expire(episode, ["transcript"])


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise BadRequest(error.sentence, cause=error.cause) from error


def _topic(session: Session, title: str) -> Topic:
    title = _short(title)
    address = slug(title, fallback="topic")
    # Titles in other scripts share the fallback: only their letters tell them apart.
    same = Topic.title == title if address == "topic" else Topic.slug == address
    found = session.scalar(select(Topic).where(same))
    return found or add_under_free_slug(
        session, Topic(id=new_id(), title=title), address
    )


def _person(session: Session, name: str) -> Person:
    name = _short(name)
    found = session.scalar(select(Person).where(Person.name == name))
    return found or add_under_free_slug(
        session, Person(id=new_id(), name=name), slug(name, fallback="person")
    )


def _short(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise BadRequest(f"Please keep names under {LONGEST_NAME} characters.")
    return name


def _group(role: str) -> str:
    return next((group for group, roles in _GROUPS.items() if role in roles), "cast")
