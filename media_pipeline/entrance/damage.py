"""What is broken or missing inside a recording, and whether it can be used so.

Small damage is no reason to lose an evening's talk: it is told, with the time where it
lies, so that the host listens there before anybody else does.
"""

from collections.abc import Iterable, Iterator

from media_pipeline.entrance.truncation import MISSING_SECONDS
from media_pipeline.errors import UnreadableRecording
from media_pipeline.recording.packets import Scan, Spot
from media_pipeline.words.timecode import clock

MOST_DAMAGED = 0.1  # of the recording: more is refused
MOST_TOLD = 4  # spots of a kind; the rest is counted
TOGETHER_SECONDS = 2.0  # spots this near are one
LISTEN_FIRST = "Listen before you publish:"  # what a host must not overlook


def damage_in(found: Scan, *, ends_abruptly: bool) -> tuple[str, ...]:
    """Sentences about what is wrong. Raises `UnreadableRecording` when it is much."""
    refuse_much_damage(found)
    said = [
        *_told(found.broken, "of sound at {at} cannot be played"),
        *_told(found.gaps, "of sound is missing in the file at {at}"),
        *_told(found.torn, "of the picture at {at} is damaged"),
        *_end(found, ends_abruptly),
    ]
    return tuple(f"{LISTEN_FIRST} {sentence}." for sentence in said)


def refuse_much_damage(found: Scan) -> None:
    """A recording of which a tenth is broken helps nobody."""
    for spots, what in ((found.broken, "sound"), (found.torn, "picture")):
        lost = _seconds(spots) / max(found.seconds, 1.0)
        share = max(lost, found.torn_looks) if spots is found.torn else lost
        if share > MOST_DAMAGED:
            raise UnreadableRecording(
                f"This recording is damaged: {share:.0%} of its {what} cannot be "
                f"decoded, from {clock(spots[0].at)} on. Please copy or export it "
                "again."
            )


def merged(spots: Iterable[Spot]) -> list[Spot]:
    """Spots that lie near each other, as one."""
    together: list[Spot] = []
    for spot in sorted(spots, key=lambda spot: spot.at):
        last = together[-1] if together else None
        if last and spot.at - (last.at + last.seconds) <= TOGETHER_SECONDS:
            until = max(last.at + last.seconds, spot.at + spot.seconds)
            together[-1] = Spot(last.at, until - last.at)
        else:
            together.append(spot)
    return together


def _told(spots: tuple[Spot, ...], words: str) -> Iterator[str]:
    together = merged(spots)
    for spot in together[:MOST_TOLD]:
        yield f"about {_long(spot.seconds)} {words.format(at=clock(spot.at))}"
    if len(together) > MOST_TOLD:
        yield f"{len(together) - MOST_TOLD} more places are like this"


def _end(found: Scan, ends_abruptly: bool) -> Iterator[str]:
    promised, lost = found.promised_seconds, found.promised_seconds - found.seconds
    if lost > MISSING_SECONDS:
        yield f"it should play {clock(promised)}, but {_long(lost)} of it is missing"
    elif found.broken and lost > 0.0:
        yield f"together, {_long(lost)} of it is lost"
    if found.goes_on:
        yield (
            f"the file goes on after {clock(found.seconds)} in another form (mono or "
            "stereo), and that is not heard"
        )
    if ends_abruptly:
        yield (
            f"the file breaks off at {clock(found.seconds)}, and nobody can tell how "
            "much should follow"
        )


def _seconds(spots: Iterable[Spot]) -> float:
    return sum(spot.seconds for spot in spots)


def _long(seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole >= 90:
        return clock(whole) + (" hours" if whole >= 3600 else " minutes")
    return "a second" if whole == 1 else f"{whole} seconds"
