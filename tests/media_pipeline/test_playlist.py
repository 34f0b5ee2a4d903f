from dataclasses import replace
from fractions import Fraction

import m3u8
import pytest

from media_pipeline.mp4_track import Fragment, Track
from media_pipeline.playlist import (
    Rate,
    Segment,
    SoundGroup,
    Variant,
    cut,
    master_playlist,
    media_playlist,
    rate_of,
    read_media_playlist,
)

SIX = Fraction(6)
SOUND = SoundGroup("sound.m3u8", "mp4a.40.2", Rate(130_000, 140_000), "en")
FILM = Variant("film.m3u8", 1280, 720, Fraction(30000, 1001), "avc1.64001f", Rate(1, 2))


def track(*seconds: float, head_size: int = 700) -> Track:
    """A track of fragments of 1000 bytes each."""
    fragments, start = [], 0
    for number, length in enumerate(seconds):
        ticks, offset = int(length * 1000), head_size + 1000 * number
        fragments.append(Fragment(offset, 1000, start, ticks, 1, True))
        start += ticks
    end = head_size + 1000 * len(seconds)
    return Track(1000, "avc1.64001f", 320, 180, head_size, end, tuple(fragments))


def rung(name: str, average: int) -> Variant:
    return replace(FILM, uri=name, rate=Rate(average, 2 * average))


def listed(*variants: Variant, sound: SoundGroup = SOUND) -> m3u8.M3U8:
    return m3u8.loads(master_playlist(variants, sound))


def test_fragments_of_two_seconds_become_segments_of_six() -> None:
    segments = cut(track(2, 2, 2, 2, 2), SIX, 2)

    assert segments == (Segment(SIX, 700, 3000), Segment(Fraction(4), 3700, 2000))


def test_a_very_short_rest_belongs_to_the_last_segment() -> None:
    segments = cut(track(2, 2, 2, 0.4), SIX, 1)

    assert segments == (Segment(Fraction(64, 10), 700, 4000),)


def test_sound_that_is_cut_a_little_late_is_still_a_segment_of_its_own() -> None:
    segments = cut(track(6.013, 5.990, 1.2), SIX, 3)

    assert [float(segment.seconds) for segment in segments] == [6.013, 5.99, 1.2]


def test_a_media_playlist_is_read_by_others_as_we_meant_it() -> None:
    text = media_playlist(cut(track(2, 2, 2, 2), SIX, 2), "abc.mp4", 700, 6)

    read = m3u8.loads(text)
    assert (read.target_duration, read.playlist_type, read.is_endlist) == (
        6,
        "vod",
        True,
    )
    assert read.segment_map[0].byterange == "700@0"
    assert [(s.uri, s.duration, s.byterange) for s in read.segments] == [
        ("abc.mp4", 6.0, "3000@700"),
        ("abc.mp4", 2.0, "1000@3700"),
    ]


def test_a_media_playlist_comes_back_as_it_was_written() -> None:
    segments = cut(track(2.002, 2.002, 2.002, 1), Fraction(6006, 1000), 2)

    text = media_playlist(segments, "abc.mp4", 700, 6)

    assert read_media_playlist(text) == (700, segments)


def test_the_average_counts_all_bytes_and_the_peak_the_worst_run() -> None:
    segments = [Segment(SIX, 0, 6000), Segment(SIX, 0, 12_000), Segment(SIX, 0, 6000)]

    assert rate_of(segments, 6) == Rate(average=10_667, peak=16_000)


def test_a_short_segment_counts_with_its_neighbour_and_alone() -> None:
    segments = [Segment(SIX, 0, 6000), Segment(Fraction(2), 0, 4000)]

    assert rate_of(segments, 6).peak == 16_000


def test_a_moment_too_short_to_matter_makes_no_peak() -> None:
    segments = [Segment(SIX, 0, 6000), Segment(Fraction(1, 10), 0, 4000)]

    assert rate_of(segments, 6) == Rate(average=13_115, peak=13_115)


def test_the_master_tells_players_all_they_need_to_choose() -> None:
    info = listed(FILM).playlists[0].stream_info

    assert info.bandwidth == 140_002
    assert info.average_bandwidth == 130_001
    assert info.codecs == "avc1.64001f,mp4a.40.2"
    assert info.resolution == (1280, 720)
    assert info.frame_rate == 29.97
    assert info.audio == "sound"


def test_the_sound_is_one_group_for_all() -> None:
    (sound,) = listed(FILM).media

    assert (sound.type, sound.group_id, sound.uri) == ("AUDIO", "sound", "sound.m3u8")
    assert (sound.language, sound.default, sound.autoselect) == ("en", "YES", "YES")
    assert (sound.name, sound.channels) == ("Original", "2")


@pytest.mark.parametrize(
    ("averages", "order"),
    [
        ([4_000_000, 1_800_000, 600_000], [1_800_000, 4_000_000, 600_000]),
        ([1_200_000, 600_000], [1_200_000, 600_000]),
        ([9_000_000, 5_000_000], [5_000_000, 9_000_000]),
    ],
)
def test_the_first_variant_is_the_best_that_needs_two_megabits(
    averages: list[int], order: list[int]
) -> None:
    read = listed(*(rung(f"{average}.m3u8", average) for average in averages))

    assert [v.uri for v in read.playlists] == [f"{average}.m3u8" for average in order]


def test_segments_are_said_to_be_independent() -> None:
    assert listed(FILM).is_independent_segments


@pytest.mark.parametrize("language", ["", 'en",URI="//evil', "en\n#EXT", "x" * 99])
def test_a_language_that_is_none_changes_nothing_else(language: str) -> None:
    (sound,) = listed(FILM, sound=replace(SOUND, language=language)).media

    assert (sound.language, sound.uri) == ("und", "sound.m3u8")
