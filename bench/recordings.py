"""What is measured on: films and talks, made for it."""

from collections.abc import Sequence
from pathlib import Path

from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import Limits, run

# A moving picture with the noise of a camera.
ACTION = "testsrc2=size={size}:rate=30,noise=alls=6:allf=t"
# One that is as cheap as a head before a wall.
FACE = "testsrc2=size={size}:rate=30,boxblur=4,noise=alls=3:allf=t"
_LIMITS = Limits(total_seconds=3600)


def film_file(
    path: Path, size: str, seconds: int, *args: str, picture: str = ACTION
) -> Path:
    """A film with speech; `args` are ffmpeg's for its H.264."""
    inputs = ["-f", "lavfi", "-i", picture.format(size=size)]
    inputs += ["-f", "lavfi", "-i", _speech(), "-t", str(seconds)]
    h264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "21"]
    by_hand([*inputs, *h264, "-pix_fmt", "yuv420p", *args, str(path)])
    return path


def talk_file(path: Path, seconds: int) -> Path:
    """Speech as it is recorded: rather quiet, and now and then a plosive."""
    plosives = "volume='16*(1+3*lt(mod(t,7),0.02))':eval=frame"
    talk = ["-f", "lavfi", "-i", f"{_speech()},{plosives}", "-t", str(seconds)]
    by_hand([*talk, str(path)])
    return path


def _speech() -> str:
    # Noise in the band of a voice, in syllables and with pauses for breath.
    noise = "anoisesrc=color=pink:sample_rate=48000:seed=7,bandpass=f=900:width=900"
    syllables = "volume='(0.15+abs(sin(9*t)))*gt(sin(t),-0.8)':eval=frame"
    return f"{noise},{syllables}"


def by_hand(args: Sequence[str]) -> None:
    """Run ffmpeg as somebody at a keyboard would."""
    ffmpeg = str(find_ffmpeg().path)
    run([ffmpeg, "-nostdin", "-y", "-loglevel", "error", *args], limits=_LIMITS)


def all_by_hand(commands: Sequence[Sequence[str]]) -> None:
    """One command after the other."""
    for args in commands:
        by_hand(args)
