"""HLS playlists as text (RFC 8216): written from what was measured, and read back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from media_pipeline.mp4_track import Track

VERSION = 7
SOUND_GROUP = "sound"
# Apple: the first variant is what a player on Wi-Fi tries before it knows better.
FIRST_BITS = 2_000_000 * 1.1
BRIEFEST_RUN_SECONDS = 0.5
LONGEST_RUN = 1.5  # target durations
ON_THE_GRID_SECONDS = Fraction(1, 1000)

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_RANGE = re.compile(r"#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)\n(.+)\n")
_HEAD = re.compile(r'#EXT-X-MAP:URI="(.+)",BYTERANGE="(\d+)@0"\n')


@dataclass(frozen=True, slots=True)
class Segment:
    """A range of bytes that a player fetches at once."""

    seconds: Fraction
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What a network must carry, in bit/s."""

    average: int
    peak: int

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.average + other.average, self.peak + other.peak)


@dataclass(frozen=True, slots=True)
class Variant:
    """A rung as the master playlist presents it."""

    uri: str
    width: int
    height: int
    frame_rate: Fraction
    codec: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class SoundGroup:
    """The sound that goes with every rung."""

    uri: str
    codec: str
    rate: Rate
    language: str  # BCP 47
    channels: int = 2


def cut(track: Track, segment_seconds: Fraction, count: int) -> tuple[Segment, ...]:
    """Put the fragments of a track into segments: a very short rest into the last."""
    cuts: list[Segment] = []
    for fragment in track.fragments:
        seconds = Fraction(fragment.duration, track.timescale)
        start = Fraction(fragment.start, track.timescale) + ON_THE_GRID_SECONDS
        if len(cuts) <= min(int(start / segment_seconds), count - 1):
            cuts.append(Segment(seconds, fragment.offset, fragment.size))
        else:
            last = cuts.pop()
            size = fragment.offset + fragment.size - last.offset
            cuts.append(Segment(last.seconds + seconds, last.offset, size))
    return tuple(cuts)


def rate_of(segments: Sequence[Segment], target_seconds: int) -> Rate:
    """The average, and the peak of any run of segments that could fill a buffer."""
    bits = 8 * sum(segment.size for segment in segments)
    average = ceil(bits / sum(segment.seconds for segment in segments))
    return Rate(average, max([average, *_runs(segments, target_seconds)]))


def media_playlist(
    segments: Sequence[Segment], media: str, head_size: int, target_seconds: int
) -> str:
    """The playlist of one rung, or of the sound; `media` is the file it cuts."""
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{target_seconds}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f'#EXT-X-MAP:URI="{media}",BYTERANGE="{head_size}@0"',
    ]
    for segment in segments:
        lines += [
            f"#EXTINF:{float(segment.seconds):.6f},",
            f"#EXT-X-BYTERANGE:{segment.size}@{segment.offset}",
            media,
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def read_media_playlist(text: str) -> tuple[int, tuple[Segment, ...]]:
    """The size of the head, and the segments, of a playlist that we wrote."""
    head = _HEAD.search(text)
    found = _RANGE.findall(text)
    segments = (Segment(Fraction(s), int(at), int(size)) for s, size, at, _ in found)
    return int(head[2]) if head else 0, tuple(segments)


def master_playlist(variants: Sequence[Variant], sound: SoundGroup) -> str:
    """The playlist that players open first."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines.append(_tag("EXT-X-MEDIA", _sound_attributes(sound)))
    for variant in _in_order(variants, sound):
        lines.append(_tag("EXT-X-STREAM-INF", _variant_attributes(variant, sound)))
        lines.append(variant.uri)
    return "\n".join([*lines, ""])


def _runs(segments: Sequence[Segment], target_seconds: int) -> Iterator[int]:
    for first in range(len(segments)):
        seconds, size = Fraction(0), 0
        for segment in segments[first:]:
            seconds, size = seconds + segment.seconds, size + segment.size
            if seconds > LONGEST_RUN * target_seconds:
                break
            # The RFC counts from half a target on; players look at shorter ones too.
            if seconds >= BRIEFEST_RUN_SECONDS:
                yield ceil(8 * size / seconds)


def _in_order(variants: Sequence[Variant], sound: SoundGroup) -> list[Variant]:
    falling = sorted(variants, key=lambda variant: -variant.rate.average)
    light = [v for v in falling if (v.rate + sound.rate).average <= FIRST_BITS]
    first = light[0] if light else falling[-1]
    return [first, *(variant for variant in falling if variant is not first)]


def _sound_attributes(sound: SoundGroup) -> dict[str, str]:
    language = sound.language if _LANGUAGE.fullmatch(sound.language) else "und"
    return {
        "TYPE": "AUDIO",
        "GROUP-ID": f'"{SOUND_GROUP}"',
        "NAME": '"Original"',
        "LANGUAGE": f'"{language}"',
        "DEFAULT": "YES",
        "AUTOSELECT": "YES",
        "CHANNELS": f'"{sound.channels}"',
        "URI": f'"{sound.uri}"',
    }


def _variant_attributes(variant: Variant, sound: SoundGroup) -> dict[str, str]:
    both = variant.rate + sound.rate
    return {
        "BANDWIDTH": f"{both.peak}",
        "AVERAGE-BANDWIDTH": f"{both.average}",
        "CODECS": f'"{variant.codec},{sound.codec}"',
        "RESOLUTION": f"{variant.width}x{variant.height}",
        "FRAME-RATE": f"{float(variant.frame_rate):.3f}",
        "AUDIO": f'"{SOUND_GROUP}"',
    }


def _tag(name: str, attributes: dict[str, str]) -> str:
    return f"#{name}:" + ",".join(f"{key}={value}" for key, value in attributes.items())
