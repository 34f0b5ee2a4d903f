"""Small recordings of every kind, made by the ffmpeg that we test with."""

from pathlib import Path

from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import run

PINK = "anoisesrc=color=pink:seed=7:amplitude=0.4:sample_rate=48000"
OTHER_PINK = "anoisesrc=color=pink:seed=9:amplitude=0.4:sample_rate=48000"
TONE = "sine=frequency=330:sample_rate=48000"
SILENCE = "anullsrc=sample_rate=48000:channel_layout=mono"
BARS = "testsrc2=size=320x180:rate=25"


def ffmpeg(*args: str) -> None:
    run([str(find_ffmpeg().path), "-nostdin", "-v", "error", "-y", *args])


def record(path: Path, source: str = PINK, *args: str, seconds: float = 4) -> Path:
    """A recording of sound; `args` are ffmpeg's for the output."""
    ffmpeg("-f", "lavfi", "-t", str(seconds), "-i", source, *args, str(path))
    return path


def record_stereo(path: Path, mix: str, *args: str, seconds: float = 4) -> Path:
    """Two channels mixed by `pan` from two different noises, c0 and c1."""
    sources = [
        part
        for source in (PINK, OTHER_PINK)
        for part in ("-f", "lavfi", "-t", str(seconds), "-i", source)
    ]
    graph = f"[0][1]join=inputs=2:channel_layout=stereo,pan={mix}"
    ffmpeg(*sources, "-filter_complex", graph, *args, str(path))
    return path


def film(path: Path, *args: str, seconds: float = 4, picture: str = BARS) -> Path:
    """A recording of picture and sound; `args` are ffmpeg's for the output."""
    inputs = ["-f", "lavfi", "-t", str(seconds), "-i", picture]
    inputs += ["-f", "lavfi", "-t", str(seconds), "-i", PINK]
    h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
    ffmpeg(*inputs, *h264, *args, str(path))
    return path


def again(source: Path, path: Path, *args: str, before: tuple[str, ...] = ()) -> Path:
    """Another form of the same recording."""
    ffmpeg(*before, "-i", str(source), *args, str(path))
    return path


def cut(path: Path, source: Path, share: float) -> Path:
    """Only the first part of its bytes."""
    whole = source.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    return path
