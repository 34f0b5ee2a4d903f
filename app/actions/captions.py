"""The captions of an episode as a file, for those who make its film."""

from pathlib import Path

from app.models import Episode, Transcript
from app.platform import Platform
from media_pipeline.captions import Cue, Script, write_vtt


def captions_file(platform: Platform, episode_id: str, folder: Path) -> Path | None:
    """WebVTT in this folder; None when nobody has written down when what is said."""
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        transcript = episode.transcript if episode else None
    if transcript is None or not transcript.timed or not transcript.cues:
        return None
    file = folder / "captions.vtt"
    file.write_text(write_vtt(_script(transcript)), encoding="utf-8")
    return file


def _script(transcript: Transcript) -> Script:
    cues = (
        Cue(
            start_seconds=cue["start_ms"] / 1000,
            end_seconds=cue["end_ms"] / 1000,
            text=cue["text"],
            speaker=cue.get("speaker", ""),
        )
        for cue in transcript.cues
    )
    return Script(cues=tuple(cues), timed=transcript.timed)
