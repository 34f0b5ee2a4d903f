"""The film: large words over still water, and two voices that one can see."""

import math
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

from demo.palette import (
    CLAY,
    INK,
    PAPER,
    PINE,
    ROSE,
    SANS,
    SERIF,
    glow,
    gradient,
    lay,
    letters,
)
from demo.script import Part
from demo.voices import RATE, Tape
from media_pipeline.programs.process import run

SIZE = WIDTH, HEIGHT = 1280, 720  # px
FRAMES_PER_SECOND = 25
FADE_SECONDS = 0.7
SEATS = {"Ines": (250, ROSE, CLAY), "Tom": (1030, "#a9c4b8", PINE)}
RIPPLES_SECONDS = 9.0  # from the middle to the edge


class Film:
    """Paints every frame of a tape."""

    def __init__(self, parts: tuple[Part, ...], tape: Tape) -> None:
        self._tape = tape
        self._paper = gradient(SIZE, "#eaf1ea", "#c6d8cc")
        self._words = [_words(part) for part in parts]
        self._energy = _energies(tape)
        self._swell = {name: 0.0 for name in SEATS}

    def paint(self, folder: Path) -> None:
        """All frames, numbered."""
        for number in range(math.ceil(self._tape.seconds * FRAMES_PER_SECOND)):
            frame = self._frame(number)
            frame.save(folder / f"{number:05}.jpg", quality=93, subsampling=0)

    def _frame(self, number: int) -> Image.Image:
        t = number / FRAMES_PER_SECOND
        picture = self._paper.copy()
        for ripple in range(5):
            _ripple(picture, (t / RIPPLES_SECONDS + ripple / 5) % 1)
        for name in SEATS:
            self._seat(picture, name, number, t)
        self._large_words(picture, t)
        self._beads(picture, t)
        return picture

    def _seat(self, picture: Image.Image, name: str, number: int, t: float) -> None:
        speaks = any(
            s.speaker == name and s.start_seconds <= t < s.end_seconds
            for s in self._tape.said
        )
        loud = self._energy[min(number, len(self._energy) - 1)] if speaks else 0.0
        # A voice rises faster than it fades.
        pace = 0.35 if loud > self._swell[name] else 0.12
        self._swell[name] += pace * (loud - self._swell[name])
        x, pale, full = SEATS[name]
        lay(
            picture, glow(pale, round(52 + 34 * self._swell[name]), 0.02, 190), (x, 588)
        )
        lay(picture, glow(full, 50, 0, 255), (x, 588))
        pen = ImageDraw.Draw(picture)
        pen.text((x, 588), name, PAPER, letters(SANS, 26), anchor="mm")

    def _large_words(self, picture: Image.Image, t: float) -> None:
        starts = [*self._tape.part_starts, self._tape.seconds]
        for words, start, end in zip(self._words, starts, starts[1:], strict=False):
            seen = min((t - start) / FADE_SECONDS, (end - t) / FADE_SECONDS, 1.0)
            if seen > 0:
                _fade_in(picture, words, _ease(seen))

    def _beads(self, picture: Image.Image, t: float) -> None:
        starts = self._tape.part_starts
        for number, start in enumerate(starts):
            x = WIDTH / 2 + 34 * (number - (len(starts) - 1) / 2)
            lay(picture, glow(CLAY if start <= t else "#9bb5a6", 6, 0, 255), (x, 588))


def _fade_in(picture: Image.Image, words: Image.Image, seen: float) -> None:
    faded = words.getchannel("A").point(lambda alpha: alpha * seen)
    picture.paste(words, (0, round(8 * (1 - seen))), faded)


def encode(folder: Path, sound: Path, film: Path) -> None:
    """Frames and sound become a small MP4."""
    pictures = ["-framerate", str(FRAMES_PER_SECOND), "-i", str(folder / "%05d.jpg")]
    quality = ["-c:v", "libx264", "-crf", "24", "-preset", "slow", "-tune", "animation"]
    format_ = ["-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "80k", "-ar", "48000"]
    ending = ["-shortest", "-movflags", "+faststart", str(film)]
    inputs = [*pictures, "-i", str(sound)]
    run(["ffmpeg", "-v", "error", "-y", *inputs, *quality, *format_, *ending])


def _energies(tape: Tape) -> list[float]:
    step = RATE // FRAMES_PER_SECOND
    blocks = [tape.samples[n : n + step] for n in range(0, len(tape.samples), step)]
    return [min(1.0, math.hypot(*b) / math.sqrt(len(b)) / 2600) for b in blocks]


def _ripple(picture: Image.Image, way: float) -> None:
    tint = _ripple_ring(round(way * 60))
    lay(picture, tint, (WIDTH / 2, 280))


@cache
def _ripple_ring(step: int) -> Image.Image:
    way = step / 60
    radius = round(60 + 620 * way)
    return glow(PINE, radius, 0.02, round(26 * (1 - way)))


@cache
def _words(part: Part) -> Image.Image:
    layer = Image.new("RGBA", SIZE)
    pen = ImageDraw.Draw(layer)
    pen.text((WIDTH / 2, 268), part.words, INK, letters(SERIF, 96), anchor="mm")
    title = part.title.upper()
    pen.text((WIDTH / 2, 372), title, PINE, letters(SANS, 24), anchor="mm")
    return layer


def _ease(seen: float) -> float:
    return (1 - math.cos(math.pi * min(1.0, max(0.0, seen)))) / 2
