"""Rungs whose pictures are known, and the colours of pictures."""

from pathlib import Path

from PIL import Image

from media_pipeline.rendition import Kind, Rendition, finished
from tests.media_pipeline.recordings import ffmpeg

FRAGMENTS = ("-movflags", "+frag_keyframe+delay_moov+default_base_moof")


def rung(
    folder: Path,
    source: str,
    seconds: float,
    *,
    size: str = "320x180",
    keys: float = 2,
) -> Rendition:
    """A film as a ladder has it, with a whole picture every few seconds."""
    width, height = map(int, size.split("x"))
    film = folder / "rung.mp4"
    lavfi = ("-f", "lavfi", "-t", str(seconds), "-i", source)
    forced = ("-force_key_frames", f"expr:gte(t,n_forced*{keys})")
    ffmpeg(*lavfi, *forced, *FRAGMENTS, "-pix_fmt", "yuv420p", str(film))
    return finished(Kind.HLS_MEDIA, film, "video/mp4", width=width, height=height)


def scenes(*pictures: str) -> str:
    """One source after another, each as long as it says."""
    parts = [f"{picture},setsar=1[s{n}]" for n, picture in enumerate(pictures)]
    joined = "".join(f"[s{n}]" for n in range(len(pictures)))
    return ";".join([*parts, f"{joined}concat={len(pictures)}"])


def plain(colour: str, seconds: float = 2) -> str:
    """A source of one colour."""
    return f"color={colour}:size=320x180:rate=10:d={seconds}"


def colour_at(path: Path, x: int, y: int) -> tuple[int, int, int]:
    """The colour of one place in a picture: red, green, blue."""
    with Image.open(path) as opened:
        pixel = opened.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    red, green, blue = pixel
    return int(red), int(green), int(blue)


def size_of(path: Path) -> tuple[int, int]:
    """Width and height."""
    with Image.open(path) as opened:
        return opened.size
