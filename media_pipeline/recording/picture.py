"""The moving picture of a film, and what its track says about it."""

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from media_pipeline.recording.frame_rate import is_variable, told_rate

_INTERLACED = {2, 3, 4, 5}  # AVFieldOrder: all but unknown and progressive
# Of colours, ITU-T H.273 table 4: the ones that swscale and browsers understand.
KNOWN_MATRICES = {0, 1, 2, 4, 5, 6, 7, 9}
# Matrices and primaries of television, BT.709 and BT.601 of both kinds; and unsaid.
COMMON_COLOURS = {1, 2, 5, 6}
_RGB = ("rgb", "bgr", "gbr", "pal8")
_HDR = {16, 18}  # transfer characteristics: PQ and HLG


@dataclass(frozen=True, slots=True)
class Picture:
    """The moving picture, as it is meant to be seen."""

    index: int
    codec: str
    width: int  # after rotation, with square pixels
    height: int
    frame_rate: Fraction  # 0 where headers do not say, before pictures are counted
    pixel_format: str
    rotation: int = 0  # quarter turns in degrees, counter-clockwise
    is_mirrored: bool = False  # up and down change places, before it is turned
    is_hdr: bool = False
    is_interlaced: bool = False
    is_variable_rate: bool = False
    bitrate: int | None = None  # bit/s
    start_seconds: float = 0.0
    duration_seconds: float | None = None  # of packets, once all of them are read
    sample_aspect: Fraction = Fraction(1)
    profile: str = ""
    level: int = 0
    matrix: int = 2  # of its colours, ITU-T H.273 table 4; 2 where nothing is said
    primaries: int = 2  # table 2
    transfer: int = 2  # table 3
    is_seen: bool = True  # a first one could be decoded

    @property
    def is_rgb(self) -> bool:
        """Not stored as brightness and two colours."""
        return any(name in self.pixel_format for name in _RGB)

    @property
    def is_plain(self) -> bool:
        """Stored as browsers want it, except perhaps for its colours."""
        is_even = self.width % 2 == self.height % 2 == 0
        is_square = self.sample_aspect == 1
        has_form = self.pixel_format == "yuv420p" and not self.is_hdr
        return has_form and is_even and is_square


def read_picture(opened: Any, stream: Any) -> Picture:
    """In the child: what the headers and the first picture of a track say."""
    context = stream.codec_context
    frame = _first_frame(opened, stream)
    rotation = 90 * round(frame.rotation / 90) % 360 if frame else 0
    aspect = _sample_aspect(stream)
    width, height = _displayed(context.width, context.height, aspect, rotation)
    return Picture(
        index=stream.index,
        codec=context.name,
        width=width,
        height=height,
        frame_rate=told_rate(stream),
        pixel_format=context.pix_fmt or "",
        rotation=rotation,
        is_mirrored=_is_mirrored(frame) if frame else False,
        is_hdr=int(context.color_trc) in _HDR,
        is_interlaced=int(context.field_order) in _INTERLACED
        or bool(frame and frame.interlaced_frame),
        is_variable_rate=is_variable(opened, stream),
        bitrate=context.bit_rate or None,
        start_seconds=seconds_of(stream.start_time, stream) or 0.0,
        duration_seconds=seconds_of(stream.duration, stream),
        sample_aspect=aspect,
        profile=context.profile or "",
        level=context.level or 0,
        matrix=int(context.colorspace),
        primaries=int(context.color_primaries),
        transfer=int(context.color_trc),
        is_seen=frame is not None,
    )


def seconds_of(ticks: int | None, stream: Any) -> float | None:
    """A moment on the clock of a track."""
    return None if ticks is None else float(ticks * stream.time_base)


def decoded_alone(context: Any, packet: Any) -> list[Any] | None:
    """In a child: the pictures in one packet by itself; None where it is broken."""
    import av

    try:
        return [*context.decode(packet), *context.decode(None)]
    except av.FFmpegError:
        return None
    finally:
        context.flush_buffers()


def _first_frame(opened: Any, stream: Any) -> Any:
    import av

    try:
        return next(opened.decode(stream), None)
    except av.FFmpegError:  # admission decodes, and has the words for it
        return None


def _is_mirrored(frame: Any) -> bool:
    for told in frame.side_data:
        if told.type.name == "DISPLAYMATRIX":
            a, b, _, c, d, *_ = struct.unpack("=9i", bytes(told))
            return bool(a * d < b * c)
    return False


def _sample_aspect(stream: Any) -> Fraction:
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    # Nothing real is squeezed more than this; a lie would ask for a huge picture.
    return Fraction(aspect) if aspect and 0.25 <= aspect <= 4 else Fraction(1)


def _displayed(
    width: int, height: int, aspect: Fraction, rotation: int
) -> tuple[int, int]:
    # Stretched, never squeezed: no line of the original is lost.
    if aspect > 1:
        width = round(width * aspect)
    elif aspect < 1:
        height = round(height / aspect)
    return (height, width) if rotation in (90, 270) else (width, height)
