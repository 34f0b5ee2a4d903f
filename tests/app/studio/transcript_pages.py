"""A transcript that a machine has made, and its editor as a browser sees it."""

import re
from html import unescape
from typing import Any

from httpx2 import Response
from sqlalchemy.orm import Session

from app.database import now
from app.models import Episode, Show, Transcript
from app.platform import Platform
from tests.factories import add_words, make_episode, publish

_FIELD = re.compile(
    r'<(?:input type="hidden" name="([a-z0-9-]+)" value="([^"]*)"'
    r'|input name="(speaker-\d+)" value="([^"]*)"'
    r'|textarea name="(text-\d+)"[^>]*>\n?([^<]*))'
)


def heard_by_machine(session: Session, show: Show) -> Episode:
    """A machine has written down what is said in it."""
    made = publish(add_words(make_episode(session, show), session))
    made.transcript = Transcript(
        language="en", cues=cues(3), made_by="little", machine_made_at=now()
    )
    return made


def cues(count: int) -> list[dict[str, Any]]:
    return [
        {
            "start_ms": 1000 * number,
            "end_ms": 1000 * number + 900,
            "speaker": "",
            "text": f"Line number {number} & more.",
        }
        for number in range(count)
    ]


def words_of(platform: Platform, episode: Episode) -> Transcript:
    with platform.database.reading() as session:
        words = session.get_one(Episode, episode.id).transcript
        assert words is not None
        return words


def texts(platform: Platform, episode: Episode) -> list[str]:
    return [cue["text"] for cue in words_of(platform, episode).cues]


def fields_of(page: Response) -> dict[str, Any]:
    """The form as a browser would send it back."""
    form = page.text.partition("data-lines")[2].partition("</form>")[0]
    found: dict[str, Any] = {}
    for groups in _FIELD.findall(form):
        name, value = next(group for group in groups if group), groups[1::2]
        found[name] = unescape("".join(value))
    return found
