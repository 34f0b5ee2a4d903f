"""Chapters as files: lines, Podlove's XML and WebVTT. `chapters.py` reads them.

The podcast namespace's JSON is written by `feeds`, ID3 by `sound/tags.py`, MP4 by
`film/tags.py`.
"""

import re
from collections.abc import Sequence

from lxml import etree

from media_pipeline.words.chapters import PODLOVE, Chapter
from media_pipeline.words.spoken import JOINER
from media_pipeline.words.timecode import write_time
from media_pipeline.words.webvtt import escaped

# At the beginning of a title, it would be taken for a line between it and the time; at
# the end, an address for a link. Nobody sees a word joiner.
_LIKE_A_DASH = re.compile(r"^(?=[-\u2013\u2014:|\])])")
_LIKE_A_LINK = re.compile(r"<(?=https?://[^\s<>]+>$)")


def write_lines(chapters: Sequence[Chapter]) -> str:
    """A line for each: `00:01:02 Title <https://example.org/>`, or `00:01:02.500`."""
    return "".join(f"{_line(chapter)}\n" for chapter in chapters)


def write_podlove(chapters: Sequence[Chapter]) -> bytes:
    """Podlove Simple Chapters, as a document of its own."""
    root = etree.Element(f"{PODLOVE}chapters", nsmap={"psc": PODLOVE[1:-1]})
    root.set("version", "1.2")
    for chapter in chapters:
        element = etree.SubElement(root, f"{PODLOVE}chapter")
        element.set("start", write_time(chapter.start_seconds))
        element.set("title", chapter.title)
        if chapter.link:
            element.set("href", chapter.link)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def write_vtt(chapters: Sequence[Chapter], seconds: float) -> str:
    """WebVTT for a recording of so many seconds; a link is the name of its cue."""
    starts = [chapter.start_seconds for chapter in chapters]
    ends = [*starts[1:], max([seconds, *(start + 0.001 for start in starts)])]
    cues = map(_cue, chapters, ends)
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _line(chapter: Chapter) -> str:
    title = _LIKE_A_DASH.sub(JOINER, chapter.title)
    title = _LIKE_A_LINK.sub(rf"\g<0>{JOINER}", title)
    link = f" <{chapter.link}>" if chapter.link else ""
    return f"{write_time(chapter.start_seconds).removesuffix('.000')} {title}{link}"


def _cue(chapter: Chapter, end: float) -> str:
    name = f"{chapter.link}\n" if chapter.link else ""
    times = f"{write_time(chapter.start_seconds)} --> {write_time(end)}"
    return f"{name}{times}\n{escaped(chapter.title)}"
