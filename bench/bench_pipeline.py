"""What the pipeline costs, beside ffmpeg commands written by hand.

Everything is measured in one run, on media made for it: the figures of one machine
say little, their ratios say how much of the cost is ours.

    python -m bench.bench_pipeline [--seconds 60] [--sound-seconds 600]
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from media_pipeline import pipeline
from media_pipeline.admission import Admission
from media_pipeline.ffmpeg_program import find_ffmpeg
from media_pipeline.plan import FilmPlan, Rung, plan_film
from media_pipeline.process import Limits, run
from media_pipeline.rendition import Kind
from media_pipeline.video import BUFFER_SECONDS, PRESET, encode_rungs

LARGE_SECONDS = 8  # of 1080p: memory does not grow after a few seconds
MEBIBYTE = 1024  # getrusage tells KiB
_LIMITS = Limits(total_seconds=1800)


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
            f"{self.what:<34} {self.ours:8.1f} {self.theirs:8.1f} {self.unit:<6}"
            f"{ratio:6.2f} <= {self.most:<5.2f} {met:<4} {self.against}"
        )


def main() -> None:
    """Measure, and print the table."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Path(place)
        rows = [*_memory(folder), *_film(folder, asked.seconds)]
        rows += _sound(folder, asked.sound_seconds)
    print(f"{os.cpu_count()} cores, ffmpeg {find_ffmpeg().version}, preset {PRESET}")
    print(f"{'':<34} {'ours':>8} {'other':>8} {'':<6}{'ratio':>6}    goal  met  beside")
    for row in rows:
        print(row.text())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="of 720p film")
    parser.add_argument("--sound-seconds", type=int, default=600, help="of speech")
    return parser.parse_args()


def _memory(folder: Path) -> list[Row]:
    large = _film_file(folder / "1080p.mp4", "1920x1080", LARGE_SECONDS)
    _whole_film(large, _made(folder / "memory"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEBIBYTE
    return [Row("memory of one ffmpeg, 1080p", peak, "1 GiB", 1024, 1.0, "MiB")]


def _film(folder: Path, seconds: int) -> list[Row]:
    source = _film_file(folder / "720p.mp4", "1280x720", seconds)
    work = _made(folder / "film")
    marks = _whole_film(source, work)
    admission = pipeline.check(source, _nobody)
    assert admission.picture
    plan = plan_film(admission.picture)
    ours = _cost(lambda: _encode(source, admission, plan, work))
    one = _cost(lambda: _by_hand(_one_process(source, plan, work)))
    each = _cost(lambda: _one_by_one(source, plan, work))
    names = "+".join(rung.name for rung in plan.rungs)
    cpu, length = f"ladder {names}, CPU", f"its length, {seconds} s"
    return [
        Row(cpu, ours.cpu_seconds, "one process by hand", one.cpu_seconds, 1.05),
        Row(cpu, ours.cpu_seconds, "a process per rung", each.cpu_seconds, 0.80),
        Row("listenable after", marks["sound"], length, seconds, 0.15),
        Row("playable after", marks["film"], length, seconds, 0.15),
    ]


def _sound(folder: Path, seconds: int) -> list[Row]:
    source = _sound_file(folder / "talk.wav", seconds)
    work = _made(folder / "sound")
    ours = _cost(lambda: _whole_sound(source, work))
    theirs = _cost(lambda: _sound_by_hand(source, work))
    beside = "measure, level, MP3 by hand"
    return [
        Row("sound only", ours.wall_seconds, beside, theirs.wall_seconds, 1.10),
        Row("sound only, CPU", ours.cpu_seconds, beside, theirs.cpu_seconds, 1.10),
    ]


def _cost(work: Callable[[], object]) -> Cost:
    wall, cpu = time.monotonic(), _cpu_seconds()
    work()
    return Cost(time.monotonic() - wall, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    of_both = (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    used = [resource.getrusage(who) for who in of_both]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _whole_film(source: Path, work: Path) -> dict[str, float]:
    begun, marks = time.monotonic(), {}
    admission = pipeline.check(source, _nobody)
    sounds = pipeline.make_sound(source, admission, work, _nobody)
    marks["sound"] = time.monotonic() - begun
    cut = {rendition.kind: rendition.path for rendition in sounds}[Kind.HLS_MEDIA]
    pipeline.make_film(source, admission, cut, work, _nobody)
    marks["film"] = time.monotonic() - begun
    return marks


def _encode(source: Path, admission: Admission, plan: FilmPlan, work: Path) -> None:
    assert admission.picture
    encode_rungs(
        source,
        admission,
        admission.picture,
        plan,
        work,
        seconds=admission.duration_seconds,
        on_progress=_nobody,
    )


def _whole_sound(source: Path, work: Path) -> None:
    admission = pipeline.check(source, _nobody)
    pipeline.make_sound(source, admission, work, _nobody)


def _one_process(source: Path, plan: FilmPlan, work: Path) -> list[str]:
    names = [f"v{number}" for number in range(len(plan.rungs))]
    graph = f"[0:v]split={len(names)}" + "".join(f"[{name}]" for name in names)
    graph += "".join(
        f";[{name}]{_scale(rung)}[{name}s]"
        for name, rung in zip(names, plan.rungs, strict=True)
    )
    args = ["-i", str(source), "-filter_complex", graph]
    for name, rung in zip(names, plan.rungs, strict=True):
        args += ["-map", f"[{name}s]", *_encoder(rung), str(work / f"{name}.mp4")]
    return args


def _one_by_one(source: Path, plan: FilmPlan, work: Path) -> None:
    for rung in plan.rungs:
        args = ["-i", str(source), "-an", "-vf", _scale(rung), *_encoder(rung)]
        _by_hand([*args, str(work / "alone.mp4")])


def _scale(rung: Rung) -> str:
    return f"scale={rung.width}:{rung.height}"


def _encoder(rung: Rung) -> Sequence[str]:
    return (
        f"-c:v libx264 -preset {PRESET} -crf {rung.crf} -maxrate {rung.most_bits} "
        f"-bufsize {int(rung.most_bits * BUFFER_SECONDS)} -sc_threshold 0 "
        "-force_key_frames expr:gte(t,n_forced*2) -movflags +frag_keyframe+empty_moov"
    ).split()


def _sound_by_hand(source: Path, work: Path) -> None:
    heard = "ebur128=peak=true:dualmono=true:framelog=quiet"
    _by_hand(["-i", str(source), "-af", heard, "-f", "null", "-"])
    levelled = (
        "volume=6dB,aresample=192000,alimiter=limit=0.83:level=disabled,"
        "aformat=sample_rates=44100:channel_layouts=mono"
    )
    mp3 = ["-c:a", "libmp3lame", "-b:a", "96k", str(work / "by-hand.mp3")]
    _by_hand(["-i", str(source), "-af", levelled, *mp3])


def _film_file(path: Path, size: str, seconds: int) -> Path:
    # A moving picture with the noise of a camera, and something to hear.
    picture = f"testsrc2=size={size}:rate=30,noise=alls=6:allf=t"
    args = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", _speech()]
    args += ["-t", str(seconds), "-c:v", "libx264", "-preset", "veryfast"]
    _by_hand([*args, "-crf", "21", "-pix_fmt", "yuv420p", str(path)])
    return path


def _sound_file(path: Path, seconds: int) -> Path:
    _by_hand(["-f", "lavfi", "-i", _speech(), "-t", str(seconds), str(path)])
    return path


def _speech() -> str:
    # Noise in the band of a voice, in syllables and with pauses for breath.
    noise = "anoisesrc=color=pink:sample_rate=48000:seed=7,bandpass=f=900:width=900"
    syllables = "volume='(0.15+abs(sin(9*t)))*gt(sin(t),-0.8)':eval=frame"
    return f"{noise},{syllables}"


def _by_hand(args: Sequence[str]) -> None:
    ffmpeg = str(find_ffmpeg().path)
    run([ffmpeg, "-nostdin", "-y", "-loglevel", "error", *args], limits=_LIMITS)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _nobody(share: float) -> None:
    """Nobody waits for this."""


if __name__ == "__main__":
    main()
