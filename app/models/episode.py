"""An episode: a published unit, sound or film."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, now
from app.models.identity import new_id
from app.models.show import Show
from app.models.topic import Topic, episode_topics

if TYPE_CHECKING:
    from app.models.consent import Consent
    from app.models.credit import Credit
    from app.models.processing import Processing
    from app.models.recording import Recording
    from app.models.rendition import Rendition
    from app.models.script import Chapter, EarlierTranscript, Transcript
    from app.models.transcription import Transcription

NO_RECORDING = 0  # the revision of what belongs to the words, such as artwork


class Episode(Base):
    """One conversation: its words here, its sound and film in renditions."""

    __tablename__ = "episodes"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    show_id: Mapped[str] = mapped_column(ForeignKey("shows.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    guid: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")  # Markdown, as written
    notes_html: Mapped[str] = mapped_column(default="")  # sanitised, as shown
    language: Mapped[str] = mapped_column(default="")  # empty: the show's
    season: Mapped[int | None]
    number: Mapped[int | None]
    kind: Mapped[str] = mapped_column(default="full")  # full, trailer, bonus
    explicit: Mapped[bool] = mapped_column(default=False)
    # Moments, places ...: see `actions.episode_particulars`.
    particulars: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=0)  # of the recording; 0: none yet
    # Which recording is heard, since one was finished or gone back to.
    settled_revision: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    publish_at: Mapped[datetime | None]  # when the clock shall publish it
    # Publish it once its recording is ready, but not before this moment.
    publish_when_ready: Mapped[datetime | None]
    published_at: Mapped[datetime | None]  # first time; kept for ever, as pubDate

    show: Mapped[Show] = relationship()
    topics: Mapped[list[Topic]] = relationship(
        secondary=episode_topics, order_by=Topic.title
    )
    credits: Mapped[list["Credit"]] = relationship(
        order_by="Credit.position", cascade="all, delete-orphan"
    )
    chapters: Mapped[list["Chapter"]] = relationship(
        order_by="Chapter.start_ms", cascade="all, delete-orphan"
    )
    transcript: Mapped["Transcript | None"] = relationship(cascade="all, delete-orphan")
    earlier_transcripts: Mapped[list["EarlierTranscript"]] = relationship(
        order_by="EarlierTranscript.kept_at", cascade="all, delete-orphan"
    )
    transcription: Mapped["Transcription | None"] = relationship(
        cascade="all, delete-orphan"
    )
    renditions: Mapped[list["Rendition"]] = relationship(cascade="all, delete-orphan")
    recordings: Mapped[list["Recording"]] = relationship(cascade="all, delete-orphan")
    processings: Mapped[list["Processing"]] = relationship(
        order_by="Processing.revision", cascade="all, delete-orphan"
    )
    consents: Mapped[list["Consent"]] = relationship(cascade="all, delete-orphan")
    publication: Mapped["Publication | None"] = relationship(
        cascade="all, delete-orphan"
    )
    withdrawal: Mapped["Withdrawal | None"] = relationship(cascade="all, delete-orphan")

    @property
    def is_public(self) -> bool:
        """Whether anybody may hear it. The queries in `catalogue` say the same."""
        return self.publication is not None and self.withdrawal is None

    @property
    def spoken_language(self) -> str:
        """The language of this episode, else the show's."""
        return self.language or self.show.language

    @property
    def heard_revision(self) -> int:
        """The recording that is heard: the first as soon as it is sound.

        One that replaces another is heard once everything of it is there.
        """
        return heard_among(self.renditions, self.settled_revision, self.revision)

    def is_same_recording(self, one: int, other: int) -> bool:
        """Whether two revisions were made of one recording."""
        digests = {r.revision: r.sha256 for r in self.recordings}
        return one == other or (one in digests and digests[one] == digests.get(other))

    @property
    def has_untouched_words(self) -> bool:
        """Whether no person has read or changed what a machine wrote down."""
        words = self.transcript
        return words is not None and words.is_unread and not self.earlier_transcripts

    def rendition(self, kind: str) -> "Rendition | None":
        """The rendition of this kind that is heard or seen now."""
        found = self.current(kind)
        return found[0] if found else None

    def current(self, kind: str) -> list["Rendition"]:
        """All of this kind that are heard or seen now.

        What a person gave goes before what we made of a recording.
        """
        return current_among(self.renditions, kind, self.heard_revision)

    @property
    def is_video(self) -> bool:
        """Whether its main rendition is film."""
        return self.rendition("film") is not None

    @property
    def processing(self) -> "Processing | None":
        """How far the newest recording is that nobody has set aside."""
        aside = {r.revision for r in self.recordings if r.replaced_at is not None}
        current = [p for p in self.processings if p.revision not in aside]
        return max(current, key=lambda p: p.revision, default=None)


class Made(Protocol):
    """A rendition, as an object or as a few columns of its row."""

    @property
    def kind(self) -> str:
        """Of which kind."""

    @property
    def revision(self) -> int:
        """Of which recording."""


M = TypeVar("M", bound=Made)


def heard_among(made: Sequence[Made], settled: int | None, newest: int) -> int:
    """See `Episode.heard_revision`."""
    if settled is not None:
        return settled
    return max((m.revision for m in made if m.kind == "sound"), default=newest)


def current_among(made: Sequence[M], kind: str, heard: int) -> list[M]:
    """See `Episode.current`."""
    kinds = [m for m in made if m.kind == kind]
    return [m for m in kinds if m.revision == NO_RECORDING] or [
        m for m in kinds if m.revision == heard
    ]


def guid_of(episode_id: str) -> str:
    """The guid of an episode that was born here: its id, written as a UUID."""
    return str(UUID(episode_id))


class Publication(Base):
    """This episode is public: since when in this round, and who said so."""

    __tablename__ = "publications"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(default=now)
    by_user_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )


class Withdrawal(Base):
    """This episode was taken back for good: its addresses answer 410."""

    __tablename__ = "withdrawals"

    episode_id: Mapped[str] = mapped_column(
        ForeignKey("episodes.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(default=now)
    by_user_id: Mapped[str | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    reason: Mapped[str] = mapped_column(default="")
