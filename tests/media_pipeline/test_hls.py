from pathlib import Path

import m3u8
import pytest

from media_pipeline.errors import WrongOutput
from media_pipeline.hls import package_sound, packaged_sound
from media_pipeline.rendition import Kind
from tests.media_pipeline.films import MadeFilm
from tests.media_pipeline.recordings import ffmpeg


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


def test_a_folder_may_have_a_name_that_is_a_pattern(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    folder = tmp_path / "100 %d"
    folder.mkdir()
    aac = folder / "sound.m4a"
    ffmpeg("-f", "lavfi", "-i", "sine=d=3", "-c:a", "aac", str(aac))

    packaged = package_sound(aac, made_film.plan, folder, 3.0)

    assert {file.path.name for file in packaged.files} == {"audio.m4a", "audio.m3u8"}
    assert sorted(p.name for p in folder.iterdir()) == [
        "audio.m3u8",
        "audio.m4a",
        "sound.m4a",
    ]


def test_sound_that_lost_its_end_is_not_packaged(
    made_film: MadeFilm, tmp_path: Path
) -> None:
    aac = tmp_path / "sound.m4a"
    ffmpeg("-f", "lavfi", "-i", "sine=d=3", "-c:a", "aac", str(aac))

    with pytest.raises(WrongOutput):
        package_sound(aac, made_film.plan, tmp_path, 4.0)
