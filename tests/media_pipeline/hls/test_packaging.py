import shutil
from pathlib import Path

import av
import m3u8
import pytest

from media_pipeline.errors import WrongOutput
from media_pipeline.hls.conformance import RULES
from media_pipeline.hls.packaging import (
    make_master,
    package_sound,
    packaged_rung,
    packaged_sound,
    remake_master,
)
from media_pipeline.hls.playlist_reader import read_media_playlist
from media_pipeline.rendition import Kind, Rendition
from tests.media_pipeline.films import MadeFilm
from tests.media_pipeline.recordings import ffmpeg

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n"


def remade(
    film: MadeFilm, folder: Path, *, captions: str, language: str = "en"
) -> list[Rendition]:
    """The master of a film made again with other words, or with none."""
    vtt = folder / "words.vtt"
    vtt.write_text(captions)
    old = film.one(Kind.HLS_MASTER)
    words = vtt if captions else None
    return remake_master(old, folder, language=language, captions=words)


def playlist(film: MadeFilm, name: str) -> m3u8.M3U8:
    return m3u8.load(str(film.one(Kind.HLS_PLAYLIST, name).path))


def test_the_master_lists_every_rung_by_its_name_in_storage(
    made_film: MadeFilm,
) -> None:
    master = m3u8.load(str(made_film.one(Kind.HLS_MASTER).path))

    names = {made_film.one(Kind.HLS_PLAYLIST, n).filename for n in ("360p", "240p")}
    assert {variant.uri for variant in master.playlists} == names
    assert master.media[0].uri == made_film.one(Kind.HLS_PLAYLIST, "audio").filename
    assert master.media[0].language == "en"


@pytest.mark.parametrize("name", ["audio", "360p", "240p"])
def test_a_playlist_names_its_media_by_its_name_in_storage(
    made_film: MadeFilm, name: str
) -> None:
    media = made_film.one(Kind.HLS_MEDIA, name)

    read = playlist(made_film, name)

    assert {segment.uri for segment in read.segments} == {media.filename}
    assert read.segment_map[0].uri == media.filename


def test_pictures_and_sound_are_cut_at_the_same_moments(made_film: MadeFilm) -> None:
    sound = [segment.duration for segment in playlist(made_film, "audio").segments]
    rungs = [
        [segment.duration for segment in playlist(made_film, name).segments]
        for name in ("360p", "240p")
    ]

    assert rungs == [[6.0, 6.0, 2.0]] * 2
    assert sound == pytest.approx(rungs[0], abs=1024 / 48_000)
    assert sum(sound) == pytest.approx(14, abs=0.022)


def test_all_playlists_have_the_same_target(made_film: MadeFilm) -> None:
    targets = {
        playlist(made_film, name).target_duration for name in ("audio", "360p", "240p")
    }

    assert targets == {6}


def test_every_range_begins_a_fragment(made_film: MadeFilm) -> None:
    whole = made_film.one(Kind.HLS_MEDIA, "360p").path.read_bytes()

    for segment in playlist(made_film, "360p").segments:
        offset = int(segment.byterange.partition("@")[2])
        assert whole[offset + 4 : offset + 8] == b"moof"


def test_bandwidths_are_those_of_the_files(made_film: MadeFilm) -> None:
    master = m3u8.load(str(made_film.one(Kind.HLS_MASTER).path))
    sizes = {r.name: r.size for r in made_film.renditions if r.kind == Kind.HLS_MEDIA}

    for variant in master.playlists:
        info = variant.stream_info
        name = f"{info.resolution[1]}p"
        bits = 8 * (sizes[name] + sizes["audio"]) / 14
        assert info.average_bandwidth == pytest.approx(bits, rel=0.05)
        assert info.average_bandwidth <= info.bandwidth


def test_the_sound_begins_at_zero_without_the_silence_of_the_encoder(
    made_film: MadeFilm,
) -> None:
    whole = made_film.one(Kind.HLS_MEDIA, "audio").path.read_bytes()

    first = whole.index(b"tfdt")
    assert whole[first + 8 : first + 16] == bytes(8)
    lasts = made_film.one(Kind.HLS_MEDIA, "audio").duration_seconds
    assert lasts == pytest.approx(14, abs=1024 / 48_000)


def test_the_same_sound_gives_the_same_playlist_again(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    media = made_film.one(Kind.HLS_MEDIA, "audio")
    moved = tmp_path / "elsewhere.m4a"
    moved.write_bytes(media.path.read_bytes())

    again = packaged_sound(moved, made_film.plan)

    assert again.media.filename == media.filename
    before = made_film.one(Kind.HLS_PLAYLIST, "audio")
    assert again.playlist.filename == before.filename


@pytest.mark.parametrize("name", ["360p", "240p"])
def test_a_rung_can_be_looked_through_by_its_key_frames(
    made_film: MadeFilm, name: str
) -> None:
    keys = m3u8.load(str(made_film.one(Kind.HLS_IFRAMES, name).path))
    media = made_film.one(Kind.HLS_MEDIA, name)

    assert keys.is_i_frames_only
    assert [segment.duration for segment in keys.segments] == [2.0] * 7
    assert {segment.uri for segment in keys.segments} == {media.filename}


def test_a_key_frame_can_be_decoded_from_its_range_alone(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    keys = made_film.one(Kind.HLS_IFRAMES, "240p").path.read_bytes()
    whole = made_film.one(Kind.HLS_MEDIA, "240p").path.read_bytes()
    listed = read_media_playlist(keys)
    third = listed.segments[2].span
    assert listed.head
    assert third

    alone = tmp_path / "alone.mp4"
    alone.write_bytes(whole[: listed.head.span.size] + whole[third.offset : third.end])

    with av.open(str(alone)) as opened:
        packet = next(opened.demux(video=0))
        (frame,) = [*packet.decode(), *packet.stream.decode(None)]
    assert (frame.key_frame, frame.width, frame.height) == (True, 426, 240)


def test_what_was_checked_is_kept_with_the_master(made_film: MadeFilm) -> None:
    report = made_film.one(Kind.HLS_MASTER).details["conformance"]

    assert report.keys() == RULES.keys()
    assert {rule for rule, found in report.items() if found != "ok"} == {"T2"}


def test_a_package_that_breaks_a_rule_does_not_count(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    plan, names = made_film.plan, ("audio", "360p", "240p")
    copied = [
        Path(shutil.copy(made_film.one(Kind.HLS_MEDIA, name).path, tmp_path))
        for name in names
    ]
    sound = packaged_sound(copied[0], plan)
    pairs = zip(copied[1:], plan.rungs, strict=False)
    rungs = [packaged_rung(path, rung, plan, 14.0) for path, rung in pairs]

    spoilt = copied[2].read_bytes().replace(b"avc1", b"avc3")
    copied[2].write_bytes(spoilt)

    with pytest.raises(WrongOutput, match="V1"):
        make_master(plan, rungs, sound, tmp_path, language="en")


def test_words_come_with_the_master_and_before_it(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    *words, master = remade(made_film, tmp_path, captions=VTT)

    assert [w.kind for w in words] == [Kind.CAPTIONS, Kind.HLS_SUBTITLES]
    read = m3u8.load(str(master.path))
    assert read.media[1].uri == words[1].filename
    assert {p.stream_info.subtitles for p in read.playlists} == {"captions"}


def test_other_words_need_no_film(made_film: MadeFilm, tmp_path: Path) -> None:
    before = made_film.one(Kind.HLS_MASTER)

    (master,) = remade(made_film, tmp_path, captions="", language="en")

    assert master.sha256 == before.sha256
    assert master.details == before.details
    assert master.duration_seconds == before.duration_seconds


def test_words_that_are_gone_leave_no_trace(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    *_, with_words = remade(made_film, tmp_path, captions=VTT)

    (without,) = remake_master(with_words, tmp_path, language="en", captions=None)

    assert without.sha256 == made_film.one(Kind.HLS_MASTER).sha256


def test_another_language_is_told_of_sound_and_words(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    *_, master = remade(made_film, tmp_path, captions=VTT, language="nl")

    assert [m.language for m in m3u8.load(str(master.path)).media] == ["nl", "nl"]


def test_sound_that_lost_its_end_is_not_packaged(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    aac = tmp_path / "sound.m4a"
    ffmpeg("-f", "lavfi", "-i", "sine=d=3", "-c:a", "aac", str(aac))

    with pytest.raises(WrongOutput):
        package_sound(aac, made_film.plan, tmp_path, 4.0)
