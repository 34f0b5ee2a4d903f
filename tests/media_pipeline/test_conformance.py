"""Every rule is broken once: it is that rule which is named, and no other."""

import re
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from media_pipeline.conformance import RULES
from media_pipeline.h264 import is_progressive
from media_pipeline.mp4_track import read_track
from tests.media_pipeline.packages import Parts, Written, swell, write_package
from tests.media_pipeline.recordings import record

FILMS = ("180p.mp4", "90p.mp4")
LISTS = ("180p.m3u8", "90p.m3u8", "audio.m3u8")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return Parts.encode(tmp_path_factory.mktemp("parts"))


@pytest.fixture
def good(parts: Parts, tmp_path: Path) -> Written:
    return write_package(parts, tmp_path)


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
    for film in FILMS:
        package.patch(film, package.find(film, b"avcC", 3), b"\x29")
    package.edit("avc1.64000b", "avc1.640029")
    package.edit("avc1.64000c", "avc1.640029")


def a_key_frame_that_leans_on_others(package: Written) -> None:
    key = read_track(package.folder / "90p.mp4").fragments[6]
    data = (package.folder / "90p.mp4").read_bytes()
    package.patch("90p.mp4", data.index(b"\x65", key.key_at), b"\x61")


def fields(package: Written) -> None:
    whole = read_track(package.folder / "90p.mp4").configuration
    spoilt = next(s for s in one_bit_apart(whole) if not is_progressive(s))
    at = package.find("90p.mp4", b"avcC")
    package.patch("90p.mp4", at, spoilt)


def one_bit_apart(avcc: bytes) -> list[bytes]:
    number, size = int.from_bytes(avcc, "big"), len(avcc)
    bits = range(8 * (size - 12), 8 * (size - 24), -1)  # behind profile and level
    return [(number ^ 1 << bit).to_bytes(size, "big") for bit in bits]


def the_small_one_first(package: Written) -> None:
    head, first, second, keys = package.split()
    package.master.write_text(head + second + first + keys)


def another_shape(package: Written) -> None:
    at = package.find("90p.mp4", b"tkhd", 80)
    package.patch("90p.mp4", at, struct.pack(">I", 120 << 16))
    package.edit("160x90", "160x120")


def nothing_to_look_at(package: Written) -> None:
    head, *others = package.split()
    inf = "#EXT-X-STREAM-INF:BANDWIDTH=148000,AVERAGE-BANDWIDTH=146000,FRAME-RATE=25,"
    inf += 'CODECS="mp4a.40.2",RESOLUTION=1x1,AUDIO="sound",SUBTITLES="captions"\n'
    *variants, keys = others
    package.master.write_text("".join([head, *variants, inf, "audio.m3u8\n", keys]))


def another_kind_of_aac(package: Written) -> None:
    specific = read_track(package.folder / "audio.m4a").configuration
    at = package.find("audio.m4a", specific[:4], -4)
    package.patch("audio.m4a", at, bytes([5 << 3 | specific[0] & 7]))
    package.edit("mp4a.40.2", "mp4a.40.5")


def one_loudspeaker(package: Written) -> None:
    specific = read_track(package.folder / "audio.m4a").configuration
    at = package.find("audio.m4a", specific[:4], -3)
    package.patch("audio.m4a", at, bytes([specific[1] & 0x87 | 1 << 3]))


def a_second_track(package: Written) -> None:
    at = package.find("90p.mp4", b"mvex", -4)
    package.patch("90p.mp4", at, b"trak")


def a_description_that_is_not_found(package: Written) -> None:
    described = 'CHARACTERISTICS="public.accessibility.describes-video"'
    package.edit("DEFAULT=YES,AUTOSELECT=YES", f"AUTOSELECT=NO,{described}")


def captions_of_another_length(package: Written) -> None:
    package.edit("#EXTINF:14.", "#EXTINF:13.", captions_list(package))


def captions_without_time(package: Written) -> None:
    (vtt,) = (p.name for p in package.folder.glob("*.vtt") if len(p.stem) == 32)
    package.edit("X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n", "", vtt)


def captions_list(package: Written) -> str:
    (found,) = (p.name for p in package.folder.glob("*.m3u8") if len(p.stem) == 32)
    return found


def half_a_promise_to_the_deaf(package: Written) -> None:
    package.edit(",public.accessibility.describes-music-and-sound", "")


def no_key_frames(package: Written) -> None:
    package.master.write_text("".join(package.split()[:3]))


def key_frames_that_do_not_say_so(package: Written) -> None:
    package.edit("#EXT-X-I-FRAMES-ONLY\n", "", "90p.keys.m3u8")


def key_frames_of_one_rung(package: Written) -> None:
    *others, keys = package.split()
    package.master.write_text("".join([*others, *keys.splitlines(True)[:1]]))


def a_key_frame_without_its_moof(package: Written) -> None:
    moof = read_track(package.folder / "90p.mp4").fragments[0].moof
    package.edit(f"@{moof}\n", f"@{moof + 8}\n", "90p.keys.m3u8")


def key_frames_without_codec(package: Written) -> None:
    *others, keys = package.split()
    bare = re.sub(',CODECS="[^"]*"', "", keys)
    package.master.write_text("".join([*others, bare]))


def moments_that_are_not_true(package: Written) -> None:
    package.edit("#EXTINF:6.000000,", "#EXTINF:5.700000,", *LISTS[:2], count=1)
    package.edit("#EXTINF:6.000000,", "#EXTINF:6.300000,", *LISTS[:2], count=1)
    package.edit("#EXTINF:5.994667,", "#EXTINF:5.700000,", LISTS[2], count=1)
    package.edit("#EXTINF:5.994667,", "#EXTINF:6.289334,", LISTS[2], count=1)


def a_jump_in_time(package: Written) -> None:
    second = read_track(package.folder / "90p.mp4").fragments[1]
    data = (package.folder / "90p.mp4").read_bytes()
    at = data.index(b"tfdt", second.moof) + 8
    package.patch("90p.mp4", at, struct.pack(">Q", second.start + 1))


def a_rung_alone(package: Written) -> None:
    head, _, second, keys = package.split()
    package.master.write_text(head + second + keys.splitlines(True)[1])


def a_range_behind_the_end(package: Written) -> None:
    path = package.folder / "90p.m3u8"
    *_, last = read_track(package.folder / "90p.mp4").fragments
    size, offset = (
        path.read_text().splitlines()[-3].removeprefix("#EXT-X-BYTERANGE:").split("@")
    )
    assert int(offset) + int(size) == last.offset + last.size
    package.edit(f"{size}@{offset}", f"{int(size) + 1}@{offset}", path.name)


BREACHES: list[tuple[str, Callable[[Written], None]]] = [
    ("V1", parameters_in_the_samples),
    ("V1", no_head_at_all),
    ("V2", a_profile_of_studios),
    ("V2", a_level_above_what_is_needed),
    ("V3", a_key_frame_that_leans_on_others),
    ("V4", fields),
    ("V6", lambda package: package.scale("AVERAGE-BANDWIDTH", 1.2)),
    ("V7", lambda package: package.scale("BANDWIDTH", 1.2)),
    ("V7", lambda package: package.scale("BANDWIDTH", 0.8)),
    ("V9", the_small_one_first),
    ("V10", another_shape),
    ("V11", nothing_to_look_at),
    ("A1", another_kind_of_aac),
    ("A1", one_loudspeaker),
    ("A3", a_second_track),
    ("A3", lambda package: package.edit(',AUDIO="sound"', "", count=1)),
    ("A4", lambda package: package.edit(',LANGUAGE="en"', "", count=1)),
    ("A5", a_description_that_is_not_found),
    ("C1", captions_without_time),
    ("C2", captions_of_another_length),
    ("C3", half_a_promise_to_the_deaf),
    ("T1", no_key_frames),
    ("T1", key_frames_that_do_not_say_so),
    ("T2", key_frames_of_one_rung),
    ("T3", a_key_frame_without_its_moof),
    ("T4", key_frames_without_codec),
    ("S1", lambda package: package.edit("DURATION:6", "DURATION:5", *LISTS)),
    ("S2", moments_that_are_not_true),
    ("S5", a_jump_in_time),
    ("P1", lambda package: package.edit("#EXT-X-ENDLIST\n", "", "90p.m3u8")),
    ("P1", lambda package: package.edit("#EXT-X-PLAYLIST-TYPE:VOD\n", "", LISTS[2])),
    ("P2", lambda package: package.edit("VERSION:7", "VERSION:5", "90p.m3u8")),
    ("P2", lambda package: package.edit("VERSION:7", "VERSION:4", "90p.keys.m3u8")),
    ("P3", lambda package: package.edit("FRAME-RATE=25.000", "FRAME-RATE=24.000")),
    ("P3", lambda package: package.edit("RESOLUTION=160x90,FR", "FR")),
    ("P4", lambda package: package.edit("#EXT-X-INDEPENDENT-SEGMENTS\n", "")),
    ("P5", a_rung_alone),
    ("P6", lambda package: package.edit("DEFAULT=YES", "DEFAULT=YES,DEFAULT=YES")),
    ("P6", lambda package: package.edit("#EXTINF:6", "#EXTINF:six", "90p.m3u8")),
    ("P7", a_range_behind_the_end),
    ("P7", lambda package: (package.folder / "90p.m3u8").unlink()),
    ("P7", lambda package: (package.folder / "audio.m4a").unlink()),
]
# These need other files: each has a test of its own below.
OTHERS = {"V5", "V8", "S3", "S4"}


def test_a_good_package_breaks_no_rule(good: Written) -> None:
    assert good.breaches() == set()


@pytest.mark.parametrize(("rule", "spoil"), BREACHES)
def test_a_broken_rule_is_named_and_no_other(
    good: Written, rule: str, spoil: Callable[[Written], None]
) -> None:
    spoil(good)

    assert good.breaches() == {rule}


def test_every_rule_is_broken_here() -> None:
    assert {rule for rule, _ in BREACHES} | OTHERS == set(RULES)


def test_a_ladder_that_no_telephone_can_carry_is_found(
    parts: Parts, tmp_path: Path
) -> None:
    def twice_as_large(film: Path) -> None:
        for number in range(14):
            swell(film, number, 15_000)

    large = write_package(parts, tmp_path, before_listing=twice_as_large)

    assert large.breaches() == {"V11"}


def test_a_moment_that_needs_much_more_than_the_rest_is_found(
    parts: Parts, tmp_path: Path
) -> None:
    def a_burst(film: Path) -> None:
        if film.name == "180p.mp4":
            swell(film, 0, 1_500_000)

    assert write_package(parts, tmp_path, before_listing=a_burst).breaches() == {"V8"}


@pytest.mark.parametrize("rate", [22, 70])
def test_a_rate_that_no_screen_has_is_found(tmp_path: Path, rate: int) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "package").mkdir()
    parts = Parts.encode(tmp_path / "parts", rate, seconds=7)

    assert write_package(parts, tmp_path / "package").breaches() == {"V5"}


def test_sound_that_ends_earlier_is_found(parts: Parts, tmp_path: Path) -> None:
    sound = tmp_path / "short.m4a"
    args = ["-c:a", "aac", "-ac", "2", "-b:a", "72k"]
    record(sound, "sine=330:r=48000", *args, seconds=13.9)

    assert write_package(parts, tmp_path, sound=sound).breaches() == {"S3"}


def test_targets_that_differ_are_found(good: Written) -> None:
    good.edit("DURATION:6", "DURATION:7", "audio.m3u8")

    assert "S3" in good.breaches()


def test_sound_that_is_cut_elsewhere_is_found(parts: Parts, tmp_path: Path) -> None:
    cuts = [Fraction(0), Fraction(59, 10), Fraction(12)]

    assert write_package(parts, tmp_path, sound_cuts=cuts).breaches() == {"S4"}
