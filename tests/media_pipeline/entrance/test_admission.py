import pickle
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from media_pipeline.entrance import admission as entrance
from media_pipeline.entrance.admission import admit
from media_pipeline.errors import (
    ProgramKilled,
    Refused,
    SilentRecording,
    TruncatedRecording,
    UnreadableRecording,
)
from media_pipeline.hearing.voices import Voices
from tests.media_pipeline.recording.test_probe import ENCRYPTED
from tests.media_pipeline.recordings import (
    PINK,
    SILENCE,
    again,
    cut,
    film,
    record,
    record_stereo,
)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("talk") / "talk.mp4")


def test_a_film_is_admitted_with_all_that_was_learnt(talk: Path) -> None:
    told: list[float] = []

    admission = admit(talk, told.append)

    assert admission.is_film
    assert admission.duration_seconds == pytest.approx(4, abs=0.05)
    assert admission.sound_seconds == pytest.approx(4, abs=0.05)
    assert told[-1] == pytest.approx(4, abs=0.05)


def test_an_admission_can_be_kept_between_steps(talk: Path) -> None:
    admission = admit(talk)

    assert pickle.loads(pickle.dumps(admission)) == admission  # noqa: S301


@pytest.mark.parametrize(
    ("volume", "remark"),
    [
        ("-20dB", "LU too quiet: corrected to -16 LUFS."),
        ("12dB", "LU too loud: corrected to -16 LUFS."),
    ],
)
def test_the_host_is_told_how_far_the_sound_was_off(
    tmp_path: Path, volume: str, remark: str
) -> None:
    recording = record(tmp_path / "r.wav", PINK, "-af", f"volume={volume}")

    assert any(remark in said for said in admit(recording).remarks)


@pytest.mark.parametrize(
    ("mix", "voices", "word"),
    [
        ("stereo|c0=c0|c1=c0", Voices.MONO, "mono"),
        ("stereo|c0=c0|c1=0*c0", Voices.LEFT, "left side"),
        ("stereo|c0=0*c0|c1=c0", Voices.RIGHT, "right side"),
        ("stereo|c0=c0|c1=-1*c0", Voices.ANTIPHASE, "turned cable"),
        ("stereo|c0=c0+0.2*c1|c1=-1*c0+0.2*c1", Voices.INVERTED, "turned cable"),
        ("5.1|FL=0.2*c0|FR=0.2*c1|FC=c0", Voices.STEREO, "surround"),
    ],
)
def test_mistakes_with_channels_are_found_and_told(
    tmp_path: Path, mix: str, voices: Voices, word: str
) -> None:
    admission = admit(record_stereo(tmp_path / "r.wav", mix))

    assert admission.voices is voices
    assert any(word in remark for remark in admission.remarks)


def test_a_good_recording_has_no_remarks(tmp_path: Path) -> None:
    mix = "stereo|c0=1.51*c0|c1=1.51*c1"

    assert admit(record_stereo(tmp_path / "r.wav", mix)).remarks == ()


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["-vf", "select='lt(n,50)+not(mod(n,3))'", "-fps_mode", "vfr"], "varying"),
        (["-pix_fmt", "yuv420p10le", "-x264-params", "transfer=smpte2084"], "HDR"),
        (["-vf", "setfield=tff", "-flags", "+ildct+ilme"], "interlaced"),
    ],
)
def test_what_will_be_put_right_in_a_film_is_told(
    tmp_path: Path, args: list[str], word: str
) -> None:
    admission = admit(film(tmp_path / "f.mp4", *args))

    assert any(word in remark for remark in admission.remarks)


def empty(folder: Path, _: Path) -> Path:
    (folder / "x.wav").touch()
    return folder / "x.wav"


def text(folder: Path, _: Path) -> Path:
    (folder / "x.mp3").write_text("Dear listener, this is a letter.")
    return folder / "x.mp3"


def playlist(folder: Path, talk: Path) -> Path:
    (folder / "x.mp4").write_text(f"#EXTM3U\n#EXTINF:4,\n{talk}\n#EXT-X-ENDLIST\n")
    return folder / "x.mp4"


def picture(folder: Path, _: Path) -> Path:
    source = "color=red:size=64x64"
    return record(folder / "x.jpg", source, "-frames:v", "1", seconds=1)


def noise(folder: Path, _: Path) -> Path:
    (folder / "x.mp4").write_bytes(bytes(range(256)) * 400)
    return folder / "x.mp4"


def without_sound(folder: Path, talk: Path) -> Path:
    return again(talk, folder / "x.mp4", "-c", "copy", "-an")


def protected(folder: Path, talk: Path) -> Path:
    return again(talk, folder / "x.mp4", *ENCRYPTED)


def unknown(folder: Path, _: Path) -> Path:
    return record(folder / "x.wav", PINK, "-c:a", "adpcm_yamaha", seconds=2)


def moment(folder: Path, _: Path) -> Path:
    return record(folder / "x.wav", seconds=0.3)


def silent(folder: Path, _: Path) -> Path:
    return record(folder / "x.wav", SILENCE)


def without_its_index(folder: Path, talk: Path) -> Path:
    return cut(folder / "x.mp4", talk, 0.6)


def broken_off(folder: Path, talk: Path) -> Path:
    start = again(talk, folder / "s.mp4", "-c", "copy", "-movflags", "+faststart")
    return cut(folder / "x.mp4", start, 0.6)


@pytest.mark.parametrize(
    ("make", "refusal", "sentence"),
    [
        (empty, UnreadableRecording, "This file is empty"),
        (text, UnreadableRecording, "This is a text, not a recording"),
        (playlist, UnreadableRecording, "This is a playlist"),
        (picture, UnreadableRecording, "This is a picture, not a recording"),
        (noise, UnreadableRecording, "cannot be read as sound or film"),
        (without_sound, UnreadableRecording, "This film has no sound"),
        (protected, UnreadableRecording, "protected against copying"),
        (unknown, UnreadableRecording, "a form that we cannot read"),
        (moment, UnreadableRecording, "shorter than one second"),
        (silent, SilentRecording, "could not hear anything"),
        (without_its_index, TruncatedRecording, "its end, which tells how to play"),
        (broken_off, TruncatedRecording, r"should play 0:04.*% is missing"),
    ],
)
def test_what_cannot_become_an_episode_is_refused_in_plain_words(
    tmp_path: Path,
    talk: Path,
    make: Callable[[Path, Path], Path],
    refusal: type[Refused],
    sentence: str,
) -> None:
    with pytest.raises(refusal) as refused:
        admit(make(tmp_path, talk))

    assert re.search(sentence, refused.value.sentence)


def test_an_mp3_without_a_length_is_taken_for_what_is_there(tmp_path: Path) -> None:
    args = ["-write_xing", "0", "-q:a", "7"]
    both = record(tmp_path / "a.wav", f"{PINK},volume=enable='gt(t,1)':volume=0.001")
    variable = again(both, tmp_path / "v.mp3", *args)

    assert admit(variable).duration_seconds == pytest.approx(4, abs=0.1)


def test_a_picture_that_cannot_be_decoded_is_refused(
    talk: Path, tmp_path: Path
) -> None:
    ruined = bytearray(talk.read_bytes())
    start = ruined.index(b"mdat") + 4
    frames = len(ruined) // 2
    ruined[start : start + frames] = b"\xaa" * frames
    (tmp_path / "x.mp4").write_bytes(ruined)

    with pytest.raises(UnreadableRecording) as refused:
        admit(tmp_path / "x.mp4")

    assert re.search("cannot be decoded|is damaged", refused.value.sentence)


def test_a_program_that_somebody_killed_is_no_reason_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise ProgramKilled("A media program stopped with an error.")

    monkeypatch.setattr(entrance, "listen", killed)

    with pytest.raises(ProgramKilled):
        admit(record(tmp_path / "r.wav"))


def test_nothing_of_a_refused_recording_goes_on_running(tmp_path: Path) -> None:
    threads = threading.active_count()

    with pytest.raises(SilentRecording):
        admit(silent(tmp_path, tmp_path))

    time.sleep(0.1)
    assert threading.active_count() <= threads + 1  # the launcher may be new
