"""Long pauses in the sound: recorders that were stopped, tracks that begin late.

ffmpeg would fill a pause at once, and hold all of it in memory, in every graph: half
an hour took 1.6 GB. So whoever listens leaves it out, and whoever encodes fills it with
silence that is made piece by piece.
"""

import heapq
from collections.abc import Sequence
from typing import Any

import ffmpeg

from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.recording.packets import Scan, Spot
from media_pipeline.recording.probe import EACH_FROM_ITS_START, SoundTrack

LONG_SECONDS = 10.0  # less than this is nothing to ffmpeg
MOST_PAUSES = 256  # each is a branch of a graph; what is left is shorter than those
# Of a pause, what nobody leaves out: times are told in milliseconds, and codecs begin a
# little before they are heard.
KEPT_SECONDS = 1.0
Step = tuple[str, dict[str, Any]]  # a filter, and its options
_MOST_TERMS = 50  # ffmpeg takes no formula of more than a hundred
TREMBLING = 0.02  # seconds by which clocks of recorders may, and no sample is touched
FOLLOWS_SINCE = (9, 0, 0)  # version 5 put all that came before in again, as silence


def pauses_in(found: Scan, track: SoundTrack, container: str) -> tuple[Spot, ...]:
    """The long pauses of a track, on the clock that ffmpeg shows its filters."""
    ahead = 0.0
    if container in EACH_FROM_ITS_START:
        ahead = found.sound_begins - track.late_seconds
    silent = [Spot(0.0, found.sound_begins - ahead)]
    silent += [Spot(gap.at - ahead, gap.seconds) for gap in found.gaps]
    long = [gap for gap in silent if gap.seconds >= LONG_SECONDS]
    longest = heapq.nlargest(MOST_PAUSES, long, key=lambda gap: gap.seconds)
    return tuple(sorted(longest, key=lambda gap: gap.at))


def left_out(pauses: Sequence[Spot]) -> float:
    """How many seconds are not heard by somebody who listens without the pauses."""
    return sum(_left_out(pause) for pause in pauses)


def steps_without(pauses: Sequence[Spot]) -> list[Step]:
    """Filters that bring a track on its clock, with a second left of each pause."""
    # The last ones first: then those before are still where they were.
    groups = range(0, len(pauses), _MOST_TERMS)
    earlier = [_earlier(pauses[at : at + _MOST_TERMS]) for at in groups]
    return [*earlier[::-1], ("aresample", _on_its_clock())]


def filled(audio: Any, pauses: Sequence[Spot]) -> Any:
    """A track on its clock, with silence in its pauses."""
    begins = [_end(pause) for pause in pauses]
    is_late = bool(pauses) and pauses[0].at <= 0.0
    if not is_late:
        begins = [0.0, *begins]
    times = "|".join(f"{begin:.3f}" for begin in begins[1:])
    parts = (
        audio.filter_multi_output("asegment", timestamps=times) if times else [audio]
    )
    heard = [_from(begin, parts[number]) for number, begin in enumerate(begins)]
    if is_late:
        heard[0] = heard[0].filter("adelay", round(1000 * begins[0]), all=1)
    for number, end in enumerate(begins[1:]):
        begin = begins[number] if number else 0.0
        heard[number] = heard[number].filter("apad", whole_dur=f"{end - begin:.3f}")
    return ffmpeg.concat(*heard, v=0, a=1) if times else heard[0]


def _from(begin: float, audio: Any) -> Any:
    if begin:
        audio = audio.filter("asetpts", f"PTS-{begin:.3f}/TB")
    return audio.filter("aresample", **_on_its_clock())


def _on_its_clock() -> dict[str, Any]:
    """A clock that drifts is followed by up to 2 %, which nobody hears."""
    if find_ffmpeg().version < FOLLOWS_SINCE:
        return {"async": 1, "first_pts": 0}
    soft = {"min_comp": TREMBLING, "max_soft_comp": 0.02}
    return {"async": 1, "first_pts": 0, **soft}


def _earlier(pauses: Sequence[Spot]) -> Step:
    terms = (f"-gte(T,{_end(pause):.3f})*{_left_out(pause):.3f}/TB" for pause in pauses)
    return "asetpts", {"expr": "PTS" + "".join(terms)}


def _end(pause: Spot) -> float:
    return round(pause.at + pause.seconds - KEPT_SECONDS / 2, 3)


def _left_out(pause: Spot) -> float:
    return round(pause.seconds - KEPT_SECONDS, 3)
