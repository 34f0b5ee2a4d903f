"""Transcripts and captions in every form: read from all of them, written in all.

Cues are plain text. Whatever markup, style or script came along is left behind.
"""

import re
from collections.abc import Iterable
from itertools import islice

from media_pipeline.errors import UnusableText
from media_pipeline.words.plain_text import decode
from media_pipeline.words.script import Cue, Script, normal
from media_pipeline.words.subrip import read_srt, write_srt
from media_pipeline.words.transcript_html import read_html, write_html
from media_pipeline.words.transcript_json import read_json, write_json
from media_pipeline.words.transcript_text import read_text, write_text
from media_pipeline.words.webvtt import read_vtt, write_vtt

__all__ = [
    "Cue",
    "Script",
    "normal",
    "read_transcript",
    "write_html",
    "write_json",
    "write_srt",
    "write_text",
    "write_vtt",
]

MOST_CUES = 50_000

_VTT = re.compile(r"WEBVTT(?:\s|$)")
_JSON = re.compile(r"\{|\[\s*\{")
_SRT = re.compile(r"^[ \t]*[\d:.,]+[ \t]*-->", re.MULTILINE)


def read_transcript(data: bytes, filename: str) -> Script:
    """Read WebVTT, SRT, JSON, HTML or text. Raises `UnusableText`."""
    found, timed = _read(decode(data, f"file {filename}").strip())
    cues = list(islice(found, MOST_CUES + 1))  # no more than need be is looked at
    if len(cues) > MOST_CUES:
        raise UnusableText(f"{filename} has more than {MOST_CUES} cues.")
    script = normal(cues, timed=timed)
    if not script.cues:
        raise UnusableText(f"No words were found in {filename}.")
    return script


def _read(text: str) -> tuple[Iterable[Cue], bool]:
    if _VTT.match(text):
        return read_vtt(text), True
    if _JSON.match(text):
        return read_json(text), True
    if text.startswith("<"):
        return read_html(text)
    if _SRT.search(text):
        return read_srt(text), True
    return read_text(text), False
