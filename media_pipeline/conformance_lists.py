"""Rules about media playlists: S1 to S4, P1, P2, P7, T1 to T3, C1 and C2."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from media_pipeline.conformance_package import Finding, Package
from media_pipeline.mp4_track import Track
from media_pipeline.playlist import MediaPlaylist, Segment

USUAL_TARGET_SECONDS = 6
_OVER_TARGET_SECONDS = Fraction(1, 2)
_SAME_EDGE_SECONDS = Fraction(50, 1000)
_ROUNDING_SECONDS = Fraction(1, 1000)
_IFRAMES_A_SECOND = 1


def lengths(package: Package) -> Iterator[Finding]:
    """S1: no segment is longer than the target, which is six seconds."""
    for name, listed, _ in package.media:
        target = listed.target_seconds
        longest = max(segment.seconds for segment in listed.segments)
        if longest > target + _OVER_TARGET_SECONDS or round(longest) > target:
            yield Finding("S1", f"{name}: {float(longest):.3f} s, target {target}")
        if target != USUAL_TARGET_SECONDS:
            yield Finding("S1", f"{name}: the target is {target} s", must=False)


def told_times(package: Package) -> Iterator[Finding]:
    """S2: after any number of segments, what was told is off by a frame at most."""
    for name, listed, track in package.media:
        frame = track.seconds / track.samples + _ROUNDING_SECONDS
        starts = {part.offset: part.start for part in track.fragments}
        told = Fraction(0)
        for segment in listed.segments:
            true = Fraction(starts.get(_offset(segment), 0), track.timescale)
            if _offset(segment) in starts and abs(true - told) > frame:
                yield Finding(
                    "S2", f"{name}: {float(told):.3f} s told too early or late"
                )
                break
            told += segment.seconds
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
        elif listed.version < (5 if listed.iframes_only else 6):
            yield Finding("P2", f"{name}: version {listed.version} has no EXT-X-MAP")


def ranges(package: Package) -> Iterator[Finding]:
    """P7: every range lies in its file, one after the other."""
    for name, listed, track in package.media:
        yield from _in_file(name, listed, track)
        at = track.head_size
        for segment in listed.segments:
            if segment.span is None or segment.span.offset != at:
                yield Finding("P7", f"{name}: a gap or an overlap at {at}")
                break
            at = segment.span.end
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


def captions_are_webvtt(package: Package) -> Iterator[Finding]:
    """C1: WebVTT that is tied to the time of the film."""
    for listed in _captions(package):
        for segment in listed.segments:
            path = package.files.get(segment.uri)
            head = path.read_bytes()[:200].split(b"\n") if path else []
            if len(head) < 2 or head[0] != b"WEBVTT" or not _is_map(head[1]):
                yield Finding("C1", f"{segment.uri} is no WebVTT with a time map")


def captions_cover_all(package: Package) -> Iterator[Finding]:
    """C2: captions last as long as the film."""
    for listed in _captions(package):
        if abs(listed.seconds - package.seconds) > _SAME_EDGE_SECONDS:
            yield Finding("C2", f"captions of {float(listed.seconds):.3f} s")


def _is_map(line: bytes) -> bool:
    return line.startswith(b"X-TIMESTAMP-MAP=") and b"MPEGTS:" in line


def _captions(package: Package) -> Iterator[MediaPlaylist]:
    for media in package.master.renditions("SUBTITLES"):
        if listed := package.lists.get(media.get("URI", "")):
            yield listed


def _named_iframes(package: Package) -> Iterator[tuple[str, MediaPlaylist, Track]]:
    for listed, track in package.iframes:
        yield f"key frames of {track.width}x{track.height}", listed, track


def _in_file(name: str, listed: MediaPlaylist, track: Track) -> Iterator[Finding]:
    head = listed.head
    if head and (head.span.offset, head.span.size) != (0, track.head_size):
        yield Finding("P7", f"{name}: the head is {track.head_size} bytes")
    if any(s.span and s.span.end > track.size for s in listed.segments):
        yield Finding("P7", f"{name}: a range behind the end of the file")


def _edges(listed: MediaPlaylist) -> Iterator[Fraction]:
    at = Fraction(0)
    for segment in listed.segments:
        yield at
        at += segment.seconds


def _offset(segment: Segment) -> int:
    return segment.span.offset if segment.span else 0
