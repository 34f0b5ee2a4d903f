"""The words of an episode that moves in: fetched, understood, and written down."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import nh3
from markdownify import markdownify
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import details, episode_particulars, intake, publication
from app.actions.artwork import set_artwork
from app.actions.moved_media import fetched_picture
from app.database import now
from app.errors import CommoncastError
from app.models import Episode, Show
from app.models.identity import clean_line, clean_text
from app.outbound import Outbound
from app.platform import Platform
from feeds.document import TranscriptLink
from feeds.foreign import ForeignItem
from feeds.foreign.values import plain
from media_pipeline.words.chapters import MOST_CHAPTERS, Chapter, normal

LARGEST_TEXT = 10 * 1024 * 1024  # bytes
STATEMENT = "It was published before, at its old host, with everybody's agreement."
_MARKDOWN_TAGS = {"p", "br", "a", "strong", "em", "b", "i", "ul", "ol", "li", "code"}
_HEADINGS = {"h1", "h2", "h3", "h4", "blockquote"}
_ENDINGS = {
    "text/vtt": "vtt",
    "application/x-subrip": "srt",
    "application/srt": "srt",
    "application/json": "json",
    "text/html": "html",
    "text/plain": "txt",
}  # the best first


@dataclass(frozen=True, slots=True)
class Words:
    """Texts that lie beside the old feed."""

    transcript: bytes = b""
    transcript_name: str = ""
    language: str = ""
    chapters: bytes = b""
    left_out: str = ""  # a sentence about what could not be brought


def gather(outbound: Outbound, item: ForeignItem) -> Words:
    """Fetch the transcript and the chapters; what does not come is left out."""
    missing = []
    transcript, name, language = b"", "", ""
    for link in _best_first(item.transcripts):
        transcript = _fetched(outbound, link.url)
        if transcript:
            name = f"transcript.{_ENDINGS[link.content_type]}"
            language = link.language
            break
    if item.transcripts and not transcript:
        missing.append("Its transcript could not be fetched.")
    chapters = _fetched(outbound, item.chapters_url) if item.chapters_url else b""
    if item.chapters_url and not chapters and not item.chapters:
        missing.append("Its chapters could not be fetched.")
    return Words(transcript, name, language, chapters, " ".join(missing))


def write(
    session: Session, show: Show, item: ForeignItem, words: Words, wants_public: bool
) -> str:
    """The episode for an item of the old feed: made now, or begun before. Its id."""
    episode = session.scalar(select(Episode).where(Episode.guid == item.guid))
    if episode is None:
        title = clean_line(item.title)[: intake.LONGEST_TITLE] or "Untitled episode"
        episode = intake.new_episode(session, show, title=title)
        episode.guid = item.guid
    _fill_in(episode, item)
    _say(session, episode, item, words)
    if wants_public:
        episode.publish_when_ready = now()
        if not episode.consents:
            publication.record_consent(session, episode, None, STATEMENT)
    return episode.id


def hang_picture(
    platform: Platform, outbound: Outbound, episode_id: str, url: str
) -> None:
    """Give it its old picture; it can do without."""
    if not url:
        return
    with fetched_picture(platform, outbound, url) as picture:
        if picture is not None:
            _quietly(lambda: set_artwork(platform, episode_id, picture))


def publish(platform: Platform, episode_id: str) -> None:
    """Open it to all now: it is whole already."""
    publication.publish_when_ready(platform, episode_id)


def markdown_of(html: str) -> str:
    """Show notes as a host of ours would have written them."""
    safe = nh3.clean(html, tags=_MARKDOWN_TAGS | _HEADINGS, attributes={"a": {"href"}})
    try:
        text = str(markdownify(safe, heading_style="ATX"))
    except RecursionError:  # tags within tags within tags
        text = plain(html)
    return clean_text(text).strip()[: details.LONGEST_NOTES]


def _fill_in(episode: Episode, item: ForeignItem) -> None:
    episode.published_at = episode.published_at or item.published_at
    episode.season, episode.number = item.season, item.number
    episode.kind, episode.explicit = item.kind, item.explicit
    episode.particulars = episode_particulars.imported(item)


def _say(session: Session, episode: Episode, item: ForeignItem, words: Words) -> None:
    episode.summary = clean_text(item.summary).strip()[:1000]
    details.set_notes(episode, markdown_of(item.notes_html))
    people = [(c.name[: details.LONGEST_NAME], c.role) for c in item.credits]
    details.set_credits(session, episode, people[: details.MOST_CREDITS])
    if words.chapters:
        _quietly(lambda: details.set_chapters(episode, words.chapters, "chapters.json"))
    if item.chapters and not episode.chapters:
        details.put_chapters(episode, _normal(item))
    if words.transcript:
        _quietly(
            lambda: details.set_transcript(
                episode, words.transcript, words.transcript_name, words.language
            )
        )


def _normal(item: ForeignItem) -> tuple[Chapter, ...]:
    # As if they had been given to us in a file: files of ours can hold no others.
    found = (Chapter(c.start_seconds, c.title, c.link) for c in item.chapters)
    return normal(found)[:MOST_CHAPTERS]


def _quietly(change: Callable[[], None]) -> None:
    # A text that cannot be read is not worth an episode.
    with suppress(CommoncastError):
        change()


def _best_first(links: tuple[TranscriptLink, ...]) -> list[TranscriptLink]:
    order = list(_ENDINGS)
    known = [link for link in links if link.content_type in _ENDINGS]
    return sorted(known, key=lambda link: order.index(link.content_type))


def _fetched(outbound: Outbound, url: str) -> bytes:
    try:
        return outbound.fetch(url, most_bytes=LARGEST_TEXT).body
    except CommoncastError:
        return b""
