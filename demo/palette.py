"""Colours, shapes and letters that the artwork and the film share."""

from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

PAPER, SAND, CLAY, ROSE = "#f6efe4", "#ead9c1", "#c8714f", "#dfa58a"
PINE, MOSS, INK = "#2f5d57", "#8fb09b", "#23302e"
SERIF = "/usr/share/fonts/opentype/ebgaramond/EBGaramond12-Regular.otf"
SANS = "/usr/share/fonts/truetype/lato/Lato-Medium.ttf"

Colour = tuple[int, int, int, int]
Point = tuple[float, float]


def letters(face: str, size: int) -> ImageFont.FreeTypeFont:
    """A typeface in a size."""
    return ImageFont.truetype(face, size)


@cache
def glow(colour: str, radius: int, softness: float, alpha: int) -> Image.Image:
    """A disc whose edge may be soft; ready to be laid over something."""
    edge = round(radius * softness * 2)
    side = 2 * (radius + edge)
    mask = Image.new("L", (side * 2, side * 2))
    box = (2 * edge, 2 * edge, 2 * (side - edge), 2 * (side - edge))
    ImageDraw.Draw(mask).ellipse(box, fill=alpha)
    mask = mask.resize((side, side), Image.Resampling.LANCZOS)
    if edge:
        mask = mask.filter(ImageFilter.GaussianBlur(edge / 2))
    disc = Image.new("RGBA", (side, side), colour)
    disc.putalpha(mask)
    return disc


def lay(picture: Image.Image, disc: Image.Image, centre: Point) -> None:
    """Lay a disc on a picture, its middle at `centre`."""
    corner = (round(centre[0] - disc.width / 2), round(centre[1] - disc.height / 2))
    picture.paste(disc, corner, disc)


def gradient(size: tuple[int, int], top: str, bottom: str) -> Image.Image:
    """From one colour down to another."""
    fade = Image.linear_gradient("L").resize(size)
    return Image.composite(
        Image.new("RGB", size, bottom), Image.new("RGB", size, top), fade
    )
