"""The words, chapters and outline of an episode, as all their forms come from them."""

from dataclasses import replace

from app.models import Episode, Rendition, Transcript
from media_pipeline.rendition import Kind
from media_pipeline.words.captions import Cue, Script, normal
from media_pipeline.words.chapters import Chapter

UNREAD = "This transcript was made by a machine. Nobody has checked it yet."


def script_of(transcript: Transcript) -> Script:
    """The transcript in normal form, whoever wrote its row."""
    cues = (
        Cue(
            start_seconds=cue["start_ms"] / 1000,
            end_seconds=cue["end_ms"] / 1000,
            text=cue["text"],
            speaker=cue.get("speaker", ""),
        )
        for cue in transcript.cues
    )
    script = normal(cues, timed=transcript.timed)
    return replace(script, note=UNREAD) if transcript.is_unread else script


def chapters_of(episode: Episode) -> tuple[Chapter, ...]:
    """The chapters, as the pipeline knows them."""
    return tuple(
        Chapter(chapter.start_ms / 1000, chapter.title, chapter.link)
        for chapter in episode.chapters
    )


def chapter_images(episode: Episode) -> dict[int, Rendition]:
    """The pictures of the film by the milliseconds at which they were taken."""
    # After an edit a chapter may begin elsewhere: better no picture than a wrong one.
    return {
        image.details["start_ms"]: image
        for image in episode.current(Kind.CHAPTER_IMAGE)
        if "start_ms" in image.details
    }


def bars_of(episode: Episode) -> list[int]:
    """The outline of the sound of an episode without film, from 0 to 100."""
    found = None if episode.is_video else episode.rendition(Kind.WAVEFORM)
    return list(found.details.get("bars", [])) if found else []
