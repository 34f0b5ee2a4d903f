"""What the pipeline costs, beside ffmpeg commands written by hand.

Everything is measured in one run, on media made for it: the figures of one machine
say little, their ratios say how much of the cost is ours.

    python -m bench.bench_pipeline [--seconds 60] [--long-seconds 300] [--only film]
"""

import argparse
import contextlib
import ctypes
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.ladder_by_hand import made_by_hand, one_by_one, one_process
from bench.likeness import unlike
from bench.making import Making
from bench.recordings import FACE, all_by_hand, by_hand, film_file, talk_file
from media_pipeline import pipeline
from media_pipeline.hearing.loudness import plan_levelling
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import nobody
from media_pipeline.rendition import Kind

LARGE_SECONDS = 8  # of 1080p: memory does not grow after a few seconds
MEBIBYTE = 1024  # getrusage tells KiB
MEGABYTE = 1_000_000
PR_SET_CHILD_SUBREAPER = 36
TURNS = 3  # of each, one after the other
HEIR_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took."""

    wall_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    what: str
    ours: float
    against: str
    theirs: float
    most: float  # what the ratio may be
    unit: str = "s"

    def text(self) -> str:
        ratio = self.ours / self.theirs
        met = "yes" if ratio <= self.most else "NO"
        return (
            f"| {self.what} | {self.ours:.1f} {self.unit} | {self.against} | "
            f"{self.theirs:.1f} {self.unit} | {ratio:.2f} | {self.most:.2f} | {met} |"
        )


def main() -> None:
    """Measure, and print the table."""
    asked = _arguments()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    print(f"{os.cpu_count()} cores, ffmpeg {find_ffmpeg().version}\n")
    print("| what | ours | beside | theirs | ratio | goal | met |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        for name, measured in _parts(Path(place), asked):
            if asked.only in ("", name):
                for row in measured:
                    print(row.text(), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="of 720p film")
    parser.add_argument("--long-seconds", type=int, default=300, help="of 720p film")
    parser.add_argument("--sound-seconds", type=int, default=600, help="of speech")
    parser.add_argument("--only", default="", help="memory, film, copy, long or sound")
    return parser.parse_args()


def _parts(
    folder: Path, asked: argparse.Namespace
) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "memory", _memory(folder)
    yield "film", _film(folder, asked.seconds)
    yield "copy", _copy(folder, asked.seconds)
    yield "long", _long(folder, asked.long_seconds)
    yield "sound", _sound(folder, asked.sound_seconds)


def _memory(folder: Path) -> Iterator[Row]:
    large = film_file(folder / "1080p.mp4", "1920x1080", LARGE_SECONDS, "-g", "250")
    Making(large, _made(folder / "memory")).all()
    _cpu_seconds()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEBIBYTE
    yield Row("memory of the largest child, 1080p", peak, "1 GiB", 1024, 1.0, "MiB")


def _film(folder: Path, seconds: int) -> Iterator[Row]:
    """A film that must be encoded, made at once."""
    source = film_file(folder / "720p.mp4", "1280x720", seconds, "-g", "250")
    work = _made(folder / "film")
    making = Making(source, work)
    marks = making.all()
    plan, names = making.plan, "+".join(rung.name for rung in making.plan.rungs)
    ours = _cost(making.first)
    one = _cost(lambda: by_hand(one_process(source, plan, work)))
    each = _cost(lambda: all_by_hand(one_by_one(source, plan, work)))
    cpu, length = f"ladder {names}, CPU", f"its length, {seconds} s"
    yield Row(cpu, ours.cpu_seconds, "one process by hand", one.cpu_seconds, 1.05)
    yield Row(cpu, ours.cpu_seconds, "a process per rung", each.cpu_seconds, 0.80)
    yield from _as_good("film of 6 Mbit/s", source, making, work)
    yield Row("listenable after", marks["sound"], length, seconds, 0.15)
    yield Row(
        "720p playable after, all rungs at once", marks["first"], length, seconds, 1
    )


def _as_good(name: str, source: Path, making: Making, work: Path) -> Iterator[Row]:
    """What is saved in computing must not be seen, nor cost anybody's data."""
    top = making.plan.rungs[0]
    ours = making.files[Kind.HLS_MEDIA, top.name]
    theirs = made_by_hand(top, work)
    lost = [unlike(file, source) for file in (ours, theirs)]
    size = [file.stat().st_size / MEGABYTE for file in (ours, theirs)]
    beside = "one process by hand"
    yield Row(f"{name}, {top.name}, 100 - VMAF", lost[0], beside, lost[1], 1, "")
    yield Row(f"{name}, {top.name}, size", size[0], beside, size[1], 1.01, "MB")


def _copy(folder: Path, seconds: int) -> Iterator[Row]:
    """The same film with short groups, which fits: its pictures are kept."""
    fits = ("-g", "60", "-maxrate", "2M", "-bufsize", "2M")
    source = film_file(folder / "fits.mp4", "1280x720", seconds, *fits, picture=FACE)
    work = _made(folder / "copy")
    making = Making(source, work)
    marks = making.all()
    assert making.plan.copied, "the copy was not possible"
    two = tuple(r for r in making.plan.rungs if r.name in ("720p", "360p"))
    making.plan = replace(making.plan, rungs=two)
    encoded = replace(making.plan, copied="", keys=(), chunks=())
    ours = _cost(making.rungs)
    theirs = _cost(lambda: by_hand(one_process(source, encoded, work)))
    cpu, length = "720p+360p of a film that fits, CPU", f"its length, {seconds} s"
    # 45 CPU-s where the source fits, 112 where it does not.
    yield Row(cpu, ours.cpu_seconds, "encoding it all", theirs.cpu_seconds, 45 / 112)
    yield Row("playable after, by copy", marks["first"], length, seconds, 0.15)


def _long(folder: Path, seconds: int) -> Iterator[Row]:
    """Films that are made in chunks: dear to decode, and as dear as talks are."""
    size, groups = "1280x720", ("-g", "250")
    restless = film_file(folder / "restless.mp4", size, seconds, *groups)
    moving = "film of 6 Mbit/s"
    yield from _in_chunks(moving, restless, _made(folder / "restless"), seconds)
    told = ("-crf", "-1", "-b:v", "2M", "-maxrate", "2500k", "-bufsize", "4M")
    talk = film_file(folder / "talk.mp4", size, seconds, *groups, *told, picture=FACE)
    yield from _in_chunks("talk of 2 Mbit/s", talk, _made(folder / "talk"), seconds)


def _in_chunks(name: str, source: Path, work: Path, seconds: int) -> Iterator[Row]:
    """By one process, and by two with a core each."""
    making = Making(source, work)
    marks = making.until_first()
    plan, length = making.plan, f"its length, {seconds} s"
    playable = f"{name} playable after, quick rungs first"
    yield Row(playable, marks["first"], length, seconds, 0.15)
    first = _cost(making.first)
    alone = _cost(lambda: making.chunks_on([{0}]))
    both = _cost(lambda: making.chunks_on([{0}, {1}]))
    cpu = first.cpu_seconds + alone.cpu_seconds
    for scaler in ("scale", "zscale"):  # what everybody types, and the cheapest
        command = one_process(source, plan, work, scaler)
        theirs = _cost(partial(by_hand, command)).cpu_seconds
        beside = f"one process by hand, {scaler}"
        yield Row(f"{name} in chunks, CPU", cpu, beside, theirs, 1.05)
    walls = (both.wall_seconds, "one core alone", alone.wall_seconds)
    yield Row("its chunks by two processes, a core each", *walls, 0.55)


def _sound(folder: Path, seconds: int) -> Iterator[Row]:
    """MP3 and low-data Opus: checked, listened to, levelled, drawn, and verified."""
    source = talk_file(folder / "talk.wav", seconds)
    work = _made(folder / "sound")
    gain = plan_levelling(pipeline.check(source, nobody).loudness).gain
    ours, theirs = _by_turns(
        lambda: _whole_sound(source, work),
        lambda: _sound_by_hand(source, work, gain),
    )
    beside = "measure, level, MP3 and Opus by hand"
    yield Row("sound only", ours.wall_seconds, beside, theirs.wall_seconds, 1.10)
    yield Row("sound only, CPU", ours.cpu_seconds, beside, theirs.cpu_seconds, 1.50)


def _by_turns(
    ours: Callable[[], object], theirs: Callable[[], object]
) -> tuple[Cost, Cost]:
    """The best of a few turns each: what a busy machine adds is not ours."""
    costs = [(_cost(ours), _cost(theirs)) for _ in range(TURNS)]
    best = [
        min(each, key=lambda cost: cost.wall_seconds)
        for each in zip(*costs, strict=True)
    ]
    return best[0], best[1]


def _cost(work: Callable[[], object]) -> Cost:
    cpu, wall = _cpu_seconds(), time.monotonic()
    work()
    return Cost(time.monotonic() - wall, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    # A wall ends before what is behind it: as its heir, we get the account.
    time.sleep(HEIR_SECONDS)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    of_both = (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    used = [resource.getrusage(who) for who in of_both]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _whole_sound(source: Path, work: Path) -> None:
    admission = pipeline.check(source, nobody)
    pipeline.make_sound(source, admission, work, nobody)


def _sound_by_hand(source: Path, work: Path, gain: float) -> None:
    # No verification, no outline, and the filters that we found to be the cheapest.
    heard = "ebur128=peak=true:dualmono=true:framelog=quiet"
    by_hand(["-i", str(source), "-af", heard, "-f", "null", "-"])
    held = f"volume={gain}dB,aresample=96000,alimiter=limit=0.82:level=disabled"
    graph = f"[0:a]{held},asplit[a][b];[a]aresample=44100[m];[b]aresample=48000[o]"
    mp3 = ["-map", "[m]", "-c:a", "libmp3lame", "-b:a", "96k"]
    opus = ["-map", "[o]", "-c:a", "libopus", "-frame_duration", "60", "-b:a", "32k"]
    files = [*mp3, str(work / "by-hand.mp3"), *opus, str(work / "by-hand.opus")]
    by_hand(["-i", str(source), "-filter_complex", graph, *files])


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
