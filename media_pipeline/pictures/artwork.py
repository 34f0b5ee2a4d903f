"""A JPEG that every podcast app accepts, out of whatever picture was given.

The picture is decoded in a child that may be killed:
`python -m media_pipeline.pictures.artwork IN OUT SHAPE`.
"""

import io
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageFilter, ImageOps, UnidentifiedImageError

from media_pipeline.errors import ProgramFailed, UnusableArtwork
from media_pipeline.programs.process import Limits, run_child
from media_pipeline.programs.resources import EXAMINING_MEMORY
from media_pipeline.rendition import Kind, Rendition, finished

SMALLEST_SIDE, LARGEST_SIDE = 1400, 3000  # pixels, as Apple asks
SMALLEST_GIVEN = 300  # below this, enlarging shows nothing but blocks
LARGEST_BYTES = 512_000  # some apps give up on more
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITIES = (88, 76, 62, 46, 30)

_LIMITS = Limits(total_seconds=60, cpu_seconds=40, memory_bytes=EXAMINING_MEMORY)
_PLACES = threading.BoundedSemaphore(2)  # hosts may send many; each may take a gigabyte
_UNREADABLE = "This picture cannot be read. Please send a JPEG, PNG or WebP."


@dataclass(frozen=True, slots=True)
class Shape:
    """What a picture is cut to."""

    kind: Kind
    ratio: tuple[int, int]
    smallest: int  # width in pixels
    largest: int

    def height(self, width: int) -> int:
        """Of a picture so wide."""
        return width * self.ratio[1] // self.ratio[0]

    def size_from(self, width: int, height: int) -> tuple[int, int]:
        """How large it is made of a picture of this size."""
        widest = min(width, height * self.ratio[0] // self.ratio[1])
        wide = min(max(widest, self.smallest), self.largest)
        wide -= wide % self.ratio[0]
        return wide, self.height(wide)


SHAPES = {
    "square": Shape(Kind.ARTWORK, (1, 1), SMALLEST_SIDE, LARGEST_SIDE),
    "wide": Shape(Kind.POSTER, (16, 9), 1280, 1920),
}


def make_artwork(picture: Path, folder: Path) -> Rendition:
    """Make `artwork.jpg` in `folder`, a square, or raise `UnusableArtwork`."""
    return _make(picture, folder / "artwork.jpg", "square")


def make_given_poster(picture: Path, folder: Path) -> Rendition:
    """Make `poster.jpg` in `folder`, as wide as a film, or raise `UnusableArtwork`."""
    return _make(picture, folder / "poster.jpg", "wide")


def _make(picture: Path, made: Path, name: str) -> Rendition:
    if not picture.is_file():
        raise UnusableArtwork(f"There is no picture called {picture.name}.")
    part, shape = made.with_suffix(".part.jpg"), SHAPES[name]
    try:
        width = _make_in_child(picture, part, name)
        part.replace(made)
    finally:
        part.unlink(missing_ok=True)
    height = shape.height(width)
    return finished(shape.kind, made, "image/jpeg", width=width, height=height)


def _make_in_child(picture: Path, part: Path, name: str) -> int:
    child = ["-m", "media_pipeline.pictures.artwork"]
    try:
        with _PLACES:
            ended = run_child(
                [*child, str(picture.absolute()), str(part.absolute()), name],
                limits=_LIMITS,
                reads=[picture],
                writes=part.parent,
            )
    except ProgramFailed as error:
        raise UnusableArtwork(_UNREADABLE, cause=error.cause) from error
    told = ended.output.decode()
    if not told.isdigit():
        raise UnusableArtwork(told)
    return int(told)


def main(given: str, wanted: str, name: str) -> None:
    """The child: print the width of what was made, or why it was not."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        sys.stdout.write(str(_cut(Path(given), Path(wanted), SHAPES[name])))
    except UnusableArtwork as refusal:
        sys.stdout.write(refusal.sentence)


def _cut(given: Path, wanted: Path, shape: Shape) -> int:
    with _opened(given) as opened:
        if min(opened.size) < SMALLEST_GIVEN:
            raise UnusableArtwork(
                f"This picture is only {opened.width} by {opened.height} pixels. "
                f"Please send one of at least {shape.smallest} by "
                f"{shape.height(shape.smallest)}."
            )
        upright = ImageOps.exif_transpose(opened)
        cut = ImageOps.fit(_on_white(upright), shape.size_from(*upright.size))
    cut.info.clear()  # Pillow would write down again what a photo says of itself
    return _save(cut, wanted, shape)


def _opened(given: Path) -> Image.Image:
    try:
        return Image.open(given, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusableArtwork(
            "This picture is too large. Please send one of about 3000 by 3000 pixels."
        ) from error
    except UnidentifiedImageError as error:
        raise UnusableArtwork(_UNREADABLE) from error


def _on_white(given: Image.Image) -> Image.Image:
    picture = given if given.has_transparency_data else _in_srgb(given)
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    if picture.mode.startswith("I"):  # 16 bits of grey; Pillow would cut, not scale
        return (
            picture.point(lambda level: level * (1 / 256)).convert("L").convert("RGB")
        )
    return picture.convert("RGB")


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(picture, given, shown, outputMode="RGB")
    except (
        ImageCms.PyCMSError,
        OSError,
    ):  # a broken profile, or one for another kind of colour
        return picture
    return turned or picture


def _save(cut: Image.Image, wanted: Path, shape: Shape) -> int:
    """Save it small enough, and tell the width that it has then."""
    for picture in _ever_simpler(cut, shape):
        for quality in QUALITIES:
            made = io.BytesIO()
            picture.save(made, "JPEG", quality=quality, optimize=True, dpi=(72, 72))
            if made.tell() <= LARGEST_BYTES:
                _write(made.getvalue(), wanted)
                return picture.width
    raise UnusableArtwork("This picture is nothing but noise. Please send another.")


def _write(made: bytes, wanted: Path) -> None:
    """All of it, or an error: Pillow by itself does not see that a disk is full."""
    with wanted.open("wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())


def _ever_simpler(cut: Image.Image, shape: Shape) -> Iterator[Image.Image]:
    yield cut
    smaller = cut.resize((shape.smallest, shape.height(shape.smallest)))
    yield smaller
    for radius in (1, 2, 4):  # noise does not compress
        yield smaller.filter(ImageFilter.GaussianBlur(radius))


if __name__ == "__main__":
    main(*sys.argv[1:4])
