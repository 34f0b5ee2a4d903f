"""What a film needs: a few seconds of it are encoded, and looked at.

A face or a slide needs far fewer bits than a football match, and fewer sizes.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ffmpeg

from media_pipeline.entrance.admission import Admission
from media_pipeline.film.chunks import LONGEST_LEAD_SECONDS
from media_pipeline.film.ladder import Rung, at_rate
from media_pipeline.film.plan import Budget, Chunk, FilmPlan
from media_pipeline.film.video import encode_rungs
from media_pipeline.programs.ffmpeg_program import find_ffmpeg, knows_filter
from media_pipeline.programs.process import Limits, nobody, run
from media_pipeline.recording.key_frames import PictureScan

WINDOWS = 3  # of one group each, from all over the film
FRUGAL_CRF = 27
SMALLEST_GAIN = 0.7  # of what the rung above needs: more helps nobody
# How each tells its result, and from where on people do not see what is better.
_JUDGES = {"libvmaf": ("VMAF score: ", 95.0), "ssim": ("All:", 0.985)}
_COMPARING = Limits(total_seconds=600)  # a few seconds of film, on the slowest machine
_REFERENCE_CRF, _REFERENCE_BITS = 8, 100_000_000


@dataclass(frozen=True, slots=True)
class Need:
    """What was measured: bit/s of each rung, and whether fewer would look as good."""

    bits: Mapping[str, float]
    frugal_is_good: bool


def suited(
    recording: Path,
    admission: Admission,
    plan: FilmPlan,
    found: PictureScan,
    folder: Path,
) -> FilmPlan:
    """The same plan with the rungs that this film needs."""
    windows = list(_windows(plan, found))
    if not windows:  # its key frames lie too far apart to look quickly
        return plan
    need = _measured(recording, admission, plan, windows, folder)
    return replace(plan, rungs=chosen(plan.rungs, need))


def chosen(rungs: Sequence[Rung], need: Need) -> tuple[Rung, ...]:
    """The rungs that are worth their bits. The largest and the smallest always stay."""
    kept = [rungs[0]]
    for rung in rungs[1:-1]:
        if need.bits[rung.name] <= SMALLEST_GAIN * need.bits[kept[-1].name]:
            kept.append(rung)
    kept += rungs[1:][-1:]
    crf = FRUGAL_CRF if need.frugal_is_good else None
    return tuple(replace(rung, crf=crf or rung.crf) for rung in kept)


def _measured(
    recording: Path,
    admission: Admission,
    plan: FilmPlan,
    windows: Sequence[Chunk],
    folder: Path,
) -> Need:
    # The quickest encoder tells as well which rung needs how much beside the others.
    quick, top = replace(plan, budget=Budget.QUICK), plan.rungs[0]
    reference = at_rate(
        replace(top, name="reference", crf=_REFERENCE_CRF, most_bits=_REFERENCE_BITS),
        top.frame_rate,
    )
    frugal = replace(top, name="frugal", crf=FRUGAL_CRF)
    looked_at = [top, reference, frugal, *plan.rungs[1:]]
    files = {rung: folder / f"probe-{rung.name}.mp4" for rung in looked_at}
    sizes: Counter[str] = Counter()
    good = []
    for window in windows:
        encode_rungs(
            recording, admission, quick, files, chunk=window, on_progress=nobody
        )
        sizes.update({rung.name: file.stat().st_size for rung, file in files.items()})
        good.append(_looks_good(files[frugal], files[reference], folder))
    for file in files.values():
        file.unlink()
    seconds = float(sum(window.frames for window in windows) / plan.frame_rate)
    bits = {name: 8 * size / seconds for name, size in sizes.items()}
    return Need(bits, all(good))


def _windows(plan: FilmPlan, found: PictureScan) -> Iterator[Chunk]:
    group = int(plan.group_seconds * plan.frame_rate)
    # The sound may go on: there is nothing to look at after the last picture.
    last = min(plan.frame_count - 1, int(found.last_seconds * plan.frame_rate))
    for begin in sorted(
        {_middle(number, last + 1, group) for number in range(WINDOWS)}
    ):
        seek = found.seek_before(float(begin / plan.frame_rate))
        if begin / plan.frame_rate - seek <= LONGEST_LEAD_SECONDS:
            yield Chunk(begin, begin + group, seek)


def _middle(number: int, count: int, group: int) -> int:
    middle = (2 * number + 1) * count // (2 * WINDOWS)
    return middle // group * group


def _looks_good(seen: Path, meant: Path, folder: Path) -> bool:
    ours, theirs = (ffmpeg.input(f"file:{file.absolute()}") for file in (seen, meant))
    measure = "libvmaf" if knows_filter(find_ffmpeg().path, "libvmaf") else "ssim"
    options = {"n_subsample": 3} if measure == "libvmaf" else {}
    compared = ffmpeg.filter([ours, theirs], measure, **options)
    told = run(
        find_ffmpeg().command(compared.output("-", format="null"), told="info"),
        limits=_COMPARING,
        on_progress=nobody,
        reads=[seen, meant],
        writes=folder,
    ).log
    said, enough = _JUDGES[measure]
    scores = re.findall(rf"{said}([\d.]+)", told)
    return bool(scores) and float(scores[-1]) >= enough
