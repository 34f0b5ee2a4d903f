"""What an MP3 says about itself: its title, artwork, chapters, and its podcast."""

import datetime
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mutagen import id3

from media_pipeline.errors import WrongOutput
from media_pipeline.recording.probe import probe
from media_pipeline.rendition import BLOCK, Kind, Rendition, finished
from media_pipeline.sound.id3_order import chapter_starts, in_reading_order
from media_pipeline.words.chapters import Chapter
from media_pipeline.words.language import three_letters

UTF8 = 3  # ID3 encoding
NOT_IN_BYTES = 0xFFFFFFFF  # chapters are told by time, not by their place in the file

# ffmpeg, and all players made of it, lose a chapter that holds a larger frame: they
# read the size as ID3v2.3 wrote it. Two bytes are for the encoding and an end.
INNER_BYTES = 125


@dataclass(frozen=True, slots=True)
class Words:
    """What is known about an episode."""

    title: str
    artist: str
    album: str
    track: int | None = None
    season: int | None = None
    date: datetime.date | None = None
    language: str = ""  # BCP 47
    summary: str = ""
    link: str = ""
    feed_url: str = ""
    guid: str = ""
    copyright: str = ""
    genre: str = "Podcast"
    chapters: tuple[Chapter, ...] = ()
    transcript: str = ""
    artwork: Path | None = None  # a JPEG of ours
    keywords: tuple[str, ...] = ()


def tag_sound(plain: Path, words: Words, folder: Path) -> Rendition:
    """Write `tagged.mp3`: the plain sound behind a complete ID3v2.4 tag."""
    sound = probe(plain)
    tag = _bytes_of(_frames(words, sound.duration_seconds))
    part = folder / "tagged.part.mp3"
    with part.open("wb") as file, plain.open("rb") as source:
        file.write(tag)
        while block := source.read(BLOCK):
            file.write(block)
    _verify(part, plain, words, len(tag))
    return finished(
        Kind.SOUND,
        part.replace(folder / "tagged.mp3"),
        "audio/mpeg",
        duration_seconds=sound.duration_seconds,
        bitrate=sound.sound.bitrate if sound.sound else None,
        codecs="mp4a.6b",
    )


def shortened(title: str, most_bytes: int) -> str:
    """As much of a title as fits into so many bytes, and a sign that it goes on."""
    if len(title.encode()) <= most_bytes:
        return title
    return title.encode()[: most_bytes - 3].decode(errors="ignore").rstrip() + "\u2026"


def _bytes_of(frames: list[Any]) -> bytes:
    tag = id3.ID3()
    for frame in frames:
        tag.add(frame)
    file = io.BytesIO()
    tag.save(file, v1=0, v2_version=4, padding=lambda _: 0)
    # mutagen writes chapters by size, and many players show them as they come.
    return in_reading_order(file.getvalue())


def _frames(words: Words, seconds: float) -> list[Any]:
    language = three_letters(words.language)
    frames = [
        *_texts(words),
        *_addresses(words),
        id3.PCST(value=1),
        *_chapters(words.chapters, seconds),
    ]
    if words.summary:
        frames.append(id3.COMM(UTF8, lang=language, desc="", text=words.summary))
    if words.transcript:
        frames.append(id3.USLT(UTF8, lang=language, desc="", text=words.transcript))
    if words.artwork:
        picture = words.artwork.read_bytes()
        frames.append(
            id3.APIC(UTF8, "image/jpeg", id3.PictureType.COVER_FRONT, "", picture)
        )
    return frames


def _texts(words: Words) -> list[Any]:
    day = words.date.isoformat() if words.date else ""
    texts: dict[Any, str] = {
        id3.TIT2: words.title,
        id3.TPE1: words.artist,
        id3.TALB: words.album,
        id3.TRCK: str(words.track or ""),
        id3.TPOS: str(words.season or ""),
        id3.TDRC: day,
        id3.TDRL: day,
        id3.TCON: words.genre,
        id3.TLAN: three_letters(words.language),
        id3.TCOP: _copyright(words),
        id3.TGID: words.guid,
        id3.TDES: words.summary,
        id3.TCAT: words.genre,
        id3.TKWD: ",".join(words.keywords),
    }
    return [frame(UTF8, text=text) for frame, text in texts.items() if text]


def _copyright(words: Words) -> str:
    # ID3 wants a year and a space in front.
    if not words.copyright or re.match(r"\d{4} ", words.copyright) or not words.date:
        return words.copyright
    return f"{words.date.year} {words.copyright}"


def _addresses(words: Words) -> list[Any]:
    addresses: dict[Any, str] = {id3.WOAF: words.link, id3.WFED: words.feed_url}
    return [frame(url=_ascii(url)) for frame, url in addresses.items() if url]


def _ascii(address: str) -> str:
    return quote(address, safe=":/?#[]@!$&'()*+,;=%~")


def _chapters(chapters: tuple[Chapter, ...], seconds: float) -> list[Any]:
    end = round(seconds * 1000)
    inside = [c for c in chapters if round(c.start_seconds * 1000) < end]
    if not inside:
        return []
    starts = [round(chapter.start_seconds * 1000) for chapter in inside]
    names = [f"chp{number}" for number in range(len(inside))]
    flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
    return [
        id3.CTOC("toc", flags, names, [id3.TIT2(UTF8, text="Chapters")]),
        *map(_chapter, names, starts, [*starts[1:], end], inside),
    ]


def _chapter(name: str, start: int, end: int, chapter: Chapter) -> Any:
    title = shortened(chapter.title, INNER_BYTES)
    inner: list[Any] = [id3.TIT2(UTF8, text=title)]
    link = _ascii(chapter.link)
    if 0 < len(link) <= INNER_BYTES:
        inner.append(id3.WXXX(UTF8, desc="", url=link))
    return id3.CHAP(name, start, end, NOT_IN_BYTES, NOT_IN_BYTES, inner)


def _verify(part: Path, plain: Path, words: Words, tag_size: int) -> None:
    with part.open("rb") as file:
        starts = chapter_starts(file.read(tag_size))
    read = id3.ID3(part, translate=False)
    problems = {
        "size": part.stat().st_size != tag_size + plain.stat().st_size,
        "order of chapters": starts != sorted(starts),
        "number of chapters": len(starts) != len(read.getall("CHAP")),
        "title": str(read.get("TIT2", "")) != words.title,
        "artwork": bool(words.artwork) != bool(read.getall("APIC")),
    }
    if any(problems.values()):
        wrong = ", ".join(name for name, is_wrong in problems.items() if is_wrong)
        raise WrongOutput("The sound could not be labelled.", cause=f"tags: {wrong}")
