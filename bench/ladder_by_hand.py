"""What somebody who knows ffmpeg would type to get the same renditions."""

from collections.abc import Sequence
from pathlib import Path

from media_pipeline.film.plan import FilmPlan, Rung
from media_pipeline.film.presets import plain_preset_for


def one_process(
    source: Path, plan: FilmPlan, work: Path, scaler: str = "scale"
) -> list[str]:
    """One decode, and every rung scaled from the source by one of ffmpeg's filters."""
    names = [f"v{number}" for number in range(len(plan.rungs))]
    graph = f"[0:v]split={len(names)}" + "".join(f"[{name}]" for name in names)
    graph += "".join(
        f";[{name}]{_scale(rung, scaler)}[{name}s]"
        for name, rung in zip(names, plan.rungs, strict=True)
    )
    args = ["-i", str(source), "-filter_complex", graph]
    for name, rung in zip(names, plan.rungs, strict=True):
        file = str(made_by_hand(rung, work))
        args += ["-map", f"[{name}s]", *_encoder(rung, plan), file]
    return args


def made_by_hand(rung: Rung, work: Path) -> Path:
    """Where that command writes a rung."""
    return work / f"{rung.name}-by-hand.mp4"


def one_by_one(source: Path, plan: FilmPlan, work: Path) -> list[list[str]]:
    """A process for each rung."""
    end = str(work / "alone.mp4")
    return [
        ["-i", str(source), "-an", "-vf", _scale(rung), *_encoder(rung, plan), end]
        for rung in plan.rungs
    ]


def _scale(rung: Rung, scaler: str = "scale") -> str:
    # The same curve as ours: the bicubic one of zscale is softer, which is cheaper to
    # encode. `scale` is left as everybody types it.
    curve = "" if scaler == "scale" else ":filter=lanczos"
    return f"fps={rung.frame_rate},{scaler}={rung.width}:{rung.height}{curve}"


def _encoder(rung: Rung, plan: FilmPlan) -> Sequence[str]:
    asked = plain_preset_for(rung, plan.budget).items()
    options = [word for name, value in asked for word in (f"-{name}", str(value))]
    cut = "-sc_threshold 0 -force_key_frames expr:gte(t,n_forced*2)"
    whole = "-movflags +frag_keyframe+empty_moov"
    return ["-c:v", "libx264", *options, *cut.split(), *whole.split()]
