"""Every word of an episode with its time: read, and written for players and people.

Cues are plain text. Whatever markup, style or script came along is left behind.
"""

import html
import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from media_pipeline.errors import UnusableText
from media_pipeline.plain_text import decode, one_line, without_tags
from media_pipeline.timecode import LONGEST_SECONDS, bounded, read_time, write_time

MOST_CUES = 50_000
LONGEST_NAME = 100  # characters
VTT_WIDTH, SRT_WIDTH = 65, 32  # characters, as Apple and the podcast namespace ask

_BLANK = re.compile(r"\n[ \t]*\n\s*")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")
_SRT_MARKUP = re.compile(
    r"</?(?:i|b|u|s|font|c|v)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE
)
_SAID_BY = re.compile(
    r"(?P<name>[^\W\d_][^:.,;!?\n]{0,39}):\s+(?P<text>\S.*)", re.DOTALL
)
_LONGEST_NAME_WORDS = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """A few words, when they are said, and by whom if that is known."""

    start_seconds: float
    end_seconds: float
    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A transcript. Without times, its cues are paragraphs that all start at 0."""

    cues: tuple[Cue, ...]
    timed: bool = True


def read_transcript(data: bytes, filename: str) -> Script:
    """Read WebVTT, SRT, podcast or Whisper JSON, or text. Raises `UnusableText`."""
    text = decode(data, f"file {filename}").strip()
    timed = True
    if text.startswith("WEBVTT"):
        found = _from_webvtt(text)
    elif text.startswith("{"):
        found = _from_json(text)
    elif "-->" in text:
        found = _from_srt(text)
    else:
        found, timed = _from_paragraphs(text), False
    cues = sorted((cue for cue in found if cue), key=lambda cue: cue.start_seconds)
    if not cues:
        raise UnusableText(f"No words were found in {filename}.")
    if len(cues) > MOST_CUES:
        raise UnusableText(f"{filename} has more than {MOST_CUES} cues.")
    return Script(tuple(cues), timed)


def write_vtt(script: Script) -> str:
    """WebVTT, with the speakers as voices."""
    return "\n\n".join(["WEBVTT", *map(_vtt_cue, _timed(script))]) + "\n"


def write_srt(script: Script) -> str:
    """SubRip: the speaker is named at every change."""
    blocks = []
    speaker = ""
    for number, cue in enumerate(_timed(script), start=1):
        name = f"{cue.speaker}: " if cue.speaker not in ("", speaker) else ""
        speaker = cue.speaker
        words = _wrapped(f"{name}{cue.text}", SRT_WIDTH).replace("-->", "->")
        start, end = (
            write_time(cue.start_seconds, ","),
            write_time(cue.end_seconds, ","),
        )
        blocks.append(f"{number}\n{start} --> {end}\n{words}\n")
    return "\n".join(blocks)


def write_text(script: Script) -> str:
    """What was said, one paragraph for each turn of a speaker."""
    if not script.timed:
        return "\n\n".join(map(_said, script.cues)) + "\n"
    turns = groupby(script.cues, key=lambda cue: cue.speaker)
    paragraphs = (
        _said(Cue(0, 0, " ".join(cue.text for cue in turn), speaker))
        for speaker, turn in turns
    )
    return "\n\n".join(paragraphs) + "\n"


def write_json(script: Script) -> str:
    """The JSON of the podcast namespace."""
    segments = [
        ({"speaker": cue.speaker} if cue.speaker else {})
        | {
            "startTime": cue.start_seconds,
            "endTime": cue.end_seconds,
            "body": cue.text,
        }
        for cue in _timed(script)
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False)


def _from_webvtt(text: str) -> Iterator[Cue | None]:
    for block in _BLANK.split(text):
        timing, words = _timing(block)
        if timing:
            yield from _voices(*timing, words)


def _timing(block: str) -> tuple[tuple[float, float] | None, str]:
    lines = block.split("\n")
    # The first line may be the name of the cue; notes and styles have no times.
    for number, line in enumerate(lines[:2]):
        start, arrow, rest = line.partition("-->")
        if arrow:
            times = _span(read_time(start), read_time((rest.split() or [""])[0]))
            return times, "\n".join(lines[number + 1 :])
    return None, ""


def _span(start: float | None, end: float | None) -> tuple[float, float] | None:
    if start is None or start >= LONGEST_SECONDS:
        return None
    if end is None or end <= start:  # nobody could read it, but the words are real
        end = min(start + 1, LONGEST_SECONDS)
    return start, end


def _voices(start: float, end: float, words: str) -> Iterator[Cue | None]:
    before, *voiced = _VOICE.split(words)
    yield _cue(start, end, without_tags(before))
    for name, said in zip(voiced[::2], voiced[1::2], strict=True):
        yield _cue(start, end, without_tags(said), html.unescape(name))


def _cue(start: float, end: float, text: str, speaker: str = "") -> Cue | None:
    words = one_line(text)
    name = one_line(speaker)[:LONGEST_NAME].strip()
    return Cue(start, end, words, name) if words else None


def _from_json(text: str) -> Iterator[Cue | None]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableText("The transcript is not valid JSON.") from error
    listed = document.get("segments") if isinstance(document, dict) else None
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict):
            yield _segment(item)


def _segment(item: dict[str, Any]) -> Cue | None:
    # The podcast namespace and Whisper differ in three names.
    start = _number(item.get("startTime", item.get("start")))
    end = _number(item.get("endTime", item.get("end")))
    text, speaker = item.get("body", item.get("text")), item.get("speaker", "")
    times = _span(start, end)
    if times is None or not isinstance(text, str):
        return None
    return _cue(*times, text, speaker if isinstance(speaker, str) else "")


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return bounded(value)


def _from_srt(text: str) -> Iterator[Cue | None]:
    for block in _BLANK.split(text):
        timing, words = _timing(block)
        if timing:
            speaker, said = _who_said(_SRT_MARKUP.sub("", words))
            yield _cue(*timing, said, speaker)


def _from_paragraphs(text: str) -> Iterator[Cue | None]:
    for paragraph in _BLANK.split(text):
        speaker, said = _who_said(paragraph)
        yield _cue(0.0, 0.0, said, speaker)


def _who_said(words: str) -> tuple[str, str]:
    found = _SAID_BY.fullmatch(words.strip())
    if found and _is_name(found["name"].split()):
        return found["name"], found["text"]
    return "", words


def _is_name(words: list[str]) -> bool:
    # "Speaker 1" and "Ada van Dijk" are names; "And then he said" is not.
    is_short = len(words) <= _LONGEST_NAME_WORDS
    return is_short and not (words[0][0].islower() or words[-1][0].islower())


def _timed(script: Script) -> Iterable[Cue]:
    if not script.timed:
        raise UnusableText("This transcript has no times, so it makes no captions.")
    return script.cues


def _vtt_cue(cue: Cue) -> str:
    times = f"{write_time(cue.start_seconds)} --> {write_time(cue.end_seconds)}"
    voice = f"<v {_escaped(cue.speaker)}>" if cue.speaker else ""
    return f"{times}\n{voice}{_escaped(_wrapped(cue.text, VTT_WIDTH))}"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _wrapped(text: str, width: int) -> str:
    return "\n".join(
        textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    )


def _said(cue: Cue) -> str:
    return f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text
