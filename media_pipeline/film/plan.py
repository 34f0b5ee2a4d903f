"""What will be made of a film: decided once, and the same for everyone who works."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from media_pipeline.film.ladder import MIDDLE, NARROW_BITS, Rung, full_ladder
from media_pipeline.recording.picture import Picture

__all__ = ["Budget", "Chunk", "FilmPlan", "Rung", "plan_film"]

GROUP_SECONDS, SEGMENT_SECONDS = 2.0, 6.0
STRETCH = 1.005  # groups and segments may be this much longer, to be whole frames
MERGED_TAIL_SECONDS = Fraction(45, 100)  # RFC 8216: segments round to the target


class Budget(StrEnum):
    """How much computing a film is worth."""

    QUICK = "quick"
    NORMAL = "normal"
    THOROUGH = "thorough"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some whole segments that one worker encodes, in pictures of the slowest rung."""

    begin: int
    end: int  # the first that is not in it
    seek_seconds: float = 0.0  # where to begin to decode, so that all of it is there

    @property
    def frames(self) -> int:
        """How many, at the slowest rate."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class FilmPlan:
    """The ladder, largest rung first, and the grid on which all of it is cut."""

    rungs: tuple[Rung, ...]
    frame_rate: Fraction  # the slowest; the others are multiples of it
    frame_count: int  # at that rate
    at_once: tuple[str, ...]  # the rungs that are made first
    first_chunks: tuple[Chunk, ...] = ()  # in which they are, where that takes long
    chunks: tuple[Chunk, ...] = ()  # in which the others are made
    copied: str = ""  # the rung that is the source's own pictures, not encoded again
    copied_frames: int = 0  # it may have fewer than planned: the last one is held
    copied_delay: int = 0  # how many of them are decoded before the first is shown
    keys: tuple[int, ...] = ()  # its key frames: then all rungs have theirs there
    budget: Budget = Budget.NORMAL

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        """Read what `to_json` has written."""
        rungs = (
            Rung(**rung | {"frame_rate": Fraction(rung["frame_rate"])})
            for rung in told["rungs"]
        )
        return cls(
            rungs=tuple(rungs),
            frame_rate=Fraction(told["frame_rate"]),
            frame_count=told["frame_count"],
            at_once=tuple(told["at_once"]),
            first_chunks=tuple(Chunk(**c) for c in told.get("first_chunks", ())),
            chunks=tuple(Chunk(**chunk) for chunk in told["chunks"]),
            copied=told["copied"],
            copied_frames=told["copied_frames"],
            copied_delay=told["copied_delay"],
            keys=tuple(told["keys"]),
            budget=Budget(told["budget"]),
        )

    def to_json(self) -> dict[str, Any]:
        """As values that JSON knows, for another machine to read."""
        told = asdict(self) | {"frame_rate": str(self.frame_rate)}
        for rung in told["rungs"]:
            rung["frame_rate"] = str(rung["frame_rate"])
        return told

    @property
    def first(self) -> tuple[Rung, ...]:
        """What is made before anything else, so that the film can be watched."""
        return tuple(rung for rung in self.rungs if rung.name in self.at_once)

    @property
    def rest(self) -> tuple[Rung, ...]:
        """What is made in chunks after that."""
        return tuple(rung for rung in self.rungs if rung.name not in self.at_once)

    def chunks_of(self, rung: Rung) -> tuple[Chunk, ...]:
        """Of which chunks a rung is joined; none, when it is made in one piece."""
        return self.first_chunks if rung.name in self.at_once else self.chunks

    @property
    def seconds(self) -> Fraction:
        """How long it plays."""
        return self.frame_count / self.frame_rate

    @property
    def cuts(self) -> tuple[Fraction, ...]:
        """When each segment begins, in all rungs and in the sound."""
        return tuple(frame / self.frame_rate for frame in self.cut_frames)

    @property
    def cut_frames(self) -> tuple[int, ...]:
        """The same, in pictures of the slowest rung."""
        group = int(self.group_seconds * self.frame_rate)
        keys = self.keys or range(0, self.frame_count, group)
        longest = int(self._longest_segment * self.frame_rate)
        cuts, before = [0], 0
        for key in [*keys, self.frame_count]:
            if key - cuts[-1] > longest:
                cuts.append(before)
            before = key
        is_tail = self.frame_count - cuts[-1] <= MERGED_TAIL_SECONDS * self.frame_rate
        return tuple(cuts[:-1] if is_tail and len(cuts) > 1 else cuts)

    @property
    def group_seconds(self) -> Fraction:
        """From one key frame to the next: two seconds, in whole frames."""
        frames = round(GROUP_SECONDS * self.frame_rate)
        if frames / self.frame_rate > STRETCH * GROUP_SECONDS:
            frames -= 1
        return max(frames, 1) / self.frame_rate

    @property
    def target_seconds(self) -> int:
        """EXT-X-TARGETDURATION, the same in every playlist."""
        return round(self._longest_segment + MERGED_TAIL_SECONDS)

    @property
    def rung_to_keep(self) -> Rung:
        """The rung for people who download: 720p plays everywhere, and is a third
        of 1080p to carry about."""
        small = [r for r in self.rungs if min(r.width, r.height) <= MIDDLE]
        return (small or self.rungs[-1:])[0]

    @property
    def rung_to_look_at(self) -> Rung:
        """The smallest in which pictures are still good: for the small ones of it."""
        good = [rung for rung in self.rungs if rung.most_bits > NARROW_BITS]
        return (good or self.rungs)[-1]

    def frames(self, rung: Rung) -> int:
        """How many pictures a rung has: all rungs end at the same moment."""
        if rung.name == self.copied:
            return self.copied_frames
        return self.frame_count * int(rung.frame_rate / self.frame_rate)

    @property
    def _longest_segment(self) -> Fraction:
        group = Fraction(1, 1000) if self.keys else self.group_seconds
        return group * int(STRETCH * SEGMENT_SECONDS / group)


def plan_film(
    picture: Picture, seconds: float, budget: Budget = Budget.NORMAL
) -> FilmPlan:
    """How to make a film of this length: never larger or faster than it is."""
    rungs = full_ladder(picture)
    slowest = min(rung.frame_rate for rung in rungs)
    return FilmPlan(
        rungs=rungs,
        frame_rate=slowest,
        frame_count=max(1, round(seconds * slowest)),
        at_once=tuple(rung.name for rung in rungs),
        budget=budget,
    )
