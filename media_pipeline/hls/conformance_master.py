"""Rules about the master: V6 to V11, A4, A5, C3, T4, P3 to P5."""

from collections.abc import Iterator
from fractions import Fraction
from math import log

from media_pipeline.hls.bandwidth import Rate
from media_pipeline.hls.conformance_package import Finding, Package
from media_pipeline.hls.playlist import Attributes
from media_pipeline.mp4.track import Track
from media_pipeline.words.language import is_tag

FIRST_BITS = 2_000_000
SMALL_BITS = 192_000
HD_LINES = 720
_NEAR = 0.1
_MOST_OVER_AVERAGE = 2
_SPOKEN = "public.accessibility.transcribes-spoken-dialog"
_SOUNDS = "public.accessibility.describes-music-and-sound"
_DESCRIBED = "public.accessibility.describes-video"
_NEEDED = ("CODECS", "RESOLUTION", "AVERAGE-BANDWIDTH", "FRAME-RATE")


def average_is_true(package: Package) -> Iterator[Finding]:
    """V6: AVERAGE-BANDWIDTH is what the files need."""
    for attributes, rate in _rates(package):
        told, true = _number(attributes, "AVERAGE-BANDWIDTH"), rate.average
        if told and abs(told - true) > _NEAR * true:
            yield Finding("V6", f"average {told} told, {true} needed")


def peak_is_true(package: Package) -> Iterator[Finding]:
    """V7: BANDWIDTH is what the files need at most."""
    for attributes, rate in _rates(package):
        told, true = _number(attributes, "BANDWIDTH"), rate.peak
        if abs(told - true) > _NEAR * true:
            yield Finding("V7", f"peak {told} told, {true} needed")


def peak_is_low(package: Package) -> Iterator[Finding]:
    """V8: the hardest seconds need at most twice the average."""
    for variant, *_ in package.variants:
        rate = package.measured(variant)
        if rate.peak > _MOST_OVER_AVERAGE * rate.average:
            why = f"peak {rate.peak}, average {rate.average}"
            yield Finding("V8", why, must=False)


def first_variant(package: Package) -> Iterator[Finding]:
    """V9: the first is the one that is nearest to two megabits."""
    rates = [package.measured(variant).average for variant, *_ in package.variants]
    off = [abs(log(rate / FIRST_BITS)) for rate in rates]
    if off and off[0] > min(off):
        yield Finding("V9", f"the first needs {rates[0]} bit/s", must=False)


def same_shape(package: Package) -> Iterator[Finding]:
    """V10: all variants have one aspect ratio, as near as even sizes allow."""
    sizes = [(track.width, track.height) for _, _, track in package.variants]
    for width, height in sizes:
        wide, high = max(sizes)
        shape = Fraction(high, wide)
        if abs(width * shape - height) > 1 + shape:
            yield Finding("V10", f"{width}x{height} beside {wide}x{high}", must=False)


def small_variant(package: Package) -> Iterator[Finding]:
    """V11: one for telephones with a bad connection, and none without pictures."""
    variants = package.master.variants
    smallest = min(_number(v.attributes, "BANDWIDTH") for v in variants)
    if smallest > SMALL_BITS:
        yield Finding("V11", f"the smallest needs {smallest} bit/s")
    if any(track.entry == "mp4a" for *_, track in package.variants):
        yield Finding("V11", "a variant without pictures")


def languages(package: Package) -> Iterator[Finding]:
    """A4: everything that can be chosen says its language."""
    for media in package.master.media:
        told = media.get("LANGUAGE", "")
        if media["TYPE"] != "VIDEO" and not is_tag(told):
            yield Finding("A4", f"{media['NAME']} is in no language: {told!r}")


def described_video(package: Package) -> Iterator[Finding]:
    """A5: a description of the pictures is found by whoever needs one."""
    for media in package.master.renditions("AUDIO"):
        if _DESCRIBED in _characteristics(media) and media.get("AUTOSELECT") != "YES":
            yield Finding("A5", f"{media['NAME']} is not selected by itself")


def captions_for_the_deaf(package: Package) -> Iterator[Finding]:
    """C3: captions that describe sounds say so in both words, and are found."""
    for media in package.master.renditions("SUBTITLES"):
        told = {_SPOKEN, _SOUNDS} & _characteristics(media)
        if told and (len(told) < 2 or media.get("AUTOSELECT") != "YES"):
            yield Finding("C3", f"{media['NAME']} says {sorted(told)}")


def iframe_attributes(package: Package) -> Iterator[Finding]:
    """T4: key frames are presented with their codec and size."""
    for attributes in package.master.iframes:
        _, track = package.at(attributes["URI"])
        if track and (attributes.get("CODECS"), attributes.get("RESOLUTION")) != (
            track.codec,
            _size(track),
        ):
            yield Finding("T4", f"key frames of {_size(track)} are told as others")


def variant_attributes(package: Package) -> Iterator[Finding]:
    """P3: what a variant, or a sound, says of itself is what its files are."""
    sounds = [track.codec for _, track in package.sounds]
    for variant, _, track in package.variants:
        told = variant.attributes
        missing = [name for name in _NEEDED if name not in told]
        if missing:
            yield Finding("P3", f"{variant.uri} without {', '.join(missing)}")
        elif track.entry != "mp4a":
            true = {
                "CODECS": ",".join([track.codec, *sounds[:1]]),
                "RESOLUTION": _size(track),
                "FRAME-RATE": f"{float(track.frame_rate):.3f}",
            }
            wrong = [name for name, value in true.items() if told[name] != value]
            if wrong:
                yield Finding("P3", f"{variant.uri}: {', '.join(wrong)} is not true")
    for media in package.master.renditions("AUDIO"):
        _, heard = package.at(media.get("URI", ""))
        if heard and media.get("CHANNELS") != f"{heard.channels}":
            yield Finding("P3", f"{media['NAME']}: not {heard.channels} CHANNELS")


def independent(package: Package) -> Iterator[Finding]:
    """P4: every segment can be decoded by itself, and the master says so."""
    if not package.master.independent_segments:
        yield Finding("P4", "the master does not say that segments are independent")


def several_rates(package: Package) -> Iterator[Finding]:
    """P5: several rates, and two of the largest size where that is HD."""
    sizes = [track.height for _, _, track in package.variants]
    if len(sizes) < 2:
        yield Finding("P5", "one rate only")
    elif max(sizes) >= HD_LINES and sizes.count(max(sizes)) < 2:
        yield Finding("P5", f"one variant at {max(sizes)} lines", must=False)


def _rates(package: Package) -> Iterator[tuple[Attributes, Rate]]:
    for variant, *_ in package.variants:
        yield variant.attributes, package.measured(variant)
    for attributes in package.master.iframes:
        yield attributes, package.rate(attributes["URI"])


def _number(attributes: Attributes, name: str) -> int:
    return int(attributes.get(name, 0))


def _characteristics(media: Attributes) -> set[str]:
    return set(media.get("CHARACTERISTICS", "").split(","))


def _size(track: Track) -> str:
    return f"{track.width}x{track.height}"
