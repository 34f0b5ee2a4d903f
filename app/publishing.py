"""`commoncast publish`: a recording goes in, and we wait until the episode is whole."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import details, intake, publication, replacing, syndication
from app.actions.artwork import set_artwork, set_show_artwork
from app.actions.shows import add_show
from app.database import now
from app.errors import BadRequest, NotFound, NotReady
from app.models import Episode, Processing, ProcessingState, Show
from app.models.identity import clean_text
from app.platform import Platform
from app.worker import run_here

LARGEST_TEXT = 10 * 1024 * 1024  # bytes, of notes, chapters or a transcript
CONSENT = "The person who published from the command line holds everyone's consent."

REPLACED = "The person who replaced the recording holds everyone's consent."

OnChange = Callable[[Processing], None]


@dataclass(frozen=True, slots=True)
class Text:
    """A file of words, read before any work begins."""

    filename: str
    data: bytes

    @classmethod
    def read(cls, path: Path) -> "Text":
        """Read the file, or raise `BadRequest`."""
        if existing_file(path).stat().st_size > LARGEST_TEXT:
            raise BadRequest(f"{path} is too large for a file of words.")
        return cls(path.name, path.read_bytes())

    @property
    def words(self) -> str:
        """What it says, if it is UTF-8."""
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadRequest(f"{self.filename} is not a text in UTF-8.") from error


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be published, and how."""

    recording: Path
    show: str
    title: str
    summary: str = ""
    notes: Path | None = None
    topics: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    artwork: Path | None = None
    chapters: Path | None = None
    transcript: Path | None = None
    publish_at: datetime | None = None
    consent_held: bool = False
    draft: bool = False
    although_damaged: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """Where the finished episode is."""

    episode_id: str
    episode_url: str
    feed_url: str
    video_feed_url: str
    is_published: bool  # or will be, at its hour
    remarks: tuple[str, ...]  # on the recording
    seconds: float  # that it took


def publish(platform: Platform, order: Order, on_change: OnChange) -> Published:
    """Make the episode, and publish it unless it shall stay a draft.

    Whatever is refused, on the way too, leaves nothing behind. What is damaged stays a
    draft, for somebody to listen to, unless it was ordered otherwise.
    """
    started_at = time.monotonic()
    _check(order)
    episode_id = _begin(platform, order)
    with _nothing_half_made(platform, episode_id):
        if order.artwork:
            set_artwork(platform, episode_id, order.artwork)
        name = order.recording.name
        waiting = intake.receive(platform, episode_id, order.recording, name)
        _insist(run_here(platform, waiting, on_change))
        if is_wanted := _may_be_heard(platform, episode_id, order):
            publication.publish(platform, episode_id, None, order.publish_at)
    seconds = round(time.monotonic() - started_at, 1)
    return _done(platform, episode_id, is_wanted, seconds)


def replace(
    platform: Platform,
    slug: str,
    recording: Path,
    on_change: OnChange,
    *,
    consent_held: bool,
) -> str:
    """Give an episode another recording; its address, once that is heard.

    Whatever goes wrong on the way, the recording before it stays.
    """
    existing_file(recording)
    with platform.database.reading() as session:
        episode = session.scalar(select(Episode).where(Episode.slug == slug))
        if episode is None:
            raise NotFound(f'There is no episode "{slug}".')
    agreed = intake.Agreement(REPLACED) if consent_held else None
    waiting = intake.receive(
        platform, episode.id, recording, recording.name, agreed=agreed
    )
    with _old_one_kept(platform, episode.id):
        _insist(run_here(platform, waiting, on_change))
    return platform.url(f"episodes/{slug}")


def begin_show(
    platform: Platform, facts: dict[str, str], artwork: Path | None = None
) -> str:
    """Add a show with its artwork; the address of its feed."""
    with platform.database.session() as session:
        show = add_show(session, **facts, public_url=platform.settings.public_url)
    if artwork:
        try:
            set_show_artwork(platform, show.id, artwork)
        except BaseException:
            _forget_show(platform, show.id)
            raise
    syndication.refresh_show(platform, show.id)
    return platform.url(show.feed_path)


def existing_file(path: Path) -> Path:
    """This path, if a file is there that can be read."""
    if not path.is_file():
        raise BadRequest(f"There is no file {path}.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {error.strerror}.") from error
    return path


def show_by_slug(session: Session, slug: str) -> Show:
    """The show with this name, or `NotFound`."""
    show = session.scalar(select(Show).where(Show.slug == slug))
    if show is None:
        raise NotFound(f'There is no show "{slug}". `commoncast show add` makes one.')
    return show


def _forget_show(platform: Platform, show_id: str) -> None:
    with platform.database.session() as session:
        session.delete(session.get_one(Show, show_id))


def _check(order: Order) -> None:
    existing_file(order.recording)
    if order.artwork:
        existing_file(order.artwork)
    if not (order.draft or order.consent_held):
        raise NotReady(
            "Everyone who is heard must have agreed: say so with --consent-held, "
            "or keep the episode a --draft."
        )


def _begin(platform: Platform, order: Order) -> str:
    with platform.database.session() as session:
        show = show_by_slug(session, order.show)
        if not (order.draft or show.artwork_key):
            raise NotReady("The show needs artwork before anything can be published.")
        episode = intake.new_episode(session, show, title=order.title)
        _add_words(session, episode, order)
        if order.consent_held:
            publication.record_consent(session, episode, None, CONSENT)
        if not order.draft:
            # Whatever happens to us, the workers know what was wished.
            episode.publish_when_ready = order.publish_at or now()
        return episode.id


def _add_words(session: Session, episode: Episode, order: Order) -> None:
    episode.summary = clean_text(order.summary).strip()
    details.set_topics(session, episode, order.topics)
    details.set_credits(session, episode, order.people)
    if order.notes:
        details.set_notes(episode, Text.read(order.notes).words)
    if order.chapters:
        text = Text.read(order.chapters)
        details.set_chapters(episode, text.data, text.filename)
    if order.transcript:
        text = Text.read(order.transcript)
        details.set_transcript(episode, text.data, text.filename)


@contextmanager
def _nothing_half_made(platform: Platform, episode_id: str) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C too: who stops it does not want it
        publication.delete(platform, episode_id)
        raise


@contextmanager
def _old_one_kept(platform: Platform, episode_id: str) -> Iterator[None]:
    try:
        yield
    except BaseException:  # Ctrl-C too
        replacing.keep_old(platform, episode_id)
        raise


def _insist(processing: Processing) -> None:
    if processing.state == ProcessingState.REFUSED:
        raise BadRequest(processing.sentence, cause=processing.cause)
    if processing.state == ProcessingState.FAILED:
        raise NotReady(f"{processing.sentence} ({processing.cause})")


def _may_be_heard(platform: Platform, episode_id: str, order: Order) -> bool:
    with platform.database.reading() as session:
        is_damaged = publication.is_damaged(session.get_one(Episode, episode_id))
    return not order.draft and (order.although_damaged or not is_damaged)


def _done(
    platform: Platform,
    episode_id: str,
    is_published: bool,
    seconds: float,
) -> Published:
    with platform.database.reading() as session:
        episode = session.get_one(Episode, episode_id)
        remarks = episode.processing.remarks if episode.processing else []
        return Published(
            episode_id=episode_id,
            episode_url=platform.url(f"episodes/{episode.slug}"),
            feed_url=platform.url(episode.show.feed_path),
            video_feed_url=platform.url(episode.show.video_feed_path),
            is_published=is_published,
            remarks=tuple(remarks or []),
            seconds=seconds,
        )
