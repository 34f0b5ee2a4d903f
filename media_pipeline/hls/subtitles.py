"""The captions of a film as HLS wants them: one WebVTT file, and its playlist."""

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

from media_pipeline.hls.playlist import MediaPlaylist, Segment, write_media_playlist
from media_pipeline.kinds import Kind
from media_pipeline.rendition import Rendition, finished

CAPTIONS_TYPE = "text/vtt"
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
# Our films begin at 0 in every track. The browser's own <track> skips this line.
TIMESTAMP_MAP = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000"

_HEADER = re.compile(r"\ufeff?WEBVTT[^\n]*\n(?:[^\n]+\n)*")
_SOUND = re.compile(r"^(?:<v [^>]*>)?(?:-\s*)?\[[^\]]+\]|[♪♫]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Captions:
    """The words of a film, ready to be listed in a master."""

    file: Rendition
    playlist: Rendition
    describes_sounds: bool  # for people who do not hear: [laughter], not only words

    @property
    def files(self) -> list[Rendition]:
        """In the order in which they must be stored."""
        return [self.file, self.playlist]


def package_captions(vtt: Path, folder: Path, seconds: Fraction) -> Captions:
    """Tie captions to the time of the film, in one segment as long as all of it."""
    text = _in_film_time(vtt.read_text(encoding="utf-8"))
    path = folder / "captions.vtt"
    path.write_text(text, encoding="utf-8")
    file = finished(Kind.CAPTIONS, path, CAPTIONS_TYPE, duration_seconds=float(seconds))
    listed = MediaPlaylist(ceil(seconds), (Segment(seconds, file.filename),))
    path = folder / "captions.m3u8"
    path.write_text(write_media_playlist(listed), encoding="utf-8")
    playlist = finished(
        Kind.HLS_SUBTITLES, path, PLAYLIST_TYPE, duration_seconds=float(seconds)
    )
    return Captions(file, playlist, describes_sounds=bool(_SOUND.search(text)))


def _in_film_time(vtt: str) -> str:
    cues = _HEADER.sub("", vtt.replace("\r\n", "\n"), count=1)
    return f"WEBVTT\n{TIMESTAMP_MAP}\n\n{cues.lstrip()}"
