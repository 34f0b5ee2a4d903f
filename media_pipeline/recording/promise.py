"""How long a file and its tracks should play, by their headers; asked by the children.

A promise counts from the beginning of the file, and only for tracks that somebody
reads: others may be longer. 0.0 where nothing is promised.
"""

import re
from collections.abc import Sequence
from typing import Any

# They tell when they end, and their clock may begin anywhere.
_TELL_THEIR_END = {"matroska,webm"}
# Their length is what ffmpeg finds at their end: nothing to hold against them.
_TELL_NOTHING = {"mpegts", "ogg"}
_HEAD_ONLY = {"attachment", "data"}  # without packets that anybody could miss
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


def told_seconds(opened: Any) -> float:
    """How long a whole file plays, all of its tracks together."""
    seconds = (opened.duration or 0) / 1e6
    if opened.format.name in _TELL_THEIR_END:
        seconds -= max(0.0, _begin(opened))
    return max(0.0, seconds)


def promised_seconds(opened: Any, streams: Sequence[Any]) -> float:
    """How long these tracks of a file should play."""
    if opened.format.name in _TELL_NOTHING:
        return 0.0
    ends = [_end(opened, stream) for stream in streams]
    if None not in ends:
        return max(0.0, *(end for end in ends if end))
    others = [s for s in opened.streams if s not in streams]
    is_all = all(other.type in _HEAD_ONLY for other in others)
    return told_seconds(opened) if is_all else 0.0


def _end(opened: Any, stream: Any) -> float | None:
    if opened.format.name in _TELL_THEIR_END:
        told = _CLOCK.match(stream.metadata.get("DURATION", ""))
        return _seconds(*told.groups()) - max(0.0, _begin(opened)) if told else None
    if stream.duration is None or stream.start_time is None:
        return None
    end = float((stream.start_time + stream.duration) * stream.time_base)
    return end - _begin(opened)


def _begin(opened: Any) -> float:
    return (opened.start_time or 0) / 1e6


def _seconds(hours: str, minutes: str, seconds: str) -> float:
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
