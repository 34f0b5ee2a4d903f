"""What the tests of transcripts ask and do."""

import threading

from app.actions import details, listening
from app.models import Episode, Transcript, Transcription
from app.platform import Platform

SECONDS = 8.0
OURS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nOur own words.\n"


def row_of(platform: Platform, episode_id: str) -> Transcription:
    with platform.database.reading() as session:
        return session.get_one(Transcription, episode_id)


def transcript_of(platform: Platform, episode_id: str) -> Transcript | None:
    with platform.database.reading() as session:
        return session.get_one(Episode, episode_id).transcript


def hand_in(platform: Platform, episode_id: str) -> None:
    """A host brings a transcript."""
    with platform.database.session() as session:
        details.set_transcript(session.get_one(Episode, episode_id), OURS, "ours.vtt")


def listen(platform: Platform, episode_id: str) -> None:
    """Take the part that is waited for, as a worker does."""
    name = row_of(platform, episode_id).workflow_id
    listening.listen(platform, name, episode_id, threading.Event())
    listening.go_on(platform, episode_id)
