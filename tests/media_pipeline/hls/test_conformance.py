"""Every rule is broken once: it is that rule which is named, and no other."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from media_pipeline.hls.conformance import RULES
from tests.media_pipeline.hls import breaches_in_files as files
from tests.media_pipeline.hls import breaches_in_lists as lists
from tests.media_pipeline.hls.breaches_in_lists import (
    LISTS,
    captions_file,
    captions_list,
)
from tests.media_pipeline.packages import Parts, Written, swell, write_package
from tests.media_pipeline.recordings import record

IFRAMES = "#EXT-X-I-FRAME-STREAM-INF"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    return Parts.encode(tmp_path_factory.mktemp("parts"))


@pytest.fixture
def good(parts: Parts, tmp_path: Path) -> Written:
    return write_package(parts, tmp_path)


Breach = tuple[str, Callable[[Written], None]]

MUSTS: list[Breach] = [
    ("V1", files.parameters_in_the_samples),
    ("V1", files.no_head_at_all),
    ("V2", files.a_profile_of_studios),
    ("V2", files.a_level_that_few_can_play),
    ("V2", files.a_level_that_nobody_can_play),
    ("V3", files.a_segment_that_leans_on_others),
    ("V3", files.a_key_frame_that_leans_on_others),
    ("V4", files.fields),
    ("V6", lambda package: package.scale("AVERAGE-BANDWIDTH", 1.2)),
    ("V6", lambda package: package.scale("AVERAGE-BANDWIDTH", 0.8, IFRAMES)),
    ("V7", lambda package: package.scale("BANDWIDTH", 1.2)),
    ("V7", lambda package: package.scale("BANDWIDTH", 0.8)),
    ("V7", lambda package: package.scale("BANDWIDTH", 0.8, IFRAMES)),
    ("V11", lists.nothing_to_look_at),
    ("A1", files.another_kind_of_aac),
    ("A1", files.one_loudspeaker),
    ("A3", files.a_second_track),
    ("A3", lists.a_sound_for_one_variant_alone),
    ("A3", lambda package: package.edit(',AUDIO="sound"', "", count=1)),
    ("A4", lambda package: package.edit(',LANGUAGE="en"', "", count=1)),
    ("A4", lambda package: package.edit('"en"', '"xx-not a language"', count=1)),
    ("A5", lists.a_description_that_is_not_found),
    ("C1", lists.captions_without_a_map),
    ("C1", lists.captions_from_another_time),
    ("C1", lists.captions_from_no_time),
    ("C1", lists.captions_that_end_before_they_begin),
    ("C1", lists.captions_in_no_order),
    ("C1", lists.a_cue_that_is_none),
    ("C1", lambda package: (package.folder / captions_file(package)).unlink()),
    ("C2", lists.captions_of_another_length),
    ("C2", lambda package: package.edit(',SUBTITLES="captions"', "", count=1)),
    ("C3", lists.half_a_promise_to_the_deaf),
    ("C3", lambda package: package.edit("SELECT=YES,FORCED", "SELECT=NO,FORCED")),
    ("T1", lists.no_key_frames),
    ("T1", lists.key_frames_that_do_not_say_so),
    ("T3", lists.a_key_frame_without_its_moof),
    ("T3", lists.a_key_frame_and_more),
    ("T4", lists.key_frames_without_codec),
    ("T4", lists.key_frames_without_size),
    ("S1", lambda package: package.edit("DURATION:6", "DURATION:5", *LISTS)),
    ("S1", lambda p: p.edit("DURATION:14", "DURATION:13", captions_list(p))),
    ("S2", lists.moments_that_are_not_true),
    ("S2", lists.a_key_frame_that_is_not_listed),
    ("S5", files.a_jump_in_time),
    ("S5", files.a_film_that_begins_late),
    ("P1", lambda package: package.edit("#EXT-X-ENDLIST\n", "", "90p.m3u8")),
    ("P1", lambda package: package.edit("#EXT-X-PLAYLIST-TYPE:VOD\n", "", LISTS[2])),
    ("P2", lambda package: package.edit("VERSION:7", "VERSION:5", "90p.m3u8")),
    ("P2", lambda package: package.edit("VERSION:7", "VERSION:4", "90p.keys.m3u8")),
    ("P2", lambda package: package.edit("#EXT-X-MAP", "# no MAP", "90p.m3u8")),
    ("P2", lambda package: package.edit("#EXT-X-MAP", "# no MAP", "90p.keys.m3u8")),
    ("P2", lists.the_head_of_another_rung),
    ("P3", lambda package: package.edit("FRAME-RATE=25.000", "FRAME-RATE=24.000")),
    ("P3", lambda package: package.edit("RESOLUTION=160x90,FR", "FR")),
    ("P3", lambda package: package.edit("mp4a.40.2", "mp4a.40.5")),
    ("P3", lists.no_average),
    ("P3", lambda package: package.edit('CHANNELS="2"', 'CHANNELS="6"')),
    ("P3", lambda package: package.edit('CHANNELS="2",', "")),
    ("P4", lambda package: package.edit("#EXT-X-INDEPENDENT-SEGMENTS\n", "")),
    ("P5", lists.a_rung_alone),
    ("P6", lambda package: package.edit("DEFAULT=YES", "DEFAULT=YES,DEFAULT=YES")),
    ("P6", lambda package: package.edit("#EXTINF:6", "#EXTINF:six", "90p.m3u8")),
    ("P7", lists.a_segment_of_another_rung),
    ("P7", lists.a_segment_that_begins_inside_a_fragment),
    ("P7", lists.an_end_that_is_not_played),
    ("P7", lists.a_rung_of_nothing),
    ("P7", lists.a_range_behind_the_end),
    ("P7", lambda package: (package.folder / "90p.m3u8").unlink()),
    ("P7", lambda package: (package.folder / "audio.m4a").unlink()),
]
SHOULDS: list[Breach] = [
    ("V2", files.a_level_above_what_is_needed),
    ("V9", lists.the_small_one_first),
    ("V10", files.another_shape),
    ("T2", lists.key_frames_of_one_rung),
]
# These need other files: each has a test of its own below.
OTHERS = {"V5", "V8", "S3", "S4"}


def test_a_good_package_breaks_no_rule(good: Written) -> None:
    assert good.breaches() == set()


@pytest.mark.parametrize(("rule", "spoil"), MUSTS)
def test_a_broken_rule_is_named_and_no_other(
    good: Written, rule: str, spoil: Callable[[Written], None]
) -> None:
    spoil(good)

    assert good.breaches() == {rule}
    assert good.breaches(must=True) == {rule}


@pytest.mark.parametrize(("rule", "spoil"), SHOULDS)
def test_what_is_only_better_is_named_and_forbids_nothing(
    good: Written, rule: str, spoil: Callable[[Written], None]
) -> None:
    spoil(good)

    assert good.breaches() == {rule}
    assert good.breaches(must=True) == set()


def test_every_rule_is_broken_here() -> None:
    assert {rule for rule, _ in [*MUSTS, *SHOULDS]} | OTHERS == set(RULES)


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
