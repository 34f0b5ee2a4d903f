"""How steadily the pictures of a film follow each other; asked by the probing child."""

import itertools
from fractions import Fraction
from typing import Any

from media_pipeline.recording.promise import told_seconds

_UNEVEN = 0.2  # a frame this much longer or shorter than its neighbours is not steady
_SAMPLED_PACKETS = 200  # at the start, in the middle and near the end
_SLOWEST, _FASTEST = 1, 300  # beyond, it is the rate of a clock, or of slides
_NONE, _USUAL = Fraction(0), Fraction(25)
_MICROSECONDS = 1_000_000


def told_rate(stream: Any) -> Fraction:
    """How many pictures a second a film has, by its headers; 0 if they do not say."""
    average = stream.average_rate
    # Without an average, the guess is how fine a clock is.
    rates = (stream.guessed_rate, average) if average else ()
    return next((Fraction(rate) for rate in rates if rate and _is_rate(rate)), _NONE)


def counted_rate(counted: float) -> Fraction:
    """The same for a film without such headers, whose pictures were counted."""
    return Fraction(counted).limit_denominator(1001) if _is_rate(counted) else _USUAL


def is_variable(opened: Any, stream: Any) -> bool:
    """Whether its pictures come at uneven times, where we look."""
    length = int(told_seconds(opened) * _MICROSECONDS)
    return any(
        _is_uneven(_times(opened, stream, at))
        for at in (0, length // 2, max(0, length - 5 * _MICROSECONDS))
    )


def _is_rate(rate: Fraction | float) -> bool:
    return _SLOWEST <= rate <= _FASTEST


def _times(opened: Any, stream: Any, at: int) -> list[float]:
    import av

    read: list[tuple[float, float]] = []  # when it is shown, and when decoded
    try:
        opened.seek(at + (opened.start_time or 0))
        for packet in opened.demux(stream):
            if packet.pts is not None and packet.dts is not None:
                clock = float(packet.time_base)
                read.append((packet.pts * clock, packet.dts * clock))
            if len(read) >= _SAMPLED_PACKETS:
                break
    except av.FFmpegError:  # an unseekable file has been sampled at its start
        pass
    return sorted(_without_ends(read))


def _without_ends(read: list[tuple[float, float]]) -> list[float]:
    """Those between which none is missing, though packets come as they are decoded."""
    if not read:
        return []
    delay = max(shown - decoded for shown, decoded in read)
    begin, end = read[0][1] + delay, read[-1][1]
    return [shown for shown, _ in read if begin <= shown <= end]


def _is_uneven(times: list[float]) -> bool:
    steps = sorted(b - a for a, b in itertools.pairwise(times))
    if len(steps) < 4:
        return False
    usual = steps[len(steps) // 2]
    # Coarse clocks (Matroska counts milliseconds) round every step.
    slack = max(_UNEVEN * usual, 0.0011)
    return sum(abs(step - usual) > slack for step in steps) > len(steps) // 100
