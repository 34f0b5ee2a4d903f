"""Artwork for the show and its episodes: calm shapes, few words."""

from pathlib import Path

from PIL import Image, ImageDraw

from demo.palette import (
    CLAY,
    INK,
    MOSS,
    PAPER,
    PINE,
    ROSE,
    SAND,
    SANS,
    SERIF,
    glow,
    gradient,
    lay,
    letters,
)

SIDE = 1600  # px


def paint_show(path: Path) -> None:
    """Two who talk, and the warm place where they meet."""
    picture = gradient((SIDE, SIDE), PAPER, SAND)
    lay(picture, glow(PINE, 400, 0, 235), (610, 610))
    lay(picture, glow(CLAY, 400, 0, 215), (990, 610))
    _write(picture, "Trainee Talk", 1230, SERIF, 210, INK)
    _write(picture, "CONVERSATIONS ABOUT BECOMING A THERAPIST", 1410, SANS, 46, PINE)
    _save(picture, path)


def paint_talk(path: Path) -> None:
    """A fire, and two chairs that are drawn up to it."""
    picture = gradient((SIDE, SIDE), "#24423f", "#162b2a")
    lay(picture, glow(CLAY, 430, 0.7, 120), (800, 560))
    lay(picture, glow(ROSE, 210, 0.5, 200), (800, 580))
    lay(picture, glow(PAPER, 80, 0.6, 235), (800, 605))
    for left in (170, 1110):
        _chair(picture, left)
    _write(picture, "Your first supervision", 1130, SERIF, 142, PAPER)
    _write(picture, "TRAINEE TALK", 1400, SANS, 46, ROSE)
    _save(picture, path)


def paint_film(path: Path) -> None:
    """A word that spreads in still water."""
    picture = gradient((SIDE, SIDE), "#e3ece5", "#bcd0c3")
    for radius, alpha in ((560, 40), (430, 60), (300, 90), (170, 150)):
        lay(picture, glow(PINE, radius, 0, alpha), (800, 660))
    lay(picture, glow(CLAY, 58, 0, 255), (800, 660))
    _write(picture, "Five small ways to listen", 1350, SERIF, 128, INK)
    _write(picture, "TRAINEE TALK", 1480, SANS, 46, PINE)
    _save(picture, path)


def _chair(picture: Image.Image, left: int) -> None:
    pen = ImageDraw.Draw(picture)
    faces_right = left < SIDE / 2
    back = left if faces_right else left + 250
    pen.rounded_rectangle((back, 420, back + 70, 820), 35, fill=MOSS)
    pen.rounded_rectangle((left, 680, left + 320, 820), 40, fill=MOSS)
    for leg in (left + 20, left + 260):
        pen.rounded_rectangle((leg, 800, leg + 36, 920), 16, fill=MOSS)


def _write(
    picture: Image.Image, text: str, middle: int, face: str, size: int, colour: str
) -> None:
    pen = ImageDraw.Draw(picture)
    pen.text((SIDE / 2, middle), text, colour, letters(face, size), anchor="mm")


def _save(picture: Image.Image, path: Path) -> None:
    picture.save(path, quality=86, optimize=True)
