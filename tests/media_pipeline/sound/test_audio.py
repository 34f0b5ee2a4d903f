from pathlib import Path
from typing import Any

import pytest
from mutagen.mp3 import MP3, BitrateMode

from media_pipeline.entrance.admission import admit
from media_pipeline.errors import Refused, WrongOutput
from media_pipeline.hearing.loudness import PODCAST
from media_pipeline.hearing.meter import measure
from media_pipeline.kinds import Kind
from media_pipeline.recording.probe import SoundTrack, probe
from media_pipeline.rendition import Digest
from media_pipeline.sound import audio
from media_pipeline.sound.audio import Sound, encode_sound
from tests.media_pipeline.recordings import PINK, film, record, record_stereo

CLICKS = "aevalsrc='if(lt(mod(t,2),0.002),0.95,0.004*sin(880*t))':s=48000"
VOICE = "0.056*sin(1382*t)*abs(sin(5*t))"
TYPING = f"aevalsrc='{VOICE}+lt(mod(t,2),0.05)*0.9*(2*random(1)-1)':s=44100"
LOUD_CRACKLE = f"{PINK},volume=0.05,volume=enable='lt(mod(t,1),0.02)':volume=40"


def make(recording: Path, folder: Path) -> Sound:
    return encode_sound(recording, admit(recording), folder)


def track_of(file: Path) -> SoundTrack:
    sound = probe(file).sound
    assert sound
    return sound


@pytest.mark.parametrize(
    "mix",
    [
        "mono|c0=0.01*c0",
        "mono|c0=c0",
        "mono|c0=30*c0",
        "stereo|c0=0.05*c0|c1=0.05*c1",
        "stereo|c0=3*c0|c1=c1",
        "stereo|c0=c0|c1=0*c0",
        "stereo|c0=c0|c1=-1*c0",
        "stereo|c0=c0+0.2*c1|c1=-1*c0+0.2*c1",
        "5.1|FL=0.2*c0|FR=0.2*c1|FC=c0",
    ],
)
def test_every_recording_ends_up_at_podcast_loudness(tmp_path: Path, mix: str) -> None:
    sound = make(record_stereo(tmp_path / "r.wav", mix, seconds=6), tmp_path)

    for kind in (Kind.PLAIN_SOUND, Kind.LOW_SOUND):
        heard = measure(sound.one(kind).path, seconds=6)
        assert heard.loudness == pytest.approx(PODCAST.loudness, abs=0.5)
        assert heard.peak <= -1.0


def test_an_ffmpeg_that_cannot_listen_while_it_encodes_makes_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = film(tmp_path / "f.mp4")
    (tmp_path / "again").mkdir()
    new = make(recording, tmp_path)
    monkeypatch.setattr(audio, "LOOPBACK_SINCE", (1000, 0, 0))

    old = make(recording, tmp_path / "again")

    assert [made.sha256 for made in old.renditions] == [
        made.sha256 for made in new.renditions
    ]
    assert old.loudness == new.loudness


@pytest.mark.parametrize("source", [LOUD_CRACKLE, CLICKS, TYPING])
def test_peaks_are_held_without_losing_loudness(tmp_path: Path, source: str) -> None:
    sound = make(record(tmp_path / "r.wav", source, seconds=6), tmp_path)

    assert sound.loudness.meets(PODCAST)
    low = measure(sound.one(Kind.LOW_SOUND).path, seconds=6)
    assert low.loudness == pytest.approx(PODCAST.loudness, abs=0.5)


def test_a_recording_that_cannot_be_levelled_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clicks = record(tmp_path / "r.wav", CLICKS, seconds=6)
    monkeypatch.setattr(audio, "TRIES", 2)

    with pytest.raises(Refused, match="after 2 tries"):
        make(clicks, tmp_path)


@pytest.mark.parametrize(
    ("mix", "channels", "bitrate"),
    [
        ("mono|c0=c0", 1, 96_000),
        ("stereo|c0=c0|c1=c0", 1, 96_000),
        ("stereo|c0=c0|c1=-1*c0", 1, 96_000),
        ("stereo|c0=c0|c1=c1", 2, 128_000),
    ],
)
def test_one_voice_is_mono_and_two_are_stereo(
    tmp_path: Path, mix: str, channels: int, bitrate: int
) -> None:
    mp3 = make(record_stereo(tmp_path / "r.wav", mix), tmp_path).mp3

    track = track_of(mp3.path)
    assert (track.channels, track.bitrate, mp3.bitrate) == (channels, bitrate, bitrate)
    assert track.sample_rate == 44_100


def test_the_mp3_is_a_verified_rendition(tmp_path: Path) -> None:
    mp3 = make(record(tmp_path / "r.wav"), tmp_path).mp3

    assert (mp3.kind, mp3.content_type) == (Kind.PLAIN_SOUND, "audio/mpeg")
    assert mp3.duration_seconds == pytest.approx(4, abs=0.02)
    assert Digest.of(mp3.path) == Digest(mp3.size, mp3.sha256, mp3.sha384)


def test_the_low_data_form_is_opus(tmp_path: Path) -> None:
    low = make(record(tmp_path / "r.wav"), tmp_path).one(Kind.LOW_SOUND)

    track = track_of(low.path)
    assert (track.codec, track.sample_rate, track.channels) == ("opus", 48_000, 1)
    assert (low.content_type, low.path.suffix) == ("audio/ogg; codecs=opus", ".opus")
    assert low.duration_seconds == pytest.approx(4, abs=0.02)
    assert low.size < 4 * 32_000 / 8 * 1.3


def test_the_sound_of_a_film_is_made_from_the_same_decode(tmp_path: Path) -> None:
    sound = make(film(tmp_path / "f.mp4"), tmp_path)

    stream = sound.one(Kind.STREAM_SOUND)
    track = track_of(stream.path)
    assert (track.codec, track.sample_rate, track.channels) == ("aac", 48_000, 2)
    heard = measure(stream.path, seconds=4)
    assert heard.loudness == pytest.approx(PODCAST.loudness, abs=0.5)


def test_the_sound_of_a_film_lasts_as_long_as_the_film(tmp_path: Path) -> None:
    short = film(tmp_path / "f.mp4", "-af", "atrim=end=2")

    sound = make(short, tmp_path)

    stream = sound.one(Kind.STREAM_SOUND)
    assert probe(stream.path).duration_seconds == pytest.approx(4, abs=0.03)
    assert sound.mp3.duration_seconds == pytest.approx(2, abs=0.05)


def test_nothing_that_the_source_says_about_itself_survives(tmp_path: Path) -> None:
    secret = ["-metadata", "title=SECRET-PLACE", "-metadata", "comment=SECRET-NAME"]
    recording = film(tmp_path / "f.mp4", *secret, "-movflags", "use_metadata_tags")
    assert b"SECRET" in recording.read_bytes()

    sound = make(recording, tmp_path)

    made = b"".join(made.path.read_bytes() for made in sound.renditions)
    assert b"SECRET" not in made


def test_the_same_recording_always_makes_the_same_bytes(tmp_path: Path) -> None:
    recording = record(tmp_path / "r.wav")
    (tmp_path / "again").mkdir()

    first, second = make(recording, tmp_path), make(recording, tmp_path / "again")

    assert [made.sha256 for made in first.renditions] == [
        made.sha256 for made in second.renditions
    ]


def test_progress_is_told(tmp_path: Path) -> None:
    recording = record(tmp_path / "r.wav")
    told: list[float] = []

    encode_sound(recording, admit(recording), tmp_path, on_progress=told.append)

    assert told[-1] == pytest.approx(4, abs=0.1)


def test_a_file_that_came_out_short_does_not_count(tmp_path: Path) -> None:
    recording = record(tmp_path / "r.wav")
    admission = admit(recording)
    shorter = record(tmp_path / "shorter.wav", seconds=2)

    with pytest.raises(WrongOutput, match="instead of 4"):
        encode_sound(shorter, admission, tmp_path)

    assert not (tmp_path / "sound.mp3").exists()


def test_an_independent_reader_finds_the_mp3_sound(tmp_path: Path) -> None:
    mp3 = make(record(tmp_path / "r.wav"), tmp_path).mp3

    info: Any = MP3(mp3.path).info

    assert (info.bitrate, info.sample_rate, info.sketchy) == (96_000, 44_100, False)
    assert info.bitrate_mode is BitrateMode.CBR
