"""Rules about media playlists: S1 to S4, P1, P2, P7, T1 to T3."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from media_pipeline.hls.conformance_package import Finding, Package
from media_pipeline.hls.playlist import MediaPlaylist, Segment
from media_pipeline.mp4.track import Track

USUAL_TARGET_SECONDS = 6
_OVER_TARGET_SECONDS = Fraction(1, 2)
_SAME_EDGE_SECONDS = Fraction(50, 1000)
_ROUNDING_SECONDS = Fraction(1, 1000)
_IFRAMES_A_SECOND = 1


def lengths(package: Package) -> Iterator[Finding]:
    """S1: no segment is longer than the target, which is six seconds."""
    for uri, listed in package.lists.items():
        target = listed.target_seconds
        longest = max((s.seconds for s in listed.segments), default=Fraction(0))
        if longest > target + _OVER_TARGET_SECONDS or round(longest) > target:
            yield Finding("S1", f"{uri}: {float(longest):.3f} s, target {target}")
    for name, listed, _ in package.media:
        target = listed.target_seconds
        if target != USUAL_TARGET_SECONDS:
            yield Finding("S1", f"{name}: the target is {target} s", must=False)


def told_times(package: Package) -> Iterator[Finding]:
    """S2: after any number of segments, what was told is off by a frame at most."""
    for name, listed, track in [*package.media, *_named_iframes(package)]:
        frame = track.seconds / track.samples + _ROUNDING_SECONDS
        starts = {
            f.moof if listed.iframes_only else f.offset: f.start
            for f in track.fragments
        }
        for segment, told in zip(listed.segments, _edges(listed), strict=True):
            true = starts.get(_offset(segment))  # None breaks P7, or T3
            if true is not None and abs(Fraction(true, track.timescale) - told) > frame:
                yield Finding(
                    "S2", f"{name}: {float(told):.3f} s told too early or late"
                )
                break
        if abs(listed.seconds - track.seconds) > frame:
            yield Finding("S2", f"{name}: {float(listed.seconds):.3f} s in all")


def same_length(package: Package) -> Iterator[Finding]:
    """S3: one target and one length in every playlist of pictures and sound."""
    lists = [listed for _, listed, _ in package.media]
    if len({listed.target_seconds for listed in lists}) > 1:
        yield Finding("S3", "the targets differ")
    frame = max((t.seconds / t.samples for *_, t in package.media), default=Fraction(0))
    totals = [listed.seconds for listed in lists]
    if totals and max(totals) - min(totals) > frame + _ROUNDING_SECONDS:
        yield Finding("S3", f"from {float(min(totals))} to {float(max(totals))} s")


def same_edges(package: Package) -> Iterator[Finding]:
    """S4: pictures and sound are cut at the same moments."""
    edges = [list(_edges(listed)) for _, listed, _ in package.media]
    for others in edges[1:]:
        apart = [abs(a - b) for a, b in zip(edges[0], others, strict=False)]
        differs = len(others) != len(edges[0])
        if differs or max(apart, default=Fraction(0)) > _SAME_EDGE_SECONDS:
            yield Finding("S4", "playlists are cut at other moments", must=False)
            return


def complete(package: Package) -> Iterator[Finding]:
    """P1: all of it is there from the beginning."""
    for uri, listed in package.lists.items():
        if not (listed.is_vod and listed.has_end):
            yield Finding("P1", f"{uri} is not a finished recording")


def heads_and_versions(package: Package) -> Iterator[Finding]:
    """P2: fragments have a head, and the version allows what is used."""
    for name, listed, _ in [*package.media, *_named_iframes(package)]:
        if listed.head is None:
            yield Finding("P2", f"{name} has no EXT-X-MAP")
        elif listed.head.uri != listed.segments[0].uri:
            yield Finding("P2", f"{name} has the EXT-X-MAP of another file")
        elif listed.version < (5 if listed.iframes_only else 6):
            yield Finding("P2", f"{name}: version {listed.version} has no EXT-X-MAP")


def ranges(package: Package) -> Iterator[Finding]:
    """P7: ranges are whole fragments, one after the other, until their file ends."""
    for name, listed, track in package.media:
        yield from _in_file(name, listed, track)
        begins = [segment.span.offset for segment in listed.segments if segment.span]
        ends = [segment.span.end for segment in listed.segments if segment.span]
        if [track.head_size, *ends] != [*begins, track.size]:
            yield Finding("P7", f"{name}: a gap or an overlap")
        elif not {part.offset for part in track.fragments}.issuperset(begins):
            yield Finding("P7", f"{name}: a range begins inside a fragment")
    for name, listed, track in _named_iframes(package):
        yield from _in_file(name, listed, track)
        spans = [segment.span for segment in listed.segments if segment.span]
        if any(one.end > two.offset for one, two in pairwise(spans)):
            yield Finding("P7", f"{name}: overlapping ranges")


def iframes_there(package: Package) -> Iterator[Finding]:
    """T1: one can look fast through the film."""
    if not package.master.iframes:
        yield Finding("T1", "no playlist of key frames")
    for listed, _ in package.iframes:
        if not listed.iframes_only:
            yield Finding("T1", "a playlist of key frames that does not say so")


def iframes_dense(package: Package) -> Iterator[Finding]:
    """T2: a picture for every second, at several rates."""
    for listed, _ in package.iframes:
        if len(listed.segments) < int(listed.seconds) * _IFRAMES_A_SECOND:
            every = float(listed.seconds) / len(listed.segments)
            yield Finding("T2", f"a key frame every {every:.1f} s", must=False)
            return
    rungs = sum(track.entry != "mp4a" for *_, track in package.variants)
    if 0 < len(package.master.iframes) < rungs:
        yield Finding("T2", "not at every rate", must=False)


def iframes_whole(package: Package) -> Iterator[Finding]:
    """T3: a range holds one key frame, with the moof that explains it."""
    for listed, track in package.iframes:
        keys = {
            (part.moof, part.key_end)
            for part in track.fragments
            if part.begins_with_key
        }
        for segment in listed.segments:
            span = segment.span
            if span is None or (span.offset, span.end) not in keys:
                yield Finding("T3", f"byte {_offset(segment)} begins no key frame")


def _named_iframes(package: Package) -> Iterator[tuple[str, MediaPlaylist, Track]]:
    for listed, track in package.iframes:
        yield f"key frames of {track.width}x{track.height}", listed, track


def _in_file(name: str, listed: MediaPlaylist, track: Track) -> Iterator[Finding]:
    head = listed.head
    if head and (head.span.offset, head.span.size) != (0, track.head_size):
        yield Finding("P7", f"{name}: the head is {track.head_size} bytes")
    if any(segment.uri != listed.segments[0].uri for segment in listed.segments):
        yield Finding("P7", f"{name}: ranges of several files")
    if any(s.span and s.span.end > track.size for s in listed.segments):
        yield Finding("P7", f"{name}: a range behind the end of the file")


def _edges(listed: MediaPlaylist) -> Iterator[Fraction]:
    at = Fraction(0)
    for segment in listed.segments:
        yield at
        at += segment.seconds


def _offset(segment: Segment) -> int:
    return segment.span.offset if segment.span else 0
