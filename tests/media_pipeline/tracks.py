"""Tracks that never were a file, for those who only look at their times and bytes."""

from media_pipeline.mp4.track import Fragment, Track


def track(*seconds: float, head_size: int = 700) -> Track:
    """A track of fragments of 1000 bytes each."""
    fragments, start = [], 0
    for number, length in enumerate(seconds):
        ticks, at = int(length * 1000), head_size + 1000 * number
        part = Fragment(at, 1000, start, ticks, 1, True, at, at + 100, at + 300, ticks)
        fragments.append(part)
        start += ticks
    end = head_size + 1000 * len(seconds)
    parts = tuple(fragments)
    return Track(1000, "avc1", "avc1.64001f", b"", 320, 180, head_size, end, parts)
