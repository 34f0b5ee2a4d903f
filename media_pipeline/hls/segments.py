"""Where a file is cut into what players fetch: at the times of the plan."""

from bisect import bisect
from collections.abc import Sequence
from fractions import Fraction

from media_pipeline.hls.playlist import Head, MediaPlaylist, Segment, Span
from media_pipeline.mp4.track import Track

# Sound is cut between two of its blocks, so half a block earlier or later.
ON_A_CUT_SECONDS = Fraction(1, 60)


def list_segments(
    track: Track, uri: str, cuts: Sequence[Fraction], target_seconds: int
) -> MediaPlaylist:
    """The playlist of a track: each fragment belongs to the last cut before it."""
    starts = [cut - ON_A_CUT_SECONDS for cut in cuts]
    found: dict[int, Segment] = {}
    for fragment in track.fragments:
        number = bisect(starts, Fraction(fragment.start, track.timescale))
        seconds = Fraction(fragment.duration, track.timescale)
        span = Span(fragment.offset, fragment.size)
        if before := found.get(number):
            seconds += before.seconds
            span = Span(_of(before).offset, span.end - _of(before).offset)
        found[number] = Segment(seconds, uri, span)
    return MediaPlaylist(target_seconds, tuple(found.values()), _head(track, uri))


def list_iframes(track: Track, uri: str, target_seconds: int) -> MediaPlaylist:
    """The playlist of its key frames, for looking fast through a film.

    Each is fetched with the moof before it, without which it means nothing.
    """
    segments = (
        Segment(
            Fraction(fragment.duration, track.timescale),
            uri,
            Span(fragment.moof, fragment.key_end - fragment.moof),
        )
        for fragment in track.fragments
        if fragment.begins_with_key
    )
    head = _head(track, uri)
    return MediaPlaylist(target_seconds, tuple(segments), head, iframes_only=True)


def _head(track: Track, uri: str) -> Head:
    return Head(uri, Span(0, track.head_size))


def _of(segment: Segment) -> Span:
    if segment.span is None:
        raise ValueError("a segment without its bytes")
    return segment.span
