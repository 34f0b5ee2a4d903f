import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from media_pipeline.errors import ProgramFailed, SilentRecording
from media_pipeline.hearing import listening
from media_pipeline.hearing.listening import HIDDEN, Heard, listen
from media_pipeline.hearing.meter import measure
from media_pipeline.programs import process
from media_pipeline.programs.process import Finished
from media_pipeline.recording.probe import probe
from tests.media_pipeline.recordings import PINK, SILENCE, again, record, record_stereo
from tests.media_pipeline.recordings import ffmpeg as run_ffmpeg


def hear(recording: Path) -> Heard:
    found = probe(recording)
    assert found.sound
    return listen(recording, found.sound, seconds=found.duration_seconds)


def voices(folder: Path, mix: str) -> Path:
    """Noise without any rumble."""
    noise = record_stereo(folder / "noise.wav", mix)
    return again(noise, folder / "voices.wav", "-af", "highpass=f=400")


def test_mono_is_as_loud_as_the_same_in_two_channels(tmp_path: Path) -> None:
    mono = hear(record(tmp_path / "mono.wav"))
    both = hear(record_stereo(tmp_path / "both.wav", "stereo|c0=c0|c1=c0"))

    assert mono.loudness.loudness == pytest.approx(both.loudness.loudness, abs=0.11)


def test_one_silent_channel_counts_as_if_both_played(tmp_path: Path) -> None:
    mono = hear(record(tmp_path / "mono.wav"))
    left = hear(record_stereo(tmp_path / "left.wav", "stereo|c0=c0|c1=0*c0"))

    assert mono.loudness.loudness == pytest.approx(left.loudness.loudness, abs=0.11)


def test_the_end_of_the_sound_is_heard(tmp_path: Path) -> None:
    assert hear(record(tmp_path / "r.wav", seconds=3)).seconds == pytest.approx(3)


def test_a_late_start_counts_as_silence(tmp_path: Path) -> None:
    late = tmp_path / "late.mkv"
    picture = ["-f", "lavfi", "-t", "3", "-i", "testsrc2=size=64x64"]
    sound = ["-itsoffset", "1", "-i", str(record(tmp_path / "r.wav", seconds=2))]
    run_ffmpeg(*picture, *sound, "-c:v", "mjpeg", "-c:a", "flac", str(late))

    assert hear(late).seconds == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize("name", ["astats@all", "astats@low", "volumedetect@left"])
def test_a_report_that_lost_its_name_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    recording = voices(tmp_path, "stereo|c0=c0|c1=c1")
    expected = hear(recording)
    runs: list[Finished] = []

    def nameless(args: list[str], **options: Any) -> Finished:
        told = process.run(args, **options)
        runs.append(told)
        if len(runs) > 1:
            return told
        # As ffmpeg writes it between two half lines of another thread.
        return replace(told, log=re.sub(rf"\[{name} @ \w+\] (?!Overall)", "", told.log))

    monkeypatch.setattr(listening, "run", nameless)

    assert hear(recording) == expected
    assert len(runs) == 2


def test_a_recording_cannot_speak_for_the_meters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("Peak level dB", "RMS level dB", "Flat factor", "Peak count")
    said = "x" + "".join(f"\n[astats@all @ 0x1] {name}: 1.0" for name in names)
    forged = ["-metadata", f"{said}=y"]
    recording = again(record(tmp_path / "r.wav"), tmp_path / "r.flac", *forged)
    expected = hear(recording)

    def nameless(args: list[str], **options: Any) -> Finished:
        monkeypatch.undo()
        told = process.run(args, **options)
        return replace(told, log=re.sub(r"\[astats@all @ 0x\w{5,}\] ", "", told.log))

    monkeypatch.setattr(listening, "run", nameless)

    assert hear(recording) == expected


def test_silence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SilentRecording, match="could not hear"):
        hear(record(tmp_path / "silence.wav", SILENCE))


def test_what_we_made_is_measured_as_it_was_heard(tmp_path: Path) -> None:
    recording = record(tmp_path / "r.wav")

    measured, heard = measure(recording, seconds=4), hear(recording).loudness

    assert measured.loudness == heard.loudness


@pytest.mark.parametrize("rate", [8000, 44_100, 48_000])
def test_peaks_are_never_taken_for_lower_than_they_are(
    tmp_path: Path, rate: int
) -> None:
    recording = record(tmp_path / "r.wav", PINK, "-ar", str(rate))

    true = measure(recording, seconds=4).peak

    assert true - 0.1 <= hear(recording).loudness.peak <= true + HIDDEN + 0.1


@pytest.mark.parametrize(
    "mix",
    [
        "mono|c0=c0",
        "stereo|c0=c0|c1=c0",
        "stereo|c0=c0|c1=0*c0",
        "stereo|c0=0*c0|c1=c0",
        "stereo|c0=c0|c1=-1*c0",
    ],
)
def test_the_power_heard_is_that_of_the_voice_wherever_it_lies(
    tmp_path: Path, mix: str
) -> None:
    alone = hear(voices(tmp_path, "mono|c0=c0"))

    mixed = hear(voices(tmp_path, mix))

    assert alone.power is not None
    assert mixed.power is not None
    assert mixed.power == pytest.approx(alone.power, abs=0.1)


def test_power_far_above_full_scale_is_heard_whole(tmp_path: Path) -> None:
    recording = voices(tmp_path, "mono|c0=c0")
    louder = ["-af", "volume=30dB", "-c:a", "pcm_f32le"]
    hot = hear(again(recording, tmp_path / "hot.mka", *louder))
    quiet = hear(recording)

    assert quiet.power is not None
    assert hot.power is not None
    assert hot.power - 30 == pytest.approx(quiet.power, abs=0.1)
    assert not hot.is_clipped


@pytest.mark.parametrize("pitch", [20, 40, 100])
def test_rumble_says_nothing_of_how_loud_the_voices_are(
    tmp_path: Path, pitch: int
) -> None:
    rumble = f"sine=frequency={pitch}:sample_rate=48000,volume=12dB"
    mixed = f"{PINK},highpass=f=300[v];{rumble}[r];[v][r]amix=normalize=0"

    assert hear(record(tmp_path / "r.wav", mixed)).power is None


@pytest.mark.parametrize("name", ["r.wav", "r.flac", "r.mp3", "r.m4a"])
@pytest.mark.parametrize(("gain", "is_clipped"), [(0, False), (20, True)])
def test_cut_off_peaks_are_heard(
    tmp_path: Path, name: str, gain: int, is_clipped: bool
) -> None:
    loud = record(tmp_path / "l.wav", PINK, "-af", f"volume={gain}dB")

    assert hear(again(loud, tmp_path / name)).is_clipped is is_clipped


def test_a_full_scale_tone_is_not_clipped(tmp_path: Path) -> None:
    tone = "sine=frequency=330:sample_rate=48000,volume=18dB"

    assert not hear(record(tmp_path / "r.wav", tone)).is_clipped


def test_a_meter_that_says_nothing_is_not_silence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    quiet = Finished(log="Conversion done\n", output=b"")
    recording = record(tmp_path / "r.wav")
    monkeypatch.setattr("media_pipeline.hearing.listening.run", lambda *_, **__: quiet)

    with pytest.raises(ProgramFailed):
        hear(recording)
