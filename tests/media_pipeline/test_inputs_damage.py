"""Copies that were broken off, cards that were pulled out, disks with a bad spot."""

import re
from pathlib import Path

import pytest

from media_pipeline.entrance.admission import admit
from media_pipeline.entrance.damage import LISTEN_FIRST
from media_pipeline.errors import TruncatedRecording, UnreadableRecording
from tests.media_pipeline.recordings import PINK, again, cut, ffmpeg, film, record

SECONDS = 40
SOUNDS = {
    "x.wav": [],
    "x.mp3": [],
    "x.flac": [],
    "x.ogg": ["-c:a", "libvorbis"],
    "x.opus": [],
    "x.m4a": ["-movflags", "+faststart"],
}
FILMS = {
    "x.mp4": ["-c", "copy", "-movflags", "+faststart"],
    "x.mkv": ["-c", "copy"],
    "x.ts": ["-c", "copy"],
    "x.webm": ["-c:v", "libvpx", "-deadline", "realtime", "-g", "50"],
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every kind of recording, without a flaw."""
    folder = tmp_path_factory.mktemp("whole")
    picture = "testsrc2=size=160x90:rate=25"
    talk = film(folder / "talk.mp4", "-g", "50", seconds=SECONDS, picture=picture)
    films = {name: again(talk, folder / name, *args) for name, args in FILMS.items()}
    sounds = {
        name: record(folder / name, PINK, *args, seconds=SECONDS)
        for name, args in SOUNDS.items()
    }
    return films | sounds


def zeroed(path: Path, source: Path, share: float) -> Path:
    """A stretch in the middle is zeros, as a bad card gives them."""
    data = bytearray(source.read_bytes())
    begin, length = len(data) // 2, int(len(data) * share)
    data[begin : begin + length] = bytes(length)
    path.write_bytes(data)
    return path


def warnings(recording: Path) -> list[str]:
    remarks = admit(recording).remarks
    return [remark for remark in remarks if remark.startswith(LISTEN_FIRST)]


@pytest.mark.parametrize("name", [*SOUNDS, *FILMS])
def test_a_whole_recording_is_not_called_damaged(
    whole: dict[str, Path], name: str
) -> None:
    assert warnings(whole[name]) == []


@pytest.mark.parametrize(
    "name", ["x.wav", "x.mp3", "x.flac", "x.m4a", "x.mp4", "x.mkv", "x.webm"]
)
def test_half_a_file_is_refused_with_how_much_is_missing(
    tmp_path: Path, whole: dict[str, Path], name: str
) -> None:
    with pytest.raises(TruncatedRecording, match=r"not complete.*\d+%.* missing"):
        admit(cut(tmp_path / name, whole[name], 0.6))


@pytest.mark.parametrize("name", ["x.ogg", "x.opus", "x.ts"])
def test_half_a_file_that_tells_no_length_is_said_to_break_off(
    tmp_path: Path, whole: dict[str, Path], name: str
) -> None:
    part = cut(tmp_path / name, whole[name], 0.6001)

    assert re.search(r"breaks off at 0:2\d", warnings(part)[-1])


@pytest.mark.parametrize(
    ("name", "args"), [("x.ogg", ["-c:a", "libvorbis"]), ("x.opus", [])]
)
def test_a_second_part_in_another_form_is_said_not_to_be_heard(
    tmp_path: Path, name: str, args: list[str]
) -> None:
    chain = record(tmp_path / name, PINK, *args)
    second = record(tmp_path / f"2{name}", PINK, *args, "-ac", "2")
    chain.write_bytes(chain.read_bytes() + second.read_bytes())

    assert "goes on after 0:04 in another form" in warnings(chain)[0]


def test_a_short_end_that_is_missing_is_told(
    tmp_path: Path, whole: dict[str, Path]
) -> None:
    part = cut(tmp_path / "x.mp3", whole["x.mp3"], 0.983)

    assert "should play 0:40, but a second of it" in warnings(part)[0]


@pytest.mark.parametrize(
    "name", ["x.flac", "x.ogg", "x.opus", "x.m4a", "x.mp4", "x.mkv", "x.ts", "x.webm"]
)
def test_a_bad_spot_is_told_with_its_time(
    tmp_path: Path, whole: dict[str, Path], name: str
) -> None:
    told = warnings(zeroed(tmp_path / name, whole[name], 0.015))

    assert any(re.search(r"of (sound|the picture).* at 0:(19|2\d)", w) for w in told)


def test_a_bad_spot_in_an_mp3_is_told_with_how_much_is_lost(
    tmp_path: Path, whole: dict[str, Path]
) -> None:
    told = warnings(zeroed(tmp_path / "x.mp3", whole["x.mp3"], 0.015))

    assert re.search(r"sound at 0:(19|20) cannot be played", told[0])
    assert "a second of it" in told[1]


@pytest.mark.parametrize("name", ["x.m4a", "x.mp4"])
def test_a_recording_of_which_much_is_broken_is_refused(
    tmp_path: Path, whole: dict[str, Path], name: str
) -> None:
    with pytest.raises(UnreadableRecording, match=r"\d+% of its (sound|picture)"):
        admit(zeroed(tmp_path / name, whole[name], 0.3))


def test_a_recorder_that_was_stopped_for_a_while_leaves_silence(tmp_path: Path) -> None:
    paused = tmp_path / "paused.mkv"
    source = ["-f", "lavfi", "-t", "4", "-i", PINK]
    later = ["-af", "asetpts='PTS+if(gt(T,2),3,0)/TB'", "-c:a", "pcm_s16le"]
    ffmpeg(*source, *later, str(paused))

    admission = admit(paused)

    assert "about 3 seconds of sound is missing in the file at 0:02" in " ".join(
        admission.remarks
    )
    assert admission.sound_seconds == pytest.approx(7, abs=0.1)


def test_a_broadcast_whose_clock_is_set_anew_goes_on(tmp_path: Path) -> None:
    small = "testsrc2=size=160x90:rate=25"
    first = film(tmp_path / "a.ts", "-g", "25", picture=small)
    later = ("-output_ts_offset", "5000")
    second = film(tmp_path / "b.ts", "-g", "25", *later, picture=small)
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())

    admission = admit(both)

    assert admission.duration_seconds == pytest.approx(8, abs=0.2)
    assert admission.sound_seconds == pytest.approx(8, abs=0.2)
    assert "of sound is missing in the file at 0:04" in " ".join(admission.remarks)


@pytest.mark.parametrize("name", ["x.mp4", "x.mkv", "x.ts"])
def test_a_film_without_any_beginning_is_heard_and_not_watched(
    tmp_path: Path, name: str
) -> None:
    talk = film(tmp_path / "talk.mp4", "-g", "250", "-pix_fmt", "yuv420p")
    no_keys = ["-c", "copy", "-copyinkf", "-bsf:v", "noise=drop=key"]

    admission = admit(again(talk, tmp_path / name, *no_keys))

    assert not admission.is_film
    assert any("the beginning is missing" in said for said in admission.remarks)
