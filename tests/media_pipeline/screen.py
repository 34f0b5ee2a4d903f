"""What a viewer sees and hears of a recording after the pipeline had it."""

import array
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import av

from media_pipeline import pipeline
from media_pipeline.entrance.admission import Admission
from media_pipeline.programs.process import nobody
from media_pipeline.rendition import Kind, Rendition

Colour = tuple[int, int, int]  # red, green, blue

NAMES: dict[str, Colour] = {
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
}

# A corner of each colour: then nobody can mistake which way is up.
CORNERS = "color=black:size={size}:rate={rate}" + "".join(
    f",drawbox=x={x}:y={y}:w=iw/2:h=ih/2:color={colour}:t=fill"
    for x, y, colour in [
        ("0", "0", "red"),
        ("iw/2", "0", "lime"),
        ("0", "ih/2", "blue"),
        ("iw/2", "ih/2", "yellow"),
    ]
)


def corners(size: str = "160x90", rate: str = "25") -> str:
    """A picture for `recordings.film`: red and green above blue and yellow."""
    return CORNERS.format(size=size, rate=rate)


@dataclass(frozen=True)
class Watched:
    """The largest rung of a film, and its sound."""

    admission: Admission
    rung: Rendition
    sound: Rendition

    @cached_property
    def frames(self) -> list[av.VideoFrame]:
        with av.open(str(self.rung.path)) as opened:
            return list(opened.decode(video=0))

    @property
    def times(self) -> list[float]:
        return [frame.time for frame in self.frames if frame.time is not None]

    @property
    def size(self) -> tuple[int, int]:
        return self.frames[0].width, self.frames[0].height

    @property
    def seconds(self) -> float:
        return self.times[-1] + (self.times[1] - self.times[0])

    @property
    def is_what_browsers_play(self) -> bool:
        """8 bits, 4:2:0, progressive, square pixels, colours of television."""
        with av.open(str(self.rung.path)) as opened:
            stream = opened.streams.video[0]
            aspect = stream.sample_aspect_ratio
            hdr = int(stream.codec_context.color_trc) in (16, 18)
        first = self.frames[0]
        is_plain = first.format.name == "yuv420p" and not first.interlaced_frame
        return is_plain and aspect == 1 and not hdr

    def at(self, seconds: float, x: float = 0.5, y: float = 0.5) -> str:
        """The name of the colour at a place (as shares of the picture)."""
        return named(self.pixel(seconds, x, y))

    def pixel(self, seconds: float, x: float = 0.5, y: float = 0.5) -> Colour:
        frame = next(f for f in self.frames if f.time is not None and f.time >= seconds)
        image = frame.to_image()
        found = image.getpixel((int(x * image.width), int(y * image.height)))
        assert isinstance(found, tuple)
        return int(found[0]), int(found[1]), int(found[2])

    def corners(self, seconds: float = 1.0) -> list[str]:
        """The colours of the corners: above left and right, below left and right."""
        places = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
        return [self.at(seconds, x, y) for x, y in places]

    def first_bright(self) -> float:
        """When the picture turns white."""
        for frame in self.frames:
            shade = frame.to_image().getpixel((10, 10))
            if isinstance(shade, tuple) and shade[1] > 128 and frame.time is not None:
                return frame.time
        raise AssertionError("it stays dark")

    def first_loud(self) -> float:
        """When the sound sets in."""
        return first_loud(self.sound.path)


def watch(recording: Path, folder: Path) -> Watched:
    """Take a film through the pipeline until it can be watched."""
    folder.mkdir(exist_ok=True)
    admission = pipeline.check(recording, nobody)
    made = pipeline.make_sound(recording, admission, folder, nobody)
    stream = next(r.path for r in made if r.kind == Kind.STREAM_SOUND)
    plan = pipeline.plan(recording, admission, folder, nobody)
    given = recording, admission, plan, lambda *_: stream
    first = pipeline.make_first(*given, folder, nobody)
    media = {r.name: r for r in first if r.kind == Kind.HLS_MEDIA}
    return Watched(admission, media[plan.rungs[0].name], media["audio"])


def named(pixel: Colour) -> str:
    """The nearest colour that has a name."""

    def distance(name: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(NAMES[name], pixel, strict=True))

    return min(NAMES, key=distance)


def first_loud(path: Path) -> float:
    """When a sound goes above a fiftieth of full scale, in seconds."""
    with av.open(str(path)) as opened:
        for frame in opened.decode(audio=0):
            assert frame.format.name == "fltp"
            samples = array.array("f", bytes(frame.planes[0]))[: frame.samples]
            for number, sample in enumerate(samples):
                if abs(sample) > 0.02 and frame.time is not None:
                    return frame.time + number / frame.sample_rate
    raise AssertionError("it stays silent")
