"""The form of an episode: what was typed, what of it cannot be used, and keeping it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.actions import details, publication
from app.actions.renaming import rename
from app.actions.scripts import chapters_of
from app.errors import BadRequest, CommoncastError
from app.models import Episode, User
from app.models.identity import clean_text
from app.studio.posting import file, text
from feeds.rules.languages import LANGUAGES
from media_pipeline.words.chapter_forms import write_lines

CONSENT = (
    "Everyone heard in this episode agreed in writing to its publication, and knows "
    "that they can take it back."
)
KINDS = ("full", "trailer", "bonus")
LONGEST_SUMMARY = 1000  # characters
HIGHEST_NUMBER = 100_000
LARGEST_TEXT_FILE = 10 * 1024 * 1024  # bytes

_CODE = re.compile(r"[a-z]{2}(?:-[a-z0-9]{2,8}){0,2}")
_FIELDS = (
    *("title", "summary", "notes", "topics", "people", "chapters", "season"),
    *("number", "kind", "language", "explicit", "consent", "publish_at"),
)


@dataclass(slots=True)
class Words:
    """What stands in the fields, and a sentence beside each that is wrong."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def beside(self, name: str) -> Iterator[None]:
        """Put what is said against this field beside it."""
        try:
            yield
        except CommoncastError as error:
            self.problems[name] = error.sentence


def words_of(episode: Episode) -> Words:
    """The fields as an episode fills them."""
    people = (f"{c.person.name}: {c.role}" for c in episode.credits)
    return Words(
        {
            "title": episode.title,
            "summary": episode.summary,
            "notes": episode.notes,
            "topics": ", ".join(topic.title for topic in episode.topics),
            "people": "\n".join(people),
            "chapters": _chapter_lines(episode),
            "season": str(episode.season or ""),
            "number": str(episode.number or ""),
            "kind": episode.kind,
            "language": episode.language,
            "explicit": "yes" if episode.explicit else "",
            "consent": "yes" if episode.consents else "",
            "publish_at": "",
        }
    )


def words_in(form: FormData) -> Words:
    """The fields as they were sent."""
    return Words({name: text(form, name) for name in _FIELDS})


def keep(
    session: Session, episode: Episode, by: User, form: FormData, words: Words
) -> None:
    """Write everything down, and say beside the fields what cannot be."""
    said = words.values
    changes: dict[str, Callable[[], object]] = {
        "title": lambda: rename(session, episode, said["title"]),
        "summary": lambda: _set_summary(episode, said["summary"]),
        "notes": lambda: details.set_notes(episode, said["notes"]),
        "topics": lambda: details.set_topics(
            session, episode, said["topics"].replace("\n", ",").split(",")
        ),
        "people": lambda: details.set_credits(
            session, episode, _people(said["people"])
        ),
        "language": lambda: _set_language(episode, said["language"]),
        "chapters": lambda: _set_chapters(episode, form, said["chapters"]),
        "transcript": lambda: _set_transcript(episode, form),
        "season": lambda: setattr(episode, "season", _number(said["season"])),
        "number": lambda: setattr(episode, "number", _number(said["number"])),
        "kind": lambda: setattr(episode, "kind", _kind(said["kind"])),
        "consent": lambda: _note_consent(session, episode, by, said["consent"]),
    }
    episode.explicit = bool(said["explicit"])
    for name, change in changes.items():
        with words.beside(name):
            change()


def _set_summary(episode: Episode, summary: str) -> None:
    summary = clean_text(summary).strip()
    if len(summary) > LONGEST_SUMMARY:
        raise BadRequest(f"Please keep this under {LONGEST_SUMMARY} characters.")
    episode.summary = summary


def _people(lines: str) -> list[tuple[str, str]]:
    people = []
    for line in lines.splitlines():
        name, colon, role = line.rpartition(":")
        people.append((name, role) if colon else (line, ""))
    return people


def _set_chapters(episode: Episode, form: FormData, lines: str) -> None:
    sent = file(form, "chapters_file")
    if sent is not None:
        details.set_chapters(episode, _read(form, "chapters_file"), sent.filename or "")
    elif _lines(lines) != _lines(_chapter_lines(episode)):
        details.set_chapters(episode, lines.encode(), "chapters.txt")


def _set_transcript(episode: Episode, form: FormData) -> None:
    sent = file(form, "transcript")
    if sent is not None:
        details.set_transcript(
            episode, _read(form, "transcript"), sent.filename or "", episode.language
        )
    elif text(form, "no_transcript"):
        details.set_transcript(episode, b"", "")


def _read(form: FormData, name: str) -> bytes:
    sent = file(form, name)
    data = sent.file.read(LARGEST_TEXT_FILE + 1) if sent else b""
    if len(data) > LARGEST_TEXT_FILE:
        raise BadRequest("This is too large for a file of words.")
    return data


def _note_consent(session: Session, episode: Episode, by: User, ticked: str) -> None:
    if ticked and not episode.consents:
        publication.record_consent(session, episode, by, CONSENT)


def _number(typed: str) -> int | None:
    if not typed.strip():
        return None
    digits = typed.strip()
    if not (
        digits.isascii() and digits.isdigit() and 0 < int(digits[:9]) < HIGHEST_NUMBER
    ):
        raise BadRequest("Please write a number, such as 3, or nothing.")
    return int(digits)


def _kind(chosen: str) -> str:
    if chosen not in KINDS:
        raise BadRequest("Please choose one of these.")
    return chosen


def _set_language(episode: Episode, typed: str) -> None:
    before, words = episode.spoken_language, episode.transcript
    episode.language = _language(typed)
    if words and words.language == before:  # it is what was said, not a translation
        words.language = episode.spoken_language


def _language(typed: str) -> str:
    code = typed.strip().lower()
    known = _CODE.fullmatch(code) and code.partition("-")[0] in LANGUAGES
    if code and not known:
        raise BadRequest("Please write a code, such as en or de, or nothing.")
    return code


def _chapter_lines(episode: Episode) -> str:
    return write_lines(chapters_of(episode)).rstrip()


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]
