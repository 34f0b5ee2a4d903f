"""Recordings that are whole, though something in their headers is longer."""

from pathlib import Path

import pytest

from media_pipeline.entrance.admission import admit
from media_pipeline.entrance.damage import LISTEN_FIRST
from media_pipeline.errors import TruncatedRecording, UnreadableRecording
from media_pipeline.programs.hostile import MAX_STREAMS
from tests.media_pipeline.recordings import PINK, SILENCE, cut, ffmpeg, film, record
from tests.media_pipeline.screen import corners

SMALL = "testsrc2=size=64x64:rate=25"
CODECS = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-c:s", "srt"]


def lavfi(source: str, seconds: float) -> list[str]:
    return ["-f", "lavfi", "-t", str(seconds), "-i", source]


def together(path: Path, *sources: list[str], args: tuple[str, ...] = ()) -> Path:
    """One file of several sources, each a track."""
    maps = [part for number in range(len(sources)) for part in ("-map", str(number))]
    ffmpeg(*[part for s in sources for part in s], *maps, *CODECS, *args, str(path))
    return path


def subtitles(folder: Path, end: str = "00:00:10,000") -> list[str]:
    words = folder / "words.srt"
    words.write_text(f"1\n00:00:00,500 --> {end}\nHello\n")
    return ["-i", str(words)]


def whole(recording: Path, seconds: float) -> bool:
    """Whether it is taken, as long as it is, without a word about damage."""
    admission = admit(recording)
    is_told = any(remark.startswith(LISTEN_FIRST) for remark in admission.remarks)
    length = admission.duration_seconds
    return not is_told and length == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize("name", ["x.m4a", "x.mka"])
def test_a_second_sound_may_be_longer(tmp_path: Path, name: str) -> None:
    both = together(tmp_path / name, lavfi(PINK, 4), lavfi(PINK, 8))

    assert whole(both, 4)


@pytest.mark.parametrize("name", ["x.m4a", "x.mka"])
def test_a_second_sound_that_is_heard_instead_has_its_own_length(
    tmp_path: Path, name: str
) -> None:
    both = together(tmp_path / name, lavfi(SILENCE, 4), lavfi(PINK, 8))

    assert whole(both, 8)
    assert admit(both).sound_seconds == pytest.approx(8, abs=0.1)


@pytest.mark.parametrize("name", ["x.mkv", "x.mp4"])
def test_a_second_film_may_be_longer(tmp_path: Path, name: str) -> None:
    sources = [lavfi(SMALL, 4), lavfi(PINK, 4), lavfi(SMALL, 8)]

    assert whole(together(tmp_path / name, *sources), 4)


def test_subtitles_may_be_longer(tmp_path: Path) -> None:
    sources = [lavfi(SMALL, 4), lavfi(PINK, 4), subtitles(tmp_path)]

    assert whole(together(tmp_path / "x.mkv", *sources), 4)


def test_what_nobody_measured_promises_nothing(tmp_path: Path) -> None:
    sources = [lavfi(SMALL, 4), lavfi(PINK, 4), subtitles(tmp_path)]
    told = together(tmp_path / "told.mkv", *sources)
    silent = tmp_path / "x.mkv"
    silent.write_bytes(told.read_bytes().replace(b"DURATION", b"NOTHING!"))

    assert whole(silent, 4)


@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("x.mkv", []),
        ("x.webm", ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"]),
        ("x.mp4", []),
        ("x.ts", []),
        ("x.ogv", ["-c:v", "libtheora", "-c:a", "libopus"]),
    ],
)
def test_a_clock_may_begin_at_any_time(
    tmp_path: Path, name: str, codecs: list[str]
) -> None:
    late = film(
        tmp_path / name, *codecs, "-output_ts_offset", "1000", picture=SMALL, seconds=3
    )

    assert whole(late, 3)


def test_each_part_of_a_divided_recording_is_whole(tmp_path: Path) -> None:
    parts = ["-g", "25", "-f", "segment", "-segment_time", "3"]
    film(tmp_path / "part%d.mkv", *parts, picture=SMALL, seconds=9)

    assert all(whole(tmp_path / f"part{number}.mkv", 3) for number in range(3))


def test_the_rest_of_a_divided_recording_that_broke_off_is_refused(
    tmp_path: Path,
) -> None:
    late = ["-output_ts_offset", "1000", "-g", "25"]
    part = film(tmp_path / "part.mkv", *late, picture=SMALL, seconds=9)

    with pytest.raises(TruncatedRecording, match=r"not complete.*\d\d% .*missing"):
        admit(cut(tmp_path / "x.mkv", part, 0.5))


@pytest.mark.parametrize("name", ["x.mkv", "x.m4a"])
def test_of_two_sounds_the_missing_end_of_the_first_is_told(
    tmp_path: Path, name: str
) -> None:
    sources = [lavfi(PINK, 20), lavfi(PINK, 30)]
    start = ("-movflags", "+faststart") if name == "x.m4a" else ()
    both = together(tmp_path / f"whole-{name}", *sources, args=start)

    with pytest.raises(TruncatedRecording, match=r"not complete.*\d\d% .*missing"):
        admit(cut(tmp_path / name, both, 0.4))


def test_many_subtitles_do_no_harm(tmp_path: Path) -> None:
    words = [subtitles(tmp_path, "00:00:01,000")] * 20
    sources = [lavfi(corners(), 3), lavfi(PINK, 3), *words]

    assert whole(together(tmp_path / "x.mkv", *sources), 3)


def test_a_recorder_of_many_microphones_is_taken(tmp_path: Path) -> None:
    one = record(tmp_path / "one.wav", seconds=2)
    sounds = [["-i", str(one)]] * 16
    args = ("-c:a", "pcm_s16le", "-timecode", "01:00:00:00")
    many = together(tmp_path / "x.mov", lavfi(SMALL, 2), *sounds, args=args)

    assert whole(many, 2)


@pytest.mark.parametrize("name", ["x.mkv", "x.mov", "x.ts"])
def test_more_tracks_than_anybody_needs_are_refused_in_words(
    tmp_path: Path, name: str
) -> None:
    one = record(tmp_path / "one.mp2", seconds=1.5)
    maps = ["-map", "0"] * (MAX_STREAMS + 1)
    ffmpeg("-i", str(one), *maps, "-c", "copy", str(tmp_path / name))

    with pytest.raises(UnreadableRecording, match="has more than 64 tracks"):
        admit(tmp_path / name)
