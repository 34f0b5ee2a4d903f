"""One picture of a film, as a small JPEG."""

from pathlib import Path
from typing import Any

from media_pipeline.errors import WrongOutput
from media_pipeline.programs.ffmpeg_program import find_ffmpeg, hostile_input
from media_pipeline.programs.process import Limits, run
from media_pipeline.rendition import Rendition

CONTENT_TYPE = "image/jpeg"
QUALITY = 4  # of mjpeg: 2 is the best, 31 the worst

_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8", b"\xff\xd9"
_LIMITS = Limits(total_seconds=300)


def key_frames(film: Rendition, **options: float) -> Any:
    """The whole pictures of a rung alone: they cost little, however long it is."""
    # Left out by the demuxer already (-discard), they would come at wrong times.
    return hostile_input(film.path, skip_frame="nokey", **options).video


def fitted(width: int, height: int, box: int) -> tuple[int, int]:
    """The same shape with its longer side at most so long, in even pixels."""
    shrunk = min(1.0, box / max(width, height, 1))
    return max(2, 2 * round(width * shrunk / 2)), max(2, 2 * round(height * shrunk / 2))


def take_still(
    pictures: Any, film: Rendition, still: Path, size: tuple[int, int]
) -> bool:
    """Write the first of these pictures of a film; False when there is none."""
    still.unlink(missing_ok=True)
    write_jpegs(pictures, film, still, size=size, count=1)
    if not still.exists() or not still.stat().st_size:
        return False
    check_jpeg(still)
    return True


def write_jpegs(
    pictures: Any,
    film: Rendition,
    file: Path,
    *,
    size: tuple[int, int] | None = None,
    count: int,
    quality: int = QUALITY,
) -> None:
    """Write pictures as JPEGs; `file` holds a %d when there may be several."""
    if size:
        pictures = pictures.filter("scale", *size, out_range="pc")
    written = pictures.filter("format", "yuvj420p").output(
        f"file:{file.absolute()}",
        vframes=count,
        vcodec="mjpeg",
        map_metadata=-1,
        fflags="+bitexact",
        format="image2",
        **({} if "%" in file.name else {"update": 1}),
        **{"q:v": quality, "flags:v": "+bitexact"},
    )
    command = find_ffmpeg().command(written)
    run(command, limits=_LIMITS, reads=[film.path], writes=file.parent)


def check_jpeg(file: Path) -> None:
    """Look at a picture that we made before it counts. Raises `WrongOutput`."""
    data = file.read_bytes() if file.exists() else b""
    if not (data.startswith(_JPEG_BEGINS) and data.endswith(_JPEG_ENDS)):
        raise WrongOutput("A picture did not come out right.", cause=file.name)
