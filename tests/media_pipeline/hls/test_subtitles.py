from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import m3u8
import pytest
from hypothesis import given

from media_pipeline.hls.conformance import check_words
from media_pipeline.hls.master import with_words
from media_pipeline.hls.playlist import (
    MasterPlaylist,
    Variant,
    frozen,
    write_master_playlist,
)
from media_pipeline.hls.subtitles import TIMESTAMP_MAP, Captions, package_captions
from media_pipeline.rendition import Kind
from media_pipeline.words.captions import Cue, Script, read_transcript, write_vtt
from tests.media_pipeline.words.test_captions import scripts

SAID = Script((Cue(0.5, 2, "Hello & welcome.", "Ada"), Cue(2, 3, "Thank you.")))


def package(folder: Path, text: str) -> Captions:
    vtt = folder / "words.vtt"
    vtt.write_text(text, encoding="utf-8")
    return package_captions(vtt, folder, Fraction(27, 2))


def conformance(folder: Path, script: Script) -> dict[str, str]:
    """What the strict reader of HLS says to words alone."""
    captions = package(folder, write_vtt(script))
    rungs = (Variant(frozen(BANDWIDTH="1"), "rung.m3u8"),)
    master = with_words(MasterPlaylist((), rungs), "en", captions)
    path = folder / "master.m3u8"
    path.write_text(write_master_playlist(master), encoding="utf-8")
    return check_words(path, captions.files, 13.5)


def test_captions_begin_where_the_film_begins(tmp_path: Path) -> None:
    made = package(tmp_path, write_vtt(SAID))

    lines = made.file.path.read_text().split("\n")
    assert lines[:3] == ["WEBVTT", TIMESTAMP_MAP, ""]
    assert lines[3] == "00:00:00.500 --> 00:00:02.000"


def test_no_word_is_lost(tmp_path: Path) -> None:
    made = package(tmp_path, write_vtt(SAID))

    assert read_transcript(made.file.path.read_bytes(), "captions.vtt") == SAID


@given(scripts)
def test_whatever_we_write_keeps_the_rules_of_hls(script: Script) -> None:
    with TemporaryDirectory() as folder:
        assert set(conformance(Path(folder), script).values()) == {"ok"}


@pytest.mark.parametrize(
    "head",
    [
        "WEBVTT",
        "WEBVTT - a title",
        "\ufeffWEBVTT",
        "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000",
    ],
)
def test_whatever_head_there_was_is_replaced(tmp_path: Path, head: str) -> None:
    made = package(tmp_path, f"{head}\n\n00:01.000 --> 00:02.000\nHello.\n")

    assert made.file.path.read_text() == (
        f"WEBVTT\n{TIMESTAMP_MAP}\n\n00:01.000 --> 00:02.000\nHello.\n"
    )


def test_their_playlist_is_one_segment_as_long_as_the_film(tmp_path: Path) -> None:
    made = package(tmp_path, write_vtt(SAID))

    read = m3u8.load(str(made.playlist.path))
    assert [(s.uri, s.duration) for s in read.segments] == [(made.file.filename, 13.5)]
    assert (read.target_duration, read.playlist_type, read.is_endlist) == (
        14,
        "vod",
        True,
    )


def test_both_files_know_what_they_are(tmp_path: Path) -> None:
    made = package(tmp_path, write_vtt(SAID))

    assert [(file.kind, file.content_type) for file in made.files] == [
        (Kind.CAPTIONS, "text/vtt"),
        (Kind.HLS_SUBTITLES, "application/vnd.apple.mpegurl"),
    ]


@pytest.mark.parametrize(
    ("said", "describes"),
    [
        ("[laughter]", True),
        ("<v Ada>[coughs] Excuse me.", True),
        ("♪ music ♪", True),
        ("Look at item [3] of the list.", False),
        ("Hello.", False),
    ],
)
def test_captions_describe_sounds_when_some_of_them_do(
    tmp_path: Path, said: str, *, describes: bool
) -> None:
    made = package(tmp_path, f"WEBVTT\n\n00:01.000 --> 00:02.000\n{said}\n")

    assert made.describes_sounds == describes
