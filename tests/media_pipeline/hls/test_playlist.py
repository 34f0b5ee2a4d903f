from fractions import Fraction

import m3u8
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.hls.playlist import (
    QUOTED,
    Attributes,
    Head,
    MasterPlaylist,
    MediaPlaylist,
    Segment,
    Span,
    Variant,
    frozen,
    write_master_playlist,
    write_media_playlist,
    write_seconds,
)
from media_pipeline.hls.playlist_reader import read_master_playlist, read_media_playlist

NAMES = st.from_regex(r"[a-z0-9]{1,32}\.(mp4|m3u8)", fullmatch=True)
NUMBERS = st.integers(0, 10**12)
SPANS = st.builds(Span, NUMBERS, NUMBERS)
SECONDS = NUMBERS.map(lambda millionths: Fraction(millionths, 1_000_000))
SEGMENTS = st.builds(Segment, SECONDS, NAMES, st.none() | SPANS)
MEDIA = st.builds(
    MediaPlaylist,
    st.integers(0, 10_000),
    st.lists(SEGMENTS, max_size=5).map(tuple),
    st.none() | st.builds(Head, NAMES, SPANS),
    st.integers(1, 13),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters='"\ufeff'),
    min_size=1,
)


def attributes(**fixed: st.SearchStrategy[str]) -> st.SearchStrategy[Attributes]:
    """Attributes with those that a reader insists on, and some more in quotes."""
    others = st.dictionaries(st.sampled_from(sorted({"CODECS", "URI"} & QUOTED)), WORDS)
    return st.builds(
        lambda more, told: frozen(**(more | told)), others, st.fixed_dictionaries(fixed)
    )


MASTERS = st.builds(
    MasterPlaylist,
    st.lists(
        attributes(TYPE=st.just("AUDIO"), GROUP_ID=st.just("sound"), NAME=WORDS),
        max_size=3,
        unique_by=lambda told: told["NAME"],
    ).map(tuple),
    st.lists(
        st.builds(Variant, attributes(BANDWIDTH=NUMBERS.map(str)), NAMES), max_size=3
    ).map(tuple),
    st.lists(attributes(BANDWIDTH=NUMBERS.map(str), URI=WORDS), max_size=3).map(tuple),
    st.integers(1, 13),
    st.booleans(),
)


@given(MEDIA)
def test_a_media_playlist_comes_back_as_it_was_written(playlist: MediaPlaylist) -> None:
    assert read_media_playlist(write_media_playlist(playlist).encode()) == playlist


@given(MASTERS)
def test_a_master_comes_back_as_it_was_written(playlist: MasterPlaylist) -> None:
    assert read_master_playlist(write_master_playlist(playlist).encode()) == playlist


def test_a_media_playlist_is_read_by_others_as_we_meant_it() -> None:
    segments = (
        Segment(Fraction(6), "abc.mp4", Span(700, 3000)),
        Segment(Fraction(2), "abc.mp4", Span(3700, 1000)),
    )

    text = write_media_playlist(MediaPlaylist(6, segments, Head("abc.mp4", Span(0, 7))))

    read = m3u8.loads(text)
    assert (read.target_duration, read.playlist_type) == (6, "vod")
    assert read.is_endlist
    assert read.segment_map[0].byterange == "7@0"
    assert [(s.uri, s.duration, s.byterange) for s in read.segments] == [
        ("abc.mp4", 6.0, "3000@700"),
        ("abc.mp4", 2.0, "1000@3700"),
    ]


def test_seconds_are_told_to_the_microsecond() -> None:
    assert write_seconds(Fraction(6006, 1000)) == "6.006000"
    assert write_seconds(Fraction(1024, 48_000)) == "0.021333"
    assert write_seconds(Fraction(0)) == "0.000000"
