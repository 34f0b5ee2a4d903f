"""Rules about what is inside the files: V1 to V5, A1, A3, S5."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from media_pipeline.film.ladder import FASTEST_RATE, NATURAL_RATES, lowest_level
from media_pipeline.hls.conformance_package import Finding, Package
from media_pipeline.mp4.h264 import begins_with_idr, is_progressive
from media_pipeline.mp4.track import Track

_PROFILES = {66, 77, 100}  # Baseline, Main, High
_HIGHEST_LEVEL, _COMMON_LEVEL = 52, 41
_KEY_FRAME_SECONDS = Fraction(205, 100)
_PLAIN_AAC, _FRUGAL_AAC = "mp4a.40.2", {"mp4a.40.5", "mp4a.40.29"}
_FRUGAL_BITS = 64_000
_NEAR = 0.005


def pictures_in_mp4(package: Package) -> Iterator[Finding]:
    """V1: H.264 in fragmented MP4, its parameters in the head alone."""
    for name, _, track in package.media:
        if name != "sound" and track.entry != "avc1" and track.entry != "mp4a":
            yield Finding("V1", f"{name} is {track.entry}")


def profile_and_level(package: Package) -> Iterator[Finding]:
    """V2: nothing that old players cannot decode; a level that tells the truth."""
    levels = []
    for name, track in _pictures(package):
        profile, _, level = track.configuration[1:4]
        levels.append(level)
        if profile not in _PROFILES or level > _HIGHEST_LEVEL:
            yield Finding("V2", f"{name} has profile {profile}, level {level}")
        enough = lowest_level(track.width, track.height, track.frame_rate, 0)
        if level > int(enough.replace(".", "")):
            yield Finding("V2", f"{name}: {level} where {enough} is enough", must=False)
    if levels and min(levels) > _COMMON_LEVEL:
        yield Finding("V2", f"no variant at level 4.1: {levels}")


def key_frames(package: Package) -> Iterator[Finding]:
    """V3: what says that it can be decoded alone can; a key frame each two seconds."""
    for variant, listed, track in package.variants:
        if track.entry != "avc1":
            continue
        starts = {s.span.offset for s in listed.segments if s.span}
        path = package.files[listed.segments[0].uri]
        with path.open("rb") as file:
            for part in track.fragments:
                key = (part.key_at, part.key_end)
                is_idr = part.begins_with_key and begins_with_idr(
                    file, *key, track.configuration
                )
                if not is_idr and (part.begins_with_key or part.offset in starts):
                    yield Finding("V3", f"{variant.uri}: no IDR at {part.offset}")
        longest = max(Fraction(p.duration, track.timescale) for p in track.fragments)
        if longest > _KEY_FRAME_SECONDS:
            why = f"{float(longest):.3f} s from one key frame to the next"
            yield Finding("V3", why, must=False)


def whole_pictures(package: Package) -> Iterator[Finding]:
    """V4: not interlaced."""
    for name, track in _pictures(package):
        if not is_progressive(track.configuration):
            yield Finding("V4", f"{name} may hold fields")


def frame_rates(package: Package) -> Iterator[Finding]:
    """V5: never above 60 a second, and one of those that screens know."""
    for name, track in _pictures(package):
        rate = float(track.frame_rate)
        if rate > FASTEST_RATE * (1 + _NEAR):
            yield Finding("V5", f"{name} has {rate:.3f} pictures a second")
        elif min(abs(rate - float(n)) / rate for n in NATURAL_RATES) > _NEAR:
            why = f"{rate:.3f} pictures a second, as it was recorded"
            yield Finding("V5", why, must=False)


def sound_is_aac(package: Package) -> Iterator[Finding]:
    """A1: stereo AAC-LC; the frugal kinds only at rates where they are better."""
    for listed, track in package.sounds:
        size = sum(segment.span.size for segment in listed.segments if segment.span)
        bits = 8 * size / max(listed.seconds, Fraction(1))
        frugal = track.codec in _FRUGAL_AAC and bits <= _FRUGAL_BITS
        if not frugal and track.codec != _PLAIN_AAC:
            yield Finding("A1", f"the sound is {track.codec}")
    if all(track.channels != 2 for _, track in package.sounds):
        yield Finding("A1", "no sound in stereo")


def sound_apart(package: Package) -> Iterator[Finding]:
    """A3: pictures and sound lie in files of their own."""
    for name, _, track in package.media:
        if track.tracks != 1:
            yield Finding("A3", f"{name} has {track.tracks} tracks")
    sounds = package.master.renditions("AUDIO")
    if not (sounds and package.groups_fit("AUDIO")):
        yield Finding("A3", "not every variant has the sound")
    if any("URI" not in media for media in sounds):
        yield Finding("A3", "a sound without its playlist")


def time_goes_on(package: Package) -> Iterator[Finding]:
    """S5: every fragment begins exactly where the one before it ended."""
    for name, _, track in package.media:
        parts = track.fragments
        if parts[0].start != 0:
            yield Finding("S5", f"{name} begins at {parts[0].start}")
        for one, following in pairwise(parts):
            if one.start + one.duration != following.start:
                yield Finding("S5", f"{name} jumps to {following.start}")


def _pictures(package: Package) -> Iterator[tuple[str, Track]]:
    for variant, _, track in package.variants:
        if track.entry == "avc1":
            yield variant.attributes.get("RESOLUTION", variant.uri), track
