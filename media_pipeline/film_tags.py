"""What an MP4 says about itself: the same words as the MP3, and its chapters."""

import dataclasses
from pathlib import Path

from media_pipeline.errors import WrongOutput
from media_pipeline.ffmpeg_program import find_ffmpeg
from media_pipeline.language import three_letters
from media_pipeline.probe import Probe, probe
from media_pipeline.process import Limits, run
from media_pipeline.recipes import RECIPE, RECIPES
from media_pipeline.rendition import Digest, Rendition
from media_pipeline.tags import Words

EXACT_SECONDS = 0.1
_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "=;#\\\n"})


def tag_film(film: Rendition, words: Words, folder: Path) -> Rendition:
    """Write `tagged.mp4`: the same picture and sound, with new words around them.

    The words that a film had before are gone: it may be tagged again and again.
    """
    before = probe(film.path)
    said = folder / "words.txt"
    said.write_text(_metadata(words, before.duration_seconds), encoding="utf-8")
    part = folder / "tagged.part.mp4"
    run(
        _command(film.path, said, words, part),
        limits=Limits.for_duration(before.duration_seconds),
        reads=[film.path, said, *filter(None, [words.artwork])],
        writes=folder,
    )
    said.unlink()
    _verify(part, before, words)
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


def _command(film: Path, said: Path, words: Words, part: Path) -> list[str]:
    command = [str(find_ffmpeg().path), "-nostdin", "-v", "error", "-y"]
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
        *("-metadata:s:a:0", language, "-fflags", "+bitexact"),
        *("-movflags", "+faststart", "-f", "mp4", f"file:{part.absolute()}"),
    ]


def _metadata(words: Words, seconds: float) -> str:
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
    lines = [f"{name}={_escaped(text)}" for name, text in said.items() if text]
    return "\n".join([";FFMETADATA1", *lines, *_chapters(words, seconds)]) + "\n"


def _chapters(words: Words, seconds: float) -> list[str]:
    inside = [c for c in words.chapters if c.start_seconds < seconds]
    starts = [round(chapter.start_seconds * 1000) for chapter in inside]
    ends = [*starts[1:], round(seconds * 1000)]
    return [
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\n"
        f"title={_escaped(chapter.title)}"
        for start, end, chapter in zip(starts, ends, inside, strict=False)
    ]


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)


def _verify(part: Path, before: Probe, words: Words) -> None:
    after = probe(part)
    is_same = (
        after.picture is not None
        and after.sound is not None
        and abs(after.duration_seconds - before.duration_seconds) <= EXACT_SECONDS
        and after.has_cover == bool(words.artwork)
    )
    if not is_same:
        raise WrongOutput("The film could not be labelled.", cause=f"{after}")
