"""Small pictures of a whole film, for the player to show where one would jump to.

They lie side by side in a few sheets. The map, in WebVTT, says which rectangle of which
sheet belongs to which time: `0f3a….jpg#xywh=160,90,160,90`, as players expect it. It
names the sheets as they are called in storage, where it lies beside them.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from media_pipeline.mp4.track import read_track
from media_pipeline.pictures.still import (
    CONTENT_TYPE,
    check_jpeg,
    fitted,
    key_frames,
    write_jpegs,
)
from media_pipeline.programs.ffmpeg_program import hostile_input
from media_pipeline.rendition import Kind, Rendition, finished
from media_pipeline.words.timecode import write_time

MAP_CONTENT_TYPE = "text/vtt; charset=utf-8"
PICTURE_SIDE = 160  # pixels, the longer one
COLUMNS, ROWS = 5, 5  # of a full sheet
MOST_SHEETS = 16
CLOSEST_SECONDS = 2.0  # between two pictures
NEAR_SECONDS = 0.1  # groups are whole pictures long, and two seconds only nearly
LARGEST_BYTES = 200_000  # of a sheet
QUALITIES = (6, 14, 31)  # of mjpeg, until the sheet is small enough


@dataclass(frozen=True, slots=True)
class Layout:
    """Where on the sheets which picture lies."""

    seconds: float  # that the film plays
    step_seconds: float  # from one picture to the next
    width: int  # of a picture, in pixels
    height: int
    columns: int
    rows: int

    @classmethod
    def of(cls, film: Rendition, seconds: float) -> Self:
        """As many pictures as fit, and a single sheet no larger than it must be."""
        most = COLUMNS * ROWS * MOST_SHEETS
        step = max(CLOSEST_SECONDS, float(math.ceil(seconds / most)))
        width, height = fitted(film.width or 16, film.height or 9, PICTURE_SIDE)
        count = max(1, math.ceil(seconds / step))
        columns = min(COLUMNS, count)
        rows = min(ROWS, math.ceil(count / columns))
        return cls(seconds, step, width, height, columns, rows)

    @classmethod
    def from_details(cls, details: dict[str, Any]) -> Self:
        """As it was kept with the map."""
        return cls(**details["layout"])

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return max(1, math.ceil(self.seconds / self.step_seconds))

    @property
    def sheets(self) -> int:
        """How many sheets they need."""
        return math.ceil(self.count / (self.columns * self.rows))


def make_storyboard(film: Rendition, folder: Path, seconds: float) -> list[Rendition]:
    """The sheets and their map, from a small rung."""
    layout = Layout.of(film, seconds)
    pictures = _pictures(film, layout.step_seconds)
    sheets = [
        finished(
            Kind.STORYBOARD,
            sheet,
            CONTENT_TYPE,
            name=str(number),
            width=layout.width * layout.columns,
            height=layout.height * layout.rows,
        )
        for number, sheet in enumerate(_sheets(film, pictures, folder, layout), start=1)
    ]
    written = folder / "storyboard.vtt"
    written.write_text(write_map(layout, [s.filename for s in sheets]), "utf-8")
    details = {"layout": asdict(layout)}
    the_map = finished(Kind.STORYBOARD_MAP, written, MAP_CONTENT_TYPE, details=details)
    return [*sheets, the_map]


def write_map(layout: Layout, sheets: Sequence[str]) -> str:
    """The map, for sheets at these addresses."""
    cues = (_cue(layout, sheets, number) for number in range(layout.count))
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def _cue(layout: Layout, sheets: Sequence[str], number: int) -> str:
    sheet, place = divmod(number, layout.columns * layout.rows)
    row, column = divmod(place, layout.columns)
    start = number * layout.step_seconds
    end = min(start + layout.step_seconds, layout.seconds)
    x, y = column * layout.width, row * layout.height
    rectangle = f"xywh={x},{y},{layout.width},{layout.height}"
    return f"{write_time(start)} --> {write_time(end)}\n{sheets[sheet]}#{rectangle}"


def _pictures(film: Rendition, step_seconds: float) -> Any:
    """Its key frames, unless they are too far apart, as those of a copy may be."""
    track = read_track(film.path)
    longest = max(part.duration for part in track.fragments) / track.timescale
    if longest <= step_seconds + NEAR_SECONDS:
        return key_frames(film)
    return hostile_input(film.path).video


def _sheets(film: Rendition, pictures: Any, folder: Path, layout: Layout) -> list[Path]:
    names = [folder / f"storyboard-{n:02}.jpg" for n in range(1, layout.sheets + 1)]
    for quality in QUALITIES:
        for stale in names:
            stale.unlink(missing_ok=True)
        file = folder / "storyboard-%02d.jpg"
        tiled = _tiled(pictures, layout)
        write_jpegs(tiled, film, file, count=layout.sheets, quality=quality)
        for sheet in names:
            check_jpeg(sheet)
        if max(sheet.stat().st_size for sheet in names) <= LARGEST_BYTES:
            break
    return names


def _tiled(pictures: Any, layout: Layout) -> Any:
    # At each moment a picture from around it; the end fills its sheet.
    step = f"1/{layout.step_seconds:g}"
    even = pictures.filter("fps", step, start_time=0, eof_action="pass")
    small = even.filter("scale", layout.width, layout.height, out_range="pc")
    filled = small.filter("tpad", stop_mode="clone", stop=-1)
    return filled.filter("tile", f"{layout.columns}x{layout.rows}")
