"""Sound from studios, telephones, meetings and recorders, and how it comes out."""

import array
import wave
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_pipeline.entrance.admission import admit
from media_pipeline.errors import SilentRecording, UnreadableRecording
from media_pipeline.hearing.loudness import PODCAST
from media_pipeline.hearing.meter import measure
from media_pipeline.hearing.voices import Voices
from media_pipeline.kinds import Kind
from media_pipeline.recording.probe import probe
from media_pipeline.sound.audio import Sound, encode_sound
from tests.media_pipeline.recordings import (
    OTHER_PINK,
    PINK,
    SILENCE,
    TONE,
    ffmpeg,
    film,
    record,
    record_stereo,
)

RATES = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000]


def heard(recording: Path) -> Sound:
    (recording.parent / "made").mkdir(exist_ok=True)
    return encode_sound(recording, admit(recording), recording.parent / "made")


def assert_right(sound: Sound, seconds: float) -> None:
    for kind in (Kind.PLAIN_SOUND, Kind.LOW_SOUND):
        measured = measure(sound.one(kind).path, seconds=seconds)
        assert measured.loudness == pytest.approx(PODCAST.loudness, abs=0.5)
        assert measured.peak <= PODCAST.peak
        assert sound.one(kind).duration_seconds == pytest.approx(seconds, abs=0.1)


def interleaved(path: Path, *, channels: int, rate: int, voice: int, gain: int) -> Path:
    """A voice in one of many nameless channels, and the others silent."""
    quieter = ["-af", f"volume={gain}dB", "-ar", str(rate), "-f", "s16le"]
    mono = array.array("h", record(path, PINK, *quieter, seconds=3).read_bytes())
    samples = array.array("h", bytes(2 * len(mono) * channels))
    samples[voice % channels :: channels] = mono
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, len(mono), "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize(
    ("pitch", "volume"), [(20, 1.6), (20, 4.8), (40, 4.8), (50, 4.8), (60, 1.6)]
)
def test_voices_come_out_of_the_rumble_that_they_drowned_in(
    tmp_path: Path, pitch: int, volume: float
) -> None:
    rumble = f"sine=frequency={pitch}:sample_rate=48000,volume={volume}"
    mixed = f"{PINK},highpass=f=300[v];{rumble}[r];[v][r]amix=normalize=0"
    recording = record(tmp_path / "r.wav", mixed, seconds=6)

    sound = heard(recording)

    assert_right(sound, 6)
    assert "the deepest notes are taken away" in " ".join(admit(recording).remarks)
    assert not admit(sound.mp3.path).is_rumbling


def test_a_deep_voice_is_left_as_it_is(tmp_path: Path) -> None:
    deep = "aevalsrc='0.1*sin(2*PI*90*t)+0.05*sin(2*PI*180*t)+0.02*sin(2*PI*900*t)'"
    recording = record(tmp_path / "r.wav", f"{deep}:s=48000", seconds=6)

    assert not admit(recording).is_rumbling


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    channels=st.integers(1, 16),
    rate=st.sampled_from(RATES),
    voice=st.integers(0, 15),
    gain=st.integers(-30, 6),
)
def test_any_channels_at_any_rate_come_out_equally_loud(
    tmp_path: Path, channels: int, rate: int, voice: int, gain: int
) -> None:
    recording = interleaved(
        tmp_path / "r.wav", channels=channels, rate=rate, voice=voice, gain=gain
    )

    assert_right(heard(recording), 3)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("u8.wav", ["-c:a", "pcm_u8"]),
        ("16.wav", ["-c:a", "pcm_s16le"]),
        ("24.wav", ["-c:a", "pcm_s24le"]),
        ("32.wav", ["-c:a", "pcm_s32le"]),
        ("float.wav", ["-c:a", "pcm_f32le"]),
        ("double.wav", ["-c:a", "pcm_f64le"]),
        ("extensible.wav", ["-c:a", "pcm_s24le", "-ac", "2", "-ar", "96000"]),
        ("rf64.wav", ["-rf64", "always"]),
        ("x.aiff", []),
        ("x.flac", ["-sample_fmt", "s32", "-bits_per_raw_sample", "24"]),
        ("constant.mp3", ["-b:a", "128k"]),
        ("varying.mp3", ["-q:a", "5", "-write_xing", "0"]),
        ("old.mp3", ["-ar", "22050", "-b:a", "32k"]),
        ("aac.m4a", ["-c:a", "aac"]),
        ("alac.m4a", ["-c:a", "alac"]),
        ("x.aac", ["-c:a", "aac"]),
        ("vorbis.ogg", ["-c:a", "libvorbis"]),
        ("x.opus", []),
        ("x.weba", ["-c:a", "libopus", "-f", "webm"]),
        ("x.mka", ["-c:a", "flac"]),
        ("telephone.wav", ["-c:a", "pcm_mulaw", "-ar", "8000"]),
        ("europe.wav", ["-c:a", "pcm_alaw", "-ar", "8000"]),
        ("dictaphone.3gp", ["-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1"]),
        ("broadcast.ts", ["-c:a", "ac3"]),
        ("latm.ts", ["-c:a", "aac", "-mpegts_flags", "latm"]),
        ("dictaphone.amr", ["-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1"]),
        ("dictaphone.wav", ["-c:a", "adpcm_ms"]),
        ("recorder.wav", ["-c:a", "adpcm_ima_wav"]),
        ("switchboard.wav", ["-c:a", "g722", "-ar", "16000"]),
        ("old.mov", ["-c:a", "adpcm_ima_qt"]),
        ("eight.aiff", ["-c:a", "pcm_s8"]),
        ("logic.caf", ["-c:a", "pcm_s24le"]),
        ("x.w64", ["-c:a", "pcm_s24le"]),
        ("x.au", []),
    ],
)
def test_every_form_of_sound_comes_out_right(
    tmp_path: Path, name: str, args: list[str]
) -> None:
    recording = record(tmp_path / name, PINK, *args)

    assert_right(heard(recording), 4)


def test_a_wav_that_does_not_name_its_channels_is_heard(tmp_path: Path) -> None:
    nameless = record(tmp_path / "r.wav", PINK, "-af", "pan=3c|c0=c0|c1=c0|c2=0.5*c0")

    assert_right(heard(nameless), 4)


@pytest.mark.parametrize("layout", ["5.1", "5.1(side)", "7.1", "7.1(wide)"])
@pytest.mark.parametrize("channel", ["FL", "FC", "LFE"])
def test_a_voice_in_the_middle_of_surround_is_kept(
    tmp_path: Path, layout: str, channel: str
) -> None:
    rumble = "FL=0.05*c1|FR=0.05*c1" if channel == "FC" else "FR=0.05*c1"
    only_there = f"{layout}|{channel}=c0|{rumble}"
    surround = record_stereo(tmp_path / "r.wav", only_there)

    sound = heard(surround)

    assert_right(sound, 4)
    track = probe(sound.mp3.path).sound
    assert track
    assert track.channels <= 2
    assert any("surround" in said for said in admit(surround).remarks)


def test_more_channels_than_have_names_are_mixed_and_told(tmp_path: Path) -> None:
    table = interleaved(tmp_path / "r.wav", channels=12, rate=16_000, voice=10, gain=0)

    admission = admit(table)

    assert admission.voices is Voices.MONO
    assert "All 12 channels are mixed into one." in admission.remarks


def test_the_middle_of_surround_is_heard_on_both_sides(tmp_path: Path) -> None:
    voice = record_stereo(tmp_path / "r.wav", "5.1|FC=c0|FL=0.001*c1|FR=0.001*c0")

    assert admit(voice).voices is Voices.MONO


def two_tracks(path: Path, first: str, second: str, *args: str) -> Path:
    sources = [p for s in (first, second) for p in ("-f", "lavfi", "-t", "4", "-i", s)]
    ffmpeg(*sources, "-map", "0", "-map", "1", "-c:a", "flac", *args, str(path))
    return path


QUIET = f"{OTHER_PINK},volume=-30dB"


@pytest.mark.parametrize(
    ("args", "number"),
    [
        (["-disposition:a:0", "default", "-disposition:a:1", "0"], 1),
        (["-disposition:a:0", "0", "-disposition:a:1", "default"], 2),
        (["-disposition:a:0", "0", "-disposition:a:1", "0"], 1),
    ],
)
def test_of_two_tracks_the_default_is_heard_and_told(
    tmp_path: Path, args: list[str], number: int
) -> None:
    tongues = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger"]
    recording = two_tracks(tmp_path / "r.mkv", PINK, QUIET, *args, *tongues)

    admission = admit(recording)

    tongue = {1: "eng", 2: "ger"}[number]
    assert f"number {number} of 2 ({tongue}) is the one" in admission.remarks[0]
    assert admission.sound.number == number
    assert (admission.loudness.loudness < -40) == (number == 2)


def test_a_silent_first_track_gives_way_to_the_one_with_the_voice(
    tmp_path: Path,
) -> None:
    recording = two_tracks(tmp_path / "obs.mkv", SILENCE, PINK)

    sound = heard(recording)

    assert_right(sound, 4)
    assert "number 2 of 2 is the one" in admit(recording).remarks[0]


def test_two_silent_tracks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SilentRecording, match="Was the microphone on"):
        admit(two_tracks(tmp_path / "r.mkv", SILENCE, SILENCE))


def test_one_turned_cable_does_not_become_silence(tmp_path: Path) -> None:
    turned = record_stereo(tmp_path / "r.wav", "stereo|c0=c0|c1=-1*c0")

    assert_right(heard(turned), 4)


def test_cut_off_peaks_are_told_for_the_next_time(tmp_path: Path) -> None:
    loud = record(tmp_path / "r.wav", PINK, "-af", "volume=20dB")

    admission = admit(loud)

    assert any("recorded too loud" in said for said in admission.remarks)
    assert_right(encode_sound(loud, admission, tmp_path), 4)


def test_peaks_above_full_scale_are_not_lost(tmp_path: Path) -> None:
    hot = record(tmp_path / "r.wav", PINK, "-af", "volume=20dB", "-c:a", "pcm_f32le")

    assert_right(heard(hot), 4)


def test_silence_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SilentRecording, match="Was the microphone on"):
        admit(record(tmp_path / "r.flac", SILENCE))


def test_a_tenth_of_a_second_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecording, match="shorter than one second"):
        admit(record(tmp_path / "r.wav", TONE, seconds=0.1))


def test_a_film_without_sound_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecording, match="no sound"):
        admit(film(tmp_path / "r.mp4", "-an"))


def long_talk(folder: Path, hours: int) -> Path:
    """A word at the beginning and one at the end; a hole takes no space."""
    rate = 4000
    tone = ["-ar", str(rate), "-f", "s16le"]
    word = record(folder / "word.raw", TONE, *tone, seconds=1).read_bytes()
    long = folder / "long.wav"
    size = 2 * rate * 3600 * hours
    with wave.open(str(long), "wb") as file:
        file.setparams((1, 2, rate, size // 2, "NONE", ""))
        file.writeframesraw(word)
    with long.open("r+b") as file:
        for at, value in [(4, size + 36), (40, size)]:
            file.seek(at)
            file.write(value.to_bytes(4, "little"))
        file.truncate(44 + size)
        file.seek(44 + size - len(word))
        file.write(word)
    return long


def test_twelve_hours_become_an_episode(tmp_path: Path) -> None:
    hours, told = 12, list[float]()

    admission = admit(long_talk(tmp_path, hours), told.append)

    assert admission.duration_seconds == pytest.approx(3600 * hours, abs=1)
    assert admission.sound_seconds == pytest.approx(3600 * hours, abs=1)
    assert [seconds for seconds in told if 0 < seconds < 3000 * hours]
