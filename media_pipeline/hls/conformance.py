"""Does a package of HLS keep the rules? Read from what was written, before it counts.

The rules have the names of docs/decisions/0010-hls.md, which says where they are from.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from media_pipeline.errors import WrongOutput
from media_pipeline.hls import conformance_captions as captions
from media_pipeline.hls import conformance_film as film
from media_pipeline.hls import conformance_lists as lists
from media_pipeline.hls import conformance_master as master
from media_pipeline.hls.conformance_package import Finding, Package, open_package
from media_pipeline.rendition import Rendition

Check = Callable[[Package], Iterator[Finding]]
Report = dict[str, str]  # rule: "ok", or why not

RULES: dict[str, Check | None] = {
    "V1": film.pictures_in_mp4,
    "V2": film.profile_and_level,
    "V3": film.key_frames,
    "V4": film.whole_pictures,
    "V5": film.frame_rates,
    "V6": master.average_is_true,
    "V7": master.peak_is_true,
    "V8": master.peak_is_low,
    "V9": master.first_variant,
    "V10": master.same_shape,
    "V11": master.small_variant,
    "A1": film.sound_is_aac,
    "A3": film.sound_apart,
    "A4": master.languages,
    "A5": master.described_video,
    "C1": captions.captions_are_webvtt,
    "C2": captions.captions_cover_all,
    "C3": master.captions_for_the_deaf,
    "T1": lists.iframes_there,
    "T2": lists.iframes_dense,
    "T3": lists.iframes_whole,
    "T4": master.iframe_attributes,
    "S1": lists.lengths,
    "S2": lists.told_times,
    "S3": lists.same_length,
    "S4": lists.same_edges,
    "S5": film.time_goes_on,
    "P1": lists.complete,
    "P2": lists.heads_and_versions,
    "P3": master.variant_attributes,
    "P4": master.independent,
    "P5": master.several_rates,
    "P6": None,  # whatever cannot be read at all
    "P7": lists.ranges,
}
# What a ladder should offer. A very small or very wild film cannot, and one that is
# not finished cannot yet: that is no reason to show nothing.
OF_THE_LADDER = {"V11", "P5"}
# What changes with the words alone.
OF_WORDS = ("A4", "A5", "C1", "C2", "C3", "P4", "P6")
OK = "ok"


def find_breaches(path: Path, files: Mapping[str, Path]) -> list[Finding]:
    """Every rule that a package breaks; `files` by the names that its playlists use."""
    package, found = open_package(path, files)
    if package is None or found:
        return found
    checks = [check for check in RULES.values() if check]
    return [finding for check in checks for finding in check(package)]


def check_package(
    path: Path, made: Iterable[Rendition], *, is_whole: bool = True
) -> Report:
    """What to keep about each rule: `ok`, or why not. Raises `WrongOutput`."""
    found = find_breaches(path, {file.filename: file.path for file in made})
    _refuse([f for f in found if f.must and f.rule not in OF_THE_LADDER])
    report = _report(RULES, found)
    if not is_whole:
        report |= {r: "later" for r in OF_THE_LADDER if report[r] != OK}
    return report


def check_words(path: Path, made: Sequence[Rendition], seconds: float) -> Report:
    """The same for the rules that other words can break; the film is not looked at."""
    files = {file.filename: file.path for file in made}
    package, found = open_package(path, files, lasts=Fraction(seconds))
    checks = [check for rule in OF_WORDS if (check := RULES[rule])]
    if package:
        found += [finding for check in checks for finding in check(package)]
    _refuse([finding for finding in found if finding.must])
    return _report(OF_WORDS, found)


def _refuse(found: list[Finding]) -> None:
    if found:
        told = "; ".join(f"{finding.rule}: {finding.why}" for finding in found)
        raise WrongOutput("The film did not come out right.", cause=told)


def _report(rules: Iterable[str], found: list[Finding]) -> Report:
    report = dict.fromkeys(rules, OK)
    for finding in reversed(found):
        report[finding.rule] = finding.why
    return report
