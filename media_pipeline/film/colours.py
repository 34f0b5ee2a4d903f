"""Pictures of the size of a rung, in colours that every screen shows, and says.

Who is told nothing guesses by the size, and so the rungs of a film would differ.
"""

from dataclasses import dataclass
from typing import Any

from media_pipeline.film.ladder import Rung
from media_pipeline.programs.ffmpeg_program import find_ffmpeg, knows_filter
from media_pipeline.recording.picture import COMMON_COLOURS, Picture

# ITU-T H.273. Television of large and small pictures, and what zimg turns into it.
_BT709, _BT601, _BT2020 = 1, 6, 9
_MATRICES = {1, 4, 5, 6, 7, 8, 9, 10}
_PRIMARIES = {1, 4, 5, 6, 7, 8, 9, 11, 12, 22}
_TRANSFERS = {1, 4, 5, 6, 7, 13, 14, 15, 16, 18}
_THAT_GO_WITH = {5: (5, 6), 6: (6, 6), 9: (9, 14), 10: (9, 14)}  # with a matrix
_LARGE_SIDE, _LARGE_LINES = 1280, 720


@dataclass(frozen=True, slots=True)
class _Colours:
    matrix: int
    primaries: int
    transfer: int

    @property
    def are_common(self) -> bool:
        return {self.matrix, self.primaries} <= COMMON_COLOURS


def as_meant(film: Any, picture: Picture, rung: Rung) -> Any:
    """Whole, of the size of the rung, in colours of television that are told."""
    colours = _colours_of(picture)
    # Costs nothing where it is plain, unless it changes on its way: then it is made so.
    size = picture if picture.is_plain else rung
    film = _made_plain(_in_one_matrix(film, picture), size.width, size.height)
    film = film.filter(
        "setparams",
        colorspace=colours.matrix,
        color_primaries=colours.primaries,
        color_trc=colours.transfer,
    )
    if picture.is_hdr:
        film = _toned(film)
    elif not colours.are_common and _has_zimg():
        film = film.filter("zscale", p="bt709", t="bt709", m="bt709", r="tv")
    film = film.filter("format", "yuv420p")
    return shrunk(film, rung) if picture.is_plain else film


def shrunk(film: Any, rung: Rung) -> Any:
    """A plain picture in the size of a smaller rung."""
    # The same curve by zimg, for a third of the work; it wants even and plain ones.
    if not _has_zimg():
        return _made_plain(film, rung.width, rung.height)
    smaller = film.filter("zscale", rung.width, rung.height, filter="lanczos")
    return smaller.filter("setsar", 1)


def _colours_of(picture: Picture) -> _Colours:
    """What it says, or else what such pictures usually are."""
    matrix = picture.matrix
    if picture.is_rgb or matrix not in _MATRICES:
        matrix = _usual_matrix(picture)
    primaries, transfer = _THAT_GO_WITH.get(matrix, (_BT709, _BT709))
    return _Colours(
        matrix,
        picture.primaries if picture.primaries in _PRIMARIES else primaries,
        picture.transfer if picture.transfer in _TRANSFERS else transfer,
    )


def _usual_matrix(picture: Picture) -> int:
    if picture.is_hdr:
        return _BT2020
    sides = sorted((picture.width, picture.height))
    is_large = sides[0] >= _LARGE_LINES or sides[1] >= _LARGE_SIDE
    return _BT709 if is_large or picture.is_rgb else _BT601


def _in_one_matrix(film: Any, picture: Picture) -> Any:
    # Swscale gives up where a matrix that it does not know comes on the way. It needs
    # none: all that it does to them is the same for all.
    return film if picture.is_rgb else film.filter("setparams", colorspace=_BT709)


def _made_plain(film: Any, width: int, height: int) -> Any:
    # Swscale takes whatever comes, in any colours and of odd sizes.
    sized = film.filter(
        "scale",
        width,
        height,
        flags="lanczos",
        out_range="tv",
        out_color_matrix="bt709",
    )
    return sized.filter("setsar", 1)


def _toned(film: Any) -> Any:
    linear = film.filter("zscale", t="linear", npl=100).filter("format", "gbrpf32le")
    toned = linear.filter("zscale", p="bt709").filter("tonemap", "hable", desat=0)
    return toned.filter("zscale", t="bt709", m="bt709", r="tv")


def _has_zimg() -> bool:
    return knows_filter(find_ffmpeg().path, "zscale")
