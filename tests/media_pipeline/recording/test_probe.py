from fractions import Fraction
from pathlib import Path

import pytest

from media_pipeline.errors import UnreadableRecording
from media_pipeline.recording.picture import Picture
from media_pipeline.recording.probe import Probe, probe
from tests.media_pipeline.recordings import again, ffmpeg, film, record

ENCRYPTED = [
    *("-c", "copy", "-encryption_scheme", "cenc-aes-ctr"),
    *("-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb"),
    *("-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"),
]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("talk") / "talk.mp4")


def picture_of(found: Probe) -> Picture:
    assert found.picture
    return found.picture


def test_a_plain_film_is_described(talk: Path) -> None:
    found = probe(talk)

    picture, sound = picture_of(found), found.sound
    assert found.duration_seconds == pytest.approx(4, abs=0.05)
    assert (picture.width, picture.height, picture.frame_rate) == (
        320,
        180,
        Fraction(25),
    )
    assert (picture.codec, picture.pixel_format) == ("h264", "yuv420p")
    assert sound
    assert (sound.codec, sound.channels, sound.sample_rate) == ("aac", 1, 48_000)


def test_a_plain_film_needs_nothing_put_right(talk: Path) -> None:
    picture = picture_of(probe(talk))

    assert picture.rotation == 0
    assert not picture.is_hdr
    assert not picture.is_interlaced
    assert not picture.is_variable_rate


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_film_that_lies_on_its_side_is_measured_upright(
    talk: Path, tmp_path: Path, degrees: int
) -> None:
    # ffmpeg 5 cannot write a rotation, so the matrix is written over the plain one.
    turned = tmp_path / "turned.mp4"
    one, zero = (1 << 16).to_bytes(4), bytes(4)
    minus = (-(1 << 16)).to_bytes(4, signed=True)
    plain = one + zero * 3 + one
    matrix = zero + one + zero + minus + zero
    other = zero + minus + zero + one + zero
    whole = talk.read_bytes()
    place = whole.index(plain, whole.index(b"tkhd"))
    wanted = other if degrees == 90 else matrix
    turned.write_bytes(whole[:place] + wanted + whole[place + 20 :])

    picture = picture_of(probe(turned))

    assert (picture.width, picture.height, picture.rotation) == (180, 320, degrees)


def test_pixels_that_are_not_square_are_counted_as_seen(tmp_path: Path) -> None:
    wide = film(tmp_path / "wide.mp4", "-vf", "setsar=4/3", seconds=1)

    assert picture_of(probe(wide)).width == 427


def test_high_dynamic_range_is_seen(tmp_path: Path) -> None:
    as_hdr = ["-pix_fmt", "yuv420p10le", "-x264-params", "transfer=smpte2084"]
    bright = film(tmp_path / "bright.mp4", *as_hdr, seconds=1)

    assert picture_of(probe(bright)).is_hdr


def test_interlacing_is_seen(tmp_path: Path) -> None:
    combed = film(
        tmp_path / "c.mp4", "-vf", "setfield=tff", "-flags", "+ildct+ilme", seconds=1
    )

    assert picture_of(probe(combed)).is_interlaced


def test_a_varying_frame_rate_is_seen_even_if_only_at_the_end(tmp_path: Path) -> None:
    dropped = "select='lt(n,50)+not(mod(n,3))'"
    phone = film(tmp_path / "phone.mp4", "-vf", dropped, "-fps_mode", "vfr")

    assert picture_of(probe(phone)).is_variable_rate


def test_the_clock_of_matroska_is_not_taken_for_a_varying_rate(tmp_path: Path) -> None:
    steady = film(tmp_path / "steady.mkv", picture="testsrc2=size=64x64:rate=30")

    picture = picture_of(probe(steady))

    assert not picture.is_variable_rate
    assert picture.frame_rate == Fraction(30)


def test_a_cover_is_not_a_film(tmp_path: Path) -> None:
    cover, sound = tmp_path / "cover.jpg", tmp_path / "sound.mp3"
    record(cover, "color=red:size=64x64", "-frames:v", "1", seconds=1)
    two = ["-i", str(record(tmp_path / "s.wav", seconds=1)), "-i", str(cover)]
    attached = ["-c:v", "copy", "-disposition:v", "attached_pic"]
    ffmpeg(*two, "-map", "0", "-map", "1", *attached, str(sound))

    found = probe(sound)

    assert found.has_cover
    assert found.picture is None


def test_encryption_is_seen(talk: Path, tmp_path: Path) -> None:
    assert probe(again(talk, tmp_path / "drm.mp4", *ENCRYPTED)).is_encrypted
    assert not probe(talk).is_encrypted


def test_a_codec_that_we_do_not_decode_is_named_not_used(tmp_path: Path) -> None:
    odd = record(tmp_path / "odd.wav", "sine", "-c:a", "adpcm_yamaha", seconds=1)

    found = probe(odd)

    assert found.sound is None
    assert found.unknown == ("adpcm_yamaha",)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile {}\n",
        "just text about {}",
        "",
    ],
)
@pytest.mark.parametrize("name", ["list.mp4", "list.m3u8", "list.mp3", "list.wav"])
def test_no_file_opens_another_one(
    talk: Path, tmp_path: Path, text: str, name: str
) -> None:
    playlist = tmp_path / name
    playlist.write_text(text.format(talk))

    with pytest.raises(UnreadableRecording):
        probe(playlist)


def test_probing_needs_no_ffprobe(talk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.defpath", "/nonexistent")

    assert probe(talk).sound


def test_a_name_that_is_a_protocol_is_only_a_name(tmp_path: Path) -> None:
    recording = record(tmp_path / "a.wav", seconds=1)
    odd = recording.rename(tmp_path / "http:x%d.wav")

    assert probe(odd).sound
