"""What an MP4 says about itself: the same words as the MP3, and its chapters."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from mutagen.mp4 import MP4

from media_pipeline.errors import WrongOutput
from media_pipeline.programs.ffmpeg_program import TELLING, find_ffmpeg
from media_pipeline.programs.process import Limits, nobody, run
from media_pipeline.recipes import RECIPE, RECIPES
from media_pipeline.recording.probe import Probe, probe
from media_pipeline.rendition import EXACT_SECONDS, Digest, Rendition
from media_pipeline.sound.tags import Words, shortened
from media_pipeline.words.chapters import MOST_CHAPTERS, Chapter
from media_pipeline.words.language import three_letters

# ffmpeg cuts a longer one in the middle of a letter, and then nobody can read any.
TITLE_BYTES = 255
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "=;#\\\n"})
_TITLE = "\xa9nam"


def tag_film(film: Rendition, words: Words, folder: Path) -> Rendition:
    """Write `tagged.mp4`: the same picture and sound, with new words around them.

    The words that a film had before are gone: it may be tagged again and again.
    """
    before = probe(film.path)
    chapters = _without_gap(words, before.duration_seconds)
    said = folder / "words.txt"
    said.write_text(
        _long_words(words, chapters, before.duration_seconds), encoding="utf-8"
    )
    part = folder / "tagged.part.mp4"
    run(
        _command(film.path, said, words, chapters, part),
        limits=Limits.for_duration(before.duration_seconds).with_a_rewrite(film.size),
        on_progress=nobody,
        reads=[film.path, said, *filter(None, [words.artwork])],
        writes=folder,
    )
    said.unlink()
    _verify(part, before, words, chapters)
    made = part.replace(folder / "tagged.mp4")
    weighed = Digest.of(made)
    return dataclasses.replace(
        film,
        path=made,
        size=weighed.size,
        sha256=weighed.sha256,
        sha384=weighed.sha384,
        details=film.details | {RECIPE: RECIPES[film.kind]},
    )


def _without_gap(words: Words, seconds: float) -> list[Chapter]:
    # Chapters are a track of the film, which begins when the film does: without one
    # for what comes before it, the first would be moved there.
    inside = [chapter for chapter in words.chapters if chapter.start_seconds < seconds]
    begins_late = bool(inside) and inside[0].start_seconds > 0
    return [Chapter(0.0, words.title), *inside] if begins_late else inside


def _command(
    film: Path, said: Path, words: Words, chapters: list[Chapter], part: Path
) -> list[str]:
    command = [str(find_ffmpeg().path), "-nostdin", "-v", "error", "-y", *TELLING]
    command += ["-i", f"file:{film.absolute()}", "-f", "ffmetadata", "-i", str(said)]
    shown = ["-map", "0:v:0", "-map", "0:a:0"]
    if words.artwork:
        command += ["-i", f"file:{words.artwork.absolute()}"]
        shown += ["-map", "2:v:0", "-disposition:v:1", "attached_pic"]
    language = f"language={three_letters(words.language)}"
    return [
        *command,
        *shown,
        *("-map_metadata", "1", "-map_chapters", "1", "-c", "copy"),
        *_short_words(words, chapters),
        *("-metadata:s:a:0", language, "-fflags", "+bitexact"),
        *("-movflags", "+faststart", "-f", "mp4", f"file:{part.absolute()}"),
    ]


def _short_words(words: Words, chapters: list[Chapter]) -> Iterator[str]:
    said = {
        "title": words.title,
        "artist": words.artist,
        "album_artist": words.artist,
        "album": words.album,
        "date": words.date.isoformat() if words.date else "",
        "genre": words.genre,
        "track": str(words.track or ""),
        "description": words.summary,
        "comment": words.link,
        "copyright": words.copyright,
    }
    for name, text in said.items():
        if text:
            yield from ("-metadata", f"{name}={text}")
    for number, chapter in enumerate(chapters):
        title = shortened(chapter.title, TITLE_BYTES)
        yield from (f"-metadata:c:{number}", f"title={title}")


def _long_words(words: Words, chapters: list[Chapter], seconds: float) -> str:
    """The transcript, too long for a command, and where chapters lie: ffmetadata."""
    starts = [round(chapter.start_seconds * 1000) for chapter in chapters]
    ends = [*starts[1:], round(seconds * 1000)]
    lines = [
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}"
        for start, end in zip(starts, ends, strict=False)
    ]
    spoken = [f"lyrics={_escaped(words.transcript)}"] if words.transcript else []
    return "\n".join([";FFMETADATA1", *spoken, *lines]) + "\n"


def _escaped(text: str) -> str:
    # A line that ends in a backslash goes on for ffmpeg, though that one is escaped.
    return (f"{text}\n" if text.endswith("\\") else text).translate(_SPECIAL)


def _verify(part: Path, before: Probe, words: Words, chapters: list[Chapter]) -> None:
    after, tag = probe(part), MP4(part)
    starts = [chapter.start for chapter in tag.chapters or []]
    # The list of chapters holds no more; their track has that of the gap as well.
    listed = chapters[:MOST_CHAPTERS]
    is_same = (
        after.picture is not None
        and after.sound is not None
        and abs(after.duration_seconds - before.duration_seconds) <= EXACT_SECONDS
        and after.has_cover == bool(words.artwork)
        and (tag.get(_TITLE) or [""]) == [words.title]
        and starts == [chapter.start_seconds for chapter in listed]
    )
    if not is_same:
        raise WrongOutput("The film could not be labelled.", cause=f"{after}, {starts}")
