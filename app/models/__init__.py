"""One table each, with the rules that need only itself."""

from app.models.access import Host, SignInLink, User, WebSession
from app.models.announcement import Announcement
from app.models.chunk import Chunk
from app.models.consent import Consent
from app.models.credit import Credit, Person
from app.models.departure import Departure
from app.models.episode import Episode, Publication, Withdrawal
from app.models.feed_key import FeedKey
from app.models.feed_object import FeedObject
from app.models.feed_review import FeedReview
from app.models.feed_snapshot import FeedSnapshot
from app.models.lease import Lease
from app.models.leftover import Leftover
from app.models.live_item import LiveItem
from app.models.move import Move, MoveItem, MoveState
from app.models.processing import Processing, ProcessingState
from app.models.recording import Recording
from app.models.rendition import Rendition
from app.models.script import Chapter, EarlierTranscript, Transcript
from app.models.show import Show
from app.models.topic import Topic, episode_topics
from app.models.transcription import Transcription, TranscriptionState
from app.models.upload import Upload

__all__ = [
    "Announcement",
    "Chapter",
    "Chunk",
    "Consent",
    "Credit",
    "Departure",
    "EarlierTranscript",
    "Episode",
    "FeedKey",
    "FeedObject",
    "FeedReview",
    "FeedSnapshot",
    "Host",
    "Lease",
    "Leftover",
    "LiveItem",
    "Move",
    "MoveItem",
    "MoveState",
    "Person",
    "Processing",
    "ProcessingState",
    "Publication",
    "Recording",
    "Rendition",
    "Show",
    "SignInLink",
    "Topic",
    "Transcript",
    "Transcription",
    "TranscriptionState",
    "Upload",
    "User",
    "WebSession",
    "Withdrawal",
    "episode_topics",
]
