"""Recordings that end too early: a copy was broken off, or a card was pulled out."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from media_pipeline.entrance.promised_bytes import missing_share, unclaimed_share
from media_pipeline.errors import TruncatedRecording, UnreadableRecording
from media_pipeline.words.timecode import clock

SHORTEST_SECONDS = 1.0
LONGEST_SECONDS = 24 * 3600.0
MISSING_SHARE = 0.02  # of what the headers promise
# A size that did not fit into 32 bits and began anew has lost half of it, or more.
WRAPPED_SHARE = 0.4
MISSING_SECONDS = 0.5  # the last packets of a short recording are not a loss
BROADCAST_PACKET = 188  # bytes
MOST_BOXES = 10_000  # we look at them ourselves, outside of every wall

_LONGEST_PAGE, _PAGE_HEAD = 65_307, 23  # of Ogg: bytes; the head without its mark
_LAST_PAGE = 4  # a flag


def length_of(promised: float, there: float) -> float:
    """How long a recording plays, by its headers (0.0: unknown) and its packets."""
    slack = max(MISSING_SHARE * promised, MISSING_SECONDS)
    if promised - there > slack:
        raise TruncatedRecording(
            f"This file is not complete: it should play {clock(promised)}, but only "
            f"{clock(there)} of it arrived ({(promised - there) / promised:.0%} is "
            "missing). Please copy or export it again."
        )
    if there < SHORTEST_SECONDS:
        raise UnreadableRecording("This recording is shorter than one second.")
    if there > LONGEST_SECONDS:
        raise UnreadableRecording(
            "This recording is longer than a day. Please send it in parts."
        )
    # Headers count to the sample, packets only to the packet: honest headers win.
    is_honest = promised - there <= MISSING_SECONDS and there - promised <= slack
    return promised if is_honest and promised else there


def refuse_without_index(recording: Path) -> None:
    """An MP4 is written from its start, and its index last."""
    kinds = list(islice(_boxes(recording), MOST_BOXES))
    is_seen = len(kinds) < MOST_BOXES  # all of it: what has so many is no honest file
    if is_seen and kinds[:1] == [b"ftyp"] and b"moov" not in kinds:
        raise TruncatedRecording(
            "This file is not complete: its end, which tells how to play it, is "
            "missing. Please copy or export it again."
        )


def refuse_incomplete(recording: Path) -> None:
    """Some heads tell how many bytes there should be, and readers look away."""
    share = missing_share(recording)
    if share > MISSING_SHARE:
        raise TruncatedRecording(
            f"This file is not complete: {share:.0%} of it is missing. "
            "Please copy or export it again."
        )
    share = unclaimed_share(recording)
    if share > WRAPPED_SHARE:
        raise TruncatedRecording(
            f"This WAV is longer than it can say: {share:.0%} of it would not be "
            "heard. Please export it as FLAC."
        )


def ends_abruptly(recording: Path) -> bool:
    """Whether it was broken off, in formats that do not tell how long they are."""
    size = recording.stat().st_size
    with recording.open("rb") as file:
        start = file.read(4)
        file.seek(max(0, size - _LONGEST_PAGE))
        end = file.read()
    if start == b"OggS":
        return not _is_last_page(end.rpartition(b"OggS")[2])
    return start[:1] == b"G" and size % BROADCAST_PACKET != 0


def _is_last_page(page: bytes) -> bool:
    """Of Ogg, without its mark: the last of its stream, and whole."""
    if len(page) < _PAGE_HEAD:
        return False
    pieces = page[_PAGE_HEAD - 1]
    lengths = page[_PAGE_HEAD : _PAGE_HEAD + pieces]
    is_whole = len(page) >= _PAGE_HEAD + pieces + sum(lengths)
    return bool(page[1] & _LAST_PAGE) and is_whole


def _boxes(recording: Path) -> Iterator[bytes]:
    size, at = recording.stat().st_size, 0
    with recording.open("rb") as file:
        while at + 8 <= size:
            file.seek(at)
            header = file.read(16)
            yield header[4:8]
            length = int.from_bytes(header[:4])
            if length == 1:
                length = int.from_bytes(header[8:16])
            if length < 8:  # 0 says: until the end of the file
                return
            at += length
