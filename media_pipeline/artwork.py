"""A square JPEG that every podcast app accepts, out of whatever picture was given.

The picture is decoded in a child that may be killed:
`python -m media_pipeline.artwork IN OUT`.
"""

import io
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageCms, ImageFilter, ImageOps, UnidentifiedImageError

from media_pipeline.errors import ProgramFailed, ProgramKilled, UnusableArtwork
from media_pipeline.process import Limits, run
from media_pipeline.rendition import Kind, Rendition, finished
from media_pipeline.resources import EXAMINING_MEMORY

SMALLEST_SIDE, LARGEST_SIDE = 1400, 3000  # pixels, as Apple asks
SMALLEST_GIVEN = 300  # below this, enlarging shows nothing but blocks
LARGEST_BYTES = 512_000  # some apps give up on more
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITIES = (88, 76, 62, 46, 30)

_LIMITS = Limits(total_seconds=60, cpu_seconds=40, memory_bytes=EXAMINING_MEMORY)
_UNREADABLE = "This picture cannot be read. Please send a JPEG, PNG or WebP."


def make_artwork(picture: Path, folder: Path) -> Rendition:
    """Make `artwork.jpg` in `folder`, or raise `UnusableArtwork`."""
    if not picture.is_file():
        raise UnusableArtwork(f"There is no picture called {picture.name}.")
    made, part = folder / "artwork.jpg", folder / "artwork.part.jpg"
    try:
        side = _make_in_child(picture, part)
        part.replace(made)
    finally:
        part.unlink(missing_ok=True)
    return finished(Kind.ARTWORK, made, "image/jpeg", width=side, height=side)


def _make_in_child(picture: Path, part: Path) -> int:
    module = [sys.executable, "-m", "media_pipeline.artwork"]
    try:
        told = run(
            [*module, str(picture.absolute()), str(part.absolute())],
            limits=_LIMITS,
            cwd=Path(__file__).parent.parent,
            reads=[picture],
            writes=part.parent,
        ).output.decode()
    except ProgramKilled:
        raise
    except ProgramFailed as error:
        raise UnusableArtwork(_UNREADABLE, cause=error.cause) from error
    if not told.isdigit():
        raise UnusableArtwork(told)
    return int(told)


def main(given: str, wanted: str) -> None:
    """The child: print the side of the square that was made, or why it was not."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        sys.stdout.write(str(_make_square(Path(given), Path(wanted))))
    except UnusableArtwork as refusal:
        sys.stdout.write(refusal.sentence)


def _make_square(given: Path, wanted: Path) -> int:
    with _opened(given) as opened:
        if min(opened.size) < SMALLEST_GIVEN:
            raise UnusableArtwork(
                f"This picture is only {opened.width} by {opened.height} pixels. "
                f"Please send one of at least {SMALLEST_SIDE} by {SMALLEST_SIDE}."
            )
        upright = ImageOps.exif_transpose(opened)
        side = min(max(min(upright.size), SMALLEST_SIDE), LARGEST_SIDE)
        square = ImageOps.fit(_on_white(upright), (side, side))
    square.info.clear()  # Pillow would write down again what a photo says of itself
    return _save(square, wanted)


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


def _save(square: Image.Image, wanted: Path) -> int:
    """Save it small enough, and tell the side that it has then."""
    for picture in _ever_simpler(square):
        for quality in QUALITIES:
            picture.save(wanted, "JPEG", quality=quality, optimize=True, dpi=(72, 72))
            if wanted.stat().st_size <= LARGEST_BYTES:
                return picture.width
    raise UnusableArtwork("This picture is nothing but noise. Please send another.")


def _ever_simpler(square: Image.Image) -> Iterator[Image.Image]:
    yield square
    smaller = square.resize((SMALLEST_SIDE, SMALLEST_SIDE))
    yield smaller
    for radius in (1, 2, 4):  # noise does not compress
        yield smaller.filter(ImageFilter.GaussianBlur(radius))


if __name__ == "__main__":
    main(*sys.argv[1:3])
