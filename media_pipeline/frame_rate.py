"""How steadily the pictures of a film follow each other; asked by the probing child."""

import itertools
from fractions import Fraction
from typing import Any

_UNEVEN = 0.2  # a frame this much longer or shorter than its neighbours is not steady
_SAMPLED_PACKETS = 200  # at the start, in the middle and near the end


def frame_rate_of(stream: Any) -> Fraction:
    """How many pictures a second a film has, by its headers."""
    for rate in (stream.guessed_rate, stream.average_rate):
        if rate and 1 <= rate <= 240:
            return Fraction(rate)
    return Fraction(25)


def is_variable(opened: Any, stream: Any) -> bool:
    """Whether its pictures come at uneven times, where we look."""
    length = opened.duration or 0
    return any(
        _is_uneven(_times(opened, stream, at))
        for at in (0, length // 2, max(0, length - 5_000_000))
    )


def _times(opened: Any, stream: Any, at: int) -> list[float]:
    import av

    times = []
    try:
        opened.seek(at + (opened.start_time or 0))
        for packet in opened.demux(stream):
            if packet.pts is not None:
                times.append(float(packet.pts * packet.time_base))
            if len(times) >= _SAMPLED_PACKETS:
                break
    except av.FFmpegError:  # an unseekable file has been sampled at its start
        pass
    # Packets come in the order of decoding; the last few may miss their neighbours.
    return sorted(times)[:-4]


def _is_uneven(times: list[float]) -> bool:
    steps = sorted(b - a for a, b in itertools.pairwise(times))
    if len(steps) < 4:
        return False
    usual = steps[len(steps) // 2]
    # Coarse clocks (Matroska counts milliseconds) round every step.
    slack = max(_UNEVEN * usual, 0.0011)
    return sum(abs(step - usual) > slack for step in steps) > len(steps) // 100
