"""How films and sound can break the rules of HLS: each thing here breaks one."""

import struct

from media_pipeline.mp4.h264 import is_progressive
from media_pipeline.mp4.track import read_track
from tests.media_pipeline.packages import Written

FILMS = ("180p.mp4", "90p.mp4")


def parameters_in_the_samples(package: Written) -> None:
    for film in FILMS:
        package.patch(film, package.find(film, b"stsd", 12), b"avc3")
    package.edit("avc1.", "avc3.")


def no_head_at_all(package: Written) -> None:
    package.patch("90p.mp4", package.find("90p.mp4", b"moov", -4), b"junk")


def a_profile_of_studios(package: Written) -> None:
    for film in FILMS:
        package.patch(film, package.find(film, b"avcC", 1), b"\x6e")
    package.edit("avc1.64", "avc1.6e")


def a_level_above_what_is_needed(package: Written) -> None:
    _tell_level(package, 41)


def a_level_that_few_can_play(package: Written) -> None:
    _tell_level(package, 51)


def a_level_that_nobody_can_play(package: Written) -> None:
    _tell_level(package, 60, *FILMS[:1])


def _tell_level(package: Written, level: int, *films: str) -> None:
    for film in films or FILMS:
        old = read_track(package.folder / film).configuration[3]
        package.patch(film, package.find(film, b"avcC", 3), bytes([level]))
        package.edit(f"avc1.6400{old:02x}", f"avc1.6400{level:02x}")


def a_segment_that_leans_on_others(package: Written) -> None:
    _lean_on_others(package, 6)


def a_key_frame_that_leans_on_others(package: Written) -> None:
    _lean_on_others(package, 5)  # in the middle of a segment


def _lean_on_others(package: Written, number: int) -> None:
    key = read_track(package.folder / "90p.mp4").fragments[number]
    data = (package.folder / "90p.mp4").read_bytes()
    package.patch("90p.mp4", data.index(b"\x65", key.key_at), b"\x61")


def fields(package: Written) -> None:
    whole = read_track(package.folder / "90p.mp4").configuration
    spoilt = next(s for s in _one_bit_apart(whole) if not is_progressive(s))
    at = package.find("90p.mp4", b"avcC")
    package.patch("90p.mp4", at, spoilt)


def _one_bit_apart(avcc: bytes) -> list[bytes]:
    number, size = int.from_bytes(avcc, "big"), len(avcc)
    bits = range(8 * (size - 12), 8 * (size - 24), -1)  # behind profile and level
    return [(number ^ 1 << bit).to_bytes(size, "big") for bit in bits]


def another_shape(package: Written) -> None:
    at = package.find("90p.mp4", b"tkhd", 80)
    package.patch("90p.mp4", at, struct.pack(">I", 120 << 16))
    package.edit("160x90", "160x120")


def another_kind_of_aac(package: Written) -> None:
    specific = read_track(package.folder / "audio.m4a").configuration
    at = package.find("audio.m4a", specific[:4], -4)
    package.patch("audio.m4a", at, bytes([5 << 3 | specific[0] & 7]))
    package.edit("mp4a.40.2", "mp4a.40.5")


def one_loudspeaker(package: Written) -> None:
    specific = read_track(package.folder / "audio.m4a").configuration
    at = package.find("audio.m4a", specific[:4], -3)
    package.patch("audio.m4a", at, bytes([specific[1] & 0x87 | 1 << 3]))
    package.edit('CHANNELS="2"', 'CHANNELS="1"')


def a_second_track(package: Written) -> None:
    at = package.find("90p.mp4", b"mvex", -4)
    package.patch("90p.mp4", at, b"trak")


def a_jump_in_time(package: Written) -> None:
    _begin_later(package, 1, ticks=1)


def a_film_that_begins_late(package: Written) -> None:
    for number in range(14):
        _begin_later(package, number, ticks=1)


def _begin_later(package: Written, number: int, *, ticks: int) -> None:
    part = read_track(package.folder / "90p.mp4").fragments[number]
    data = (package.folder / "90p.mp4").read_bytes()
    at = data.index(b"tfdt", part.moof) + 8
    package.patch("90p.mp4", at, struct.pack(">Q", part.start + ticks))
