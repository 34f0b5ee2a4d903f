"""How a show begins."""

import re

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import BadRequest, Conflict
from app.models import Show
from app.models.identity import clean_line, clean_text, new_id
from feeds.guid import podcast_guid
from media_pipeline.words.language import is_tag

LONGEST_TITLE = 150  # characters
LONGEST_DESCRIPTION_BYTES = 4000  # what Apple takes
LONGEST_LANGUAGE = 3  # letters, without its country: ISO 639

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def add_show(
    session: Session,
    *,
    slug: str,
    title: str,
    description: str,
    language: str,
    category: str,
    author: str,
    email: str = "",
    public_url: str,
) -> Show:
    """Begin a show. A category may name its subcategory: `Science > Physics`."""
    if not _SLUG.fullmatch(slug) or len(slug) > 80:
        raise BadRequest("Please name the show with a-z, 0-9 and hyphens in between.")
    parts = [clean_line(part) for part in category.split(">", 1)]
    show = Show(
        id=new_id(),
        slug=slug,
        title=show_line(title, "a title"),
        description=show_description(description),
        language=show_language(language),
        category=show_line(parts[0], "a category"),
        subcategory=parts[1] if len(parts) > 1 else "",
        author=show_line(author, "an author"),
        email=clean_line(email),
        feed_version=0,
        podcast_guid="",
    )
    show.podcast_guid = podcast_guid(f"{public_url}/{show.feed_path}")
    try:
        with session.begin_nested():
            session.add(show)
    except IntegrityError as error:
        raise Conflict(f"There is already a show called {slug}.") from error
    return show


def show_language(code: str) -> str:
    """The code of a language as we keep it, or `BadRequest`."""
    code = code.strip()
    if not is_tag(code) or len(code.partition("-")[0]) > LONGEST_LANGUAGE:
        raise BadRequest("Please give the language as a code, such as en or en-gb.")
    return code.lower()


def show_line(text: str, what: str) -> str:
    """One line about a show as we keep it, or `BadRequest`."""
    line = clean_line(text)
    if not line:
        raise BadRequest(f"Please give the show {what}.")
    if len(line) > LONGEST_TITLE:
        raise BadRequest(f"Please keep {what} under {LONGEST_TITLE} characters.")
    return line


def show_description(text: str) -> str:
    """The paragraphs about a show as we keep them, or `BadRequest`."""
    paragraphs = clean_text(text).strip()
    if not paragraphs:
        raise BadRequest("Please give the show a description.")
    if len(paragraphs.encode()) > LONGEST_DESCRIPTION_BYTES:
        raise BadRequest("Please keep the description under 4000 bytes.")
    return paragraphs
