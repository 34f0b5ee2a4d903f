"""Transcripts as JSON: of the podcast namespace, and of Whisper when read."""

import json
from collections.abc import Iterator
from typing import Any

from media_pipeline.errors import UnusableText
from media_pipeline.words.script import Cue, Script
from media_pipeline.words.timecode import read_number


def write_json(script: Script) -> str:
    """The JSON of the podcast namespace."""
    segments = [
        ({"speaker": cue.speaker} if cue.speaker else {})
        | {
            "startTime": cue.start_seconds,
            "endTime": cue.end_seconds,
            "body": cue.text,
        }
        for cue in script.captions
    ]
    note = {"note": script.note} if script.note else {}
    told = {"version": "1.0.0", **note, "segments": segments}
    return json.dumps(told, ensure_ascii=False)


def read_json(text: str) -> Iterator[Cue]:
    """The cues as they stand, not yet normal. Raises `UnusableText`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableText("The transcript is not valid JSON.") from error
    listed = document.get("segments") if isinstance(document, dict) else document
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict):
            yield from _segment(item)


def _segment(item: dict[str, Any]) -> Iterator[Cue]:
    # The podcast namespace and Whisper differ in three names.
    start = read_number(item.get("startTime", item.get("start")))
    end = read_number(item.get("endTime", item.get("end")))
    text, speaker = item.get("body", item.get("text")), item.get("speaker", "")
    if start is not None and isinstance(text, str):
        name = speaker if isinstance(speaker, str) else ""
        yield Cue(start, start if end is None else end, text, name)
