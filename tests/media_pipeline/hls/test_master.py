from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import m3u8
import pytest

from media_pipeline.hls.bandwidth import Rate
from media_pipeline.hls.master import Offer, master_of, with_words
from media_pipeline.hls.playlist import write_master_playlist
from media_pipeline.hls.subtitles import Captions, package_captions

SOUND = Offer("sound.m3u8", "mp4a.40.2", Rate(130_000, 140_000), channels=2)
FILM = Offer(
    "film.m3u8",
    "avc1.64001f",
    Rate(1, 2),
    1280,
    720,
    Fraction(30000, 1001),
    iframes_uri="keys.m3u8",
    iframes_rate=Rate(3, 4),
)


def rung(average: int) -> Offer:
    return replace(FILM, uri=f"{average}.m3u8", rate=Rate(average, 2 * average))


def listed(
    *rungs: Offer, language: str = "en", captions: Captions | None = None
) -> m3u8.M3U8:
    """A master as a reader of somebody else's understands it."""
    master = with_words(master_of(rungs or [FILM], SOUND), language, captions)
    return m3u8.loads(write_master_playlist(master))


@pytest.fixture
def captions(tmp_path: Path) -> Captions:
    vtt = tmp_path / "words.vtt"
    vtt.write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n")
    return package_captions(vtt, tmp_path, Fraction(14))


def test_the_master_tells_players_all_they_need_to_choose() -> None:
    info = listed().playlists[0].stream_info

    assert (info.bandwidth, info.average_bandwidth) == (140_002, 130_001)
    assert info.codecs == "avc1.64001f,mp4a.40.2"
    assert (info.resolution, info.frame_rate) == ((1280, 720), 29.97)
    assert (info.audio, info.subtitles) == ("sound", None)


def test_the_sound_is_one_group_for_all() -> None:
    (sound,) = listed().media

    assert (sound.type, sound.group_id, sound.uri) == ("AUDIO", "sound", "sound.m3u8")
    assert (sound.language, sound.default, sound.autoselect) == ("en", "YES", "YES")
    assert (sound.name, sound.channels) == ("Original", "2")


def test_key_frames_are_offered_without_sound() -> None:
    (keys,) = listed().iframe_playlists

    assert keys.uri == "keys.m3u8"
    info = keys.iframe_stream_info
    assert (info.bandwidth, info.average_bandwidth) == (4, 3)
    assert (info.codecs, info.resolution) == ("avc1.64001f", (1280, 720))


@pytest.mark.parametrize(
    ("averages", "order"),
    [
        ([4_000_000, 1_800_000, 600_000], [1_800_000, 4_000_000, 600_000]),
        ([1_200_000, 600_000], [1_200_000, 600_000]),
        ([9_000_000, 5_000_000], [5_000_000, 9_000_000]),
        ([2_600_000, 800_000], [2_600_000, 800_000]),
    ],
)
def test_the_first_variant_is_the_nearest_to_two_megabits(
    averages: list[int], order: list[int]
) -> None:
    read = listed(*map(rung, averages))

    assert [v.uri for v in read.playlists] == [f"{average}.m3u8" for average in order]


def test_segments_are_said_to_be_independent() -> None:
    assert listed().is_independent_segments


@pytest.mark.parametrize(
    "language", ["", "en-12", 'en",URI="//evil', "en\n#EXT", "x" * 99]
)
def test_a_language_that_is_none_changes_nothing_else(language: str) -> None:
    (sound,) = listed(language=language).media

    assert (sound.language, sound.uri) == ("und", "sound.m3u8")


def test_captions_are_offered_and_never_forced(captions: Captions) -> None:
    read = listed(language="de", captions=captions)

    _, words = read.media
    assert (words.type, words.language, words.name) == ("SUBTITLES", "de", "Deutsch")
    assert (words.default, words.autoselect, words.forced) == ("NO", "YES", "NO")
    assert words.uri == captions.playlist.filename
    assert read.playlists[0].stream_info.subtitles == words.group_id


def test_captions_in_no_known_language_have_a_plain_name(captions: Captions) -> None:
    assert listed(language="und", captions=captions).media[1].name == "Captions"


def test_captions_that_describe_sounds_say_so(captions: Captions) -> None:
    silent = listed(captions=captions).media[1]
    told = listed(captions=replace(captions, describes_sounds=True)).media[1]

    assert silent.characteristics is None
    assert told.characteristics.count("public.accessibility.") == 2


def test_new_words_take_the_place_of_the_old(captions: Captions) -> None:
    first = with_words(master_of([FILM], SOUND), "en", captions)

    assert with_words(first, "en", captions) == first
    assert with_words(first, "de", None) == with_words(
        master_of([FILM], SOUND), "de", None
    )
