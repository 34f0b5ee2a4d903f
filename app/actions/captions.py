"""The captions of an episode as a file, for those who make its film."""

from pathlib import Path

from app.actions.scripts import script_of
from app.actions.wording import transcript_of
from app.models import Episode
from app.platform import Platform
from media_pipeline.words.captions import write_vtt


def captions_file(
    platform: Platform, episode_id: str, folder: Path, revision: int | None = None
) -> Path | None:
    """WebVTT in this folder; None when nobody has written down when what is said."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        transcript = transcript_of(episode, revision) if episode else None
    if transcript is None or not transcript.timed or not transcript.cues:
        return None
    file = folder / "captions.vtt"
    file.write_text(write_vtt(script_of(transcript)), encoding="utf-8")
    return file
