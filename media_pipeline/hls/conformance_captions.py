"""Rules about captions: C1 and C2."""

import re
from collections.abc import Iterator
from fractions import Fraction

from media_pipeline.hls.conformance_package import Finding, Package
from media_pipeline.hls.playlist import MediaPlaylist
from media_pipeline.words.timecode import read_time

_SAME_END_SECONDS = Fraction(50, 1000)
# S5 is that films begin at 0, and so do the captions.
_HEAD = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000"

_TIME = r"((?:[0-9]{2,}:)?[0-5][0-9]:[0-5][0-9]\.[0-9]{3})"
_LINE = r"(?!.*-->).+"
_ASIDE = re.compile(rf"(?:NOTE|STYLE|REGION)(?:[ \t].*)?(?:\n{_LINE})*")
_CUE = re.compile(
    rf"(?:{_LINE}\n)?{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?(?:\n{_LINE})*"
)


def captions_are_webvtt(package: Package) -> Iterator[Finding]:
    """C1: WebVTT that begins with the film, and that every player reads to its end."""
    for listed in _captions(package):
        for segment in listed.segments:
            path = package.files.get(segment.uri)
            why = _fault(path.read_bytes()) if path else "it is not there"
            if why:
                yield Finding("C1", f"{segment.uri}: {why}")


def captions_cover_all(package: Package) -> Iterator[Finding]:
    """C2: captions last as long as the film, whichever variant is played."""
    for listed in _captions(package):
        if abs(listed.seconds - package.seconds) > _SAME_END_SECONDS:
            yield Finding("C2", f"captions of {float(listed.seconds):.3f} s")
    if not package.groups_fit("SUBTITLES"):
        yield Finding("C2", "not every variant has the captions")


def _captions(package: Package) -> Iterator[MediaPlaylist]:
    for media in package.master.renditions("SUBTITLES"):
        if listed := package.lists.get(media.get("URI", "")):
            yield listed


def _fault(data: bytes) -> str:
    """What is wrong with a file of captions (W3C WebVTT, section 4.1); or nothing."""
    try:
        head, *blocks = re.split(r"\n{2,}", data.decode("utf-8").strip("\n"))
    except UnicodeDecodeError:
        return "not UTF-8"
    if head != _HEAD:
        return "no WebVTT with the time of the film"
    before = 0.0
    for block in blocks:
        if _ASIDE.fullmatch(block):
            continue
        cue = _CUE.fullmatch(block)
        start, end = (
            (read_time(time) or 0.0 for time in cue.groups()) if cue else (0, 0)
        )
        if not before <= start < end:
            return f"{block[:40]!r} is no cue, or too early"
        before = start
    return ""
