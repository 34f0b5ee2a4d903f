"""Recordings that lie, or ask for more than anybody has."""

import struct
from pathlib import Path

from tests.media_pipeline import recordings
from tests.media_pipeline.hostile_aids import MARKER, Aids
from tests.media_pipeline.hostile_lists import Make

HTML = f"<script>alert('{MARKER}')</script>"


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _find(data: bytes | bytearray, kind: bytes) -> tuple[int, int]:
    """Where the first box of a kind begins and ends."""
    start = data.index(kind) - 4
    return start, start + int.from_bytes(data[start : start + 4])


def _patched(aids: Aids, kind: bytes, at: int, value: int) -> bytes:
    data = bytearray(aids.talk.read_bytes())
    begins, _ = _find(data, kind)
    data[begins + 8 + at : begins + 12 + at] = struct.pack(">I", value)
    return bytes(data)


def hundreds_of_tracks(path: Path, aids: Aids) -> None:
    data = aids.talk.read_bytes()
    begins, ends = _find(data, b"trak")
    moov, _ = _find(data, b"moov")
    inner = data[moov + 8 :].replace(data[begins:ends], data[begins:ends] * 900, 1)
    path.write_bytes(data[:moov] + _box(b"moov", inner))


def a_life_and_a_half_long(path: Path, aids: Aids) -> None:
    data = bytearray(_patched(aids, b"mvhd", 16, 0xFFFFFFFE))
    for kind, at in ((b"mdhd", 16), (b"tkhd", 20)):
        begins, _ = _find(data, kind)
        data[begins + 8 + at : begins + 12 + at] = b"\xff\xff\xff\xfe"
    path.write_bytes(data)


def billions_of_samples(path: Path, aids: Aids) -> None:
    path.write_bytes(_patched(aids, b"stsz", 8, 2_000_000_000))


def billions_of_times(path: Path, aids: Aids) -> None:
    path.write_bytes(_patched(aids, b"stts", 4, 2_000_000_000))


def a_sample_of_gigabytes(path: Path, aids: Aids) -> None:
    path.write_bytes(_patched(aids, b"stsz", 4, 0x7FFFFFFF))


def boxes_in_boxes(path: Path, aids: Aids) -> None:
    data = b""
    for _ in range(4000):
        data = _box(b"moov", data)
    path.write_bytes(_box(b"ftyp", b"isom\0\0\2\0isom") + data)


def a_wall_of_pixels(path: Path, aids: Aids) -> None:
    small, large = struct.pack(">HH", 180, 320), struct.pack(">HH", 8704, 16384)
    recordings.film(path, "-c:v", "mjpeg", "-f", "matroska", seconds=2)
    path.write_bytes(path.read_bytes().replace(b"\x08" + small, b"\x08" + large))


def a_year_of_nothing(path: Path, aids: Aids) -> None:
    gap = "setpts='if(gte(N,10),PTS+31536000/TB,PTS)'"
    late = ("-vf", gap, "-fps_mode", "passthrough", "-f", "matroska")
    recordings.film(path, *late, seconds=2)


def a_bomb_of_sound(path: Path, aids: Aids) -> None:
    """Silence packs well: a day of it would be 32 MB, and take us hours to hear."""
    dense = ("-ac", "8", "-ar", "655350", "-f", "flac", "-strict", "-2")
    recordings.record(path, recordings.SILENCE, *dense, seconds=5)


def a_pause_of_many_channels(path: Path, aids: Aids) -> None:
    gap = "asetpts='if(gte(N,4),PTS+36000/TB,PTS)'"
    dense = ("-ac", "8", "-ar", "192000", "-c:a", "flac", "-f", "matroska")
    recordings.record(path, recordings.PINK, "-af", gap, *dense, seconds=2)


def as_many_silent_tracks_as_fit(path: Path, aids: Aids) -> None:
    tracks = ("-map", "0") * 16
    many = (*tracks, "-c:a", "flac", "-f", "matroska")
    recordings.record(path, recordings.SILENCE, *many, seconds=5)


def a_stadium_of_microphones(path: Path, aids: Aids) -> None:
    recordings.record(path, recordings.PINK, "-f", "wav", seconds=2)
    data = bytearray(path.read_bytes())
    data[22:24] = (65).to_bytes(2, "little")
    path.write_bytes(data)


def a_rare_decoder(path: Path, aids: Aids) -> None:
    recordings.film(path, "-c:v", "magicyuv", "-c:a", "wmav2", "-f", "avi", seconds=1)


def a_mountain_of_tags(path: Path, aids: Aids) -> None:
    frame = b"TXXX" + struct.pack(">I", 60) + b"\0\0" + bytes(60)
    _tagged(path, aids, frame * 200_000)


def a_tag_larger_than_the_file(path: Path, aids: Aids) -> None:
    frame = b"TIT2" + struct.pack(">I", 0x7FFFFFFF) + b"\0\0\0" + MARKER.encode()
    _tagged(path, aids, frame)


def html_in_tags(path: Path, aids: Aids) -> None:
    said = [
        word
        for tag in ("title", "artist", "album", "comment", "genre", "lyrics")
        for word in ("-metadata", f"{tag}={HTML}")
    ]
    recordings.record(path, recordings.PINK, *said, "-f", "mp3", seconds=2)


def html_behind_the_sound(path: Path, aids: Aids) -> None:
    recordings.record(path, recordings.PINK, "-f", "mp3", seconds=2)
    with path.open("ab") as file:
        file.write(f"<html>{HTML}</html>".encode() * 100)


def an_archive_behind_the_sound(path: Path, aids: Aids) -> None:
    recordings.record(path, recordings.PINK, "-f", "wav", seconds=2)
    with path.open("ab") as file:
        file.write(b"PK\3\4" + bytes(26) + MARKER.encode() + b"PK\5\6" + bytes(18))


def _tagged(path: Path, aids: Aids, frames: bytes) -> None:
    size = len(frames)
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    recordings.record(path, recordings.PINK, "-f", "mp3", seconds=2)
    sound = path.read_bytes()
    path.write_bytes(b"ID3\3\0\0" + length + frames + sound)


# What lies so badly that nothing can be made of it, and what is harmless once encoded.
LIARS: dict[str, Make] = {
    made.__name__: made
    for made in (
        hundreds_of_tracks,
        billions_of_samples,
        billions_of_times,
        a_sample_of_gigabytes,
        boxes_in_boxes,
        a_wall_of_pixels,
        a_year_of_nothing,
        a_bomb_of_sound,
        a_pause_of_many_channels,
        as_many_silent_tracks_as_fit,
        a_stadium_of_microphones,
        a_rare_decoder,
    )
}
DISARMED: dict[str, Make] = {
    made.__name__: made
    for made in (
        a_life_and_a_half_long,
        a_mountain_of_tags,
        a_tag_larger_than_the_file,
        html_in_tags,
        html_behind_the_sound,
        an_archive_behind_the_sound,
    )
}
HOSTILE_NAMES = (
    "concat:{canary}",
    "subfile,,start,0,end,0,,:talk.m4a",
    "http:127.0.0.1:{port}",
    "p%d.m4a",
    "-y",
    "two\nlines.m4a",
    "\u202egpj.m4a",
    "'; rm -rf x; '.m4a",
    "🎙 é.m4a",
)
