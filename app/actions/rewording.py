"""A person mends a transcript, a page at a time; what was there before is kept.

Every change names the version that it was made from. If another is there by now,
nothing is written: what was typed comes back, laid over the words of the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.actions.cues import Line
from app.database import now
from app.errors import BadRequest, Conflict, NotFound
from app.models import EarlierTranscript, Episode, Transcript, User
from media_pipeline.words.captions import MOST_CUES

KEPT = 20  # earlier versions of a transcript
CHANGED = (
    "Somebody else has changed this transcript since you opened it. Your lines stand "
    "below over theirs, and nothing is saved yet: look through them and save again."
)

Change = Callable[[Sequence[Line]], list[Line]]


class Changed(Conflict):
    """The transcript is another one than the one that was edited."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes it, and from which version."""

    by: User
    version: str


def reword(
    session: Session,
    episode: Episode,
    editor: Editor,
    change: Change,
    *,
    is_read: bool = False,
) -> None:
    """Change the cues, and keep those that were there. Raises `Changed`.

    `is_read`: whoever changes them has read everything.
    """
    words = _same(session, episode, editor.version)
    changed = change([Line.of(cue) for cue in words.cues])
    if not changed:
        raise BadRequest(
            "That would leave nothing. To remove the whole transcript, go to the words "
            "of the episode."
        )
    if len(changed) > MOST_CUES:
        raise BadRequest(f"A transcript has at most {MOST_CUES} lines.")
    cues = [line.cue() for line in changed]
    if cues != words.cues:
        keep_earlier(episode, words)
        words.cues = cues
    if is_read:
        _note_reading(words, editor)


def undo(session: Session, episode: Episode, editor: Editor) -> None:
    """Back to how it was before the last change."""
    words = _same(session, episode, editor.version)
    if not episode.earlier_transcripts:
        raise Conflict("There is nothing to undo.")
    episode.earlier_transcripts.pop().put_back(words)


def note_reading(session: Session, episode: Episode, editor: Editor) -> None:
    """Somebody has read it, and answers for it now."""
    _note_reading(_same(session, episode, editor.version), editor)


def keep_earlier(episode: Episode, words: Transcript) -> None:
    """Let what is there now be found by `undo`."""
    before = episode.earlier_transcripts
    before.append(EarlierTranscript.of(words))
    del before[:-KEPT]


def _same(session: Session, episode: Episode, version: str) -> Transcript:
    # The episode first, as everybody does who changes its transcript.
    session.get(Episode, episode.id, with_for_update=True)
    words = session.get(Transcript, episode.id, with_for_update=True)
    if words is None:
        raise NotFound("This episode has no transcript any more.")
    if words.version != version:
        raise Changed(CHANGED)
    return words


def _note_reading(words: Transcript, editor: Editor) -> None:
    words.reviewed_at, words.reviewed_by_user_id = now(), editor.by.id
