"""Somebody speaks: a few seconds of the demo, as one of our finished sounds."""

from pathlib import Path

from tests.media_pipeline.recordings import ffmpeg

_TALK = Path(__file__).parents[2] / "demo" / "talk.mp3"


def speak(path: Path, seconds: float = 8, *, after: float = 0) -> Path:
    """Speech, after so many seconds of silence."""
    delay = f"adelay={round(after * 1000)}:all=1,apad=whole_dur={after + seconds}"
    cut = ["-ss", "2", "-t", str(seconds), "-i", str(_TALK)]
    ffmpeg(*cut, "-af", delay, "-b:a", "64k", str(path))
    return path
