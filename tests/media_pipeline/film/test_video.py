"""Recordings as they come from phones, cameras, screens and meetings."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from media_pipeline.film import colours, video
from media_pipeline.programs.process import run
from media_pipeline.rendition import Kind, Rendition
from tests.media_pipeline.films import MadeFilm, colour, first_picture, make
from tests.media_pipeline.recordings import again, ffmpeg, film, record

SMALL = "testsrc2=size=160x90:rate=25"
BLUE_THEN_RED = "color=blue:size=160x90:rate=25:d=1[a];color=red:size=160x90:rate=25[b]"


def top(made: MadeFilm) -> Rendition:
    return made.one(Kind.HLS_MEDIA, made.plan.rungs[0].name)


def times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as opened:
        clock = opened.streams.video[0].time_base
        assert clock
        return [frame.pts * clock for frame in opened.decode(video=0) if frame.pts]


def steps(path: Path) -> set[Fraction]:
    found = times(path)
    return {later - sooner for sooner, later in pairwise(found)}


def shape(path: Path) -> tuple[int, int, float]:
    picture = first_picture(path)
    with av.open(str(path)) as opened:
        aspect = opened.streams.video[0].sample_aspect_ratio
    return picture.width, picture.height, float(aspect or 0)


def test_a_phone_film_stands_upright(tmp_path: Path) -> None:
    lying = film(tmp_path / "lying.mp4", picture=SMALL, seconds=2)
    turned = ("-display_rotation", "90")
    phone = again(lying, tmp_path / "phone.mp4", "-c", "copy", before=turned)

    made = make(phone, tmp_path / "made")

    assert shape(top(made).path) == (90, 160, 1)


def test_a_varying_rate_becomes_steady_and_as_long_as_the_sound(
    tmp_path: Path,
) -> None:
    uneven = "select='not(eq(mod(n,5),1))',setpts='PTS+0.01/TB*mod(N,3)'"
    recording = film(
        tmp_path / "screen.mp4",
        *("-vf", uneven, "-fps_mode", "vfr"),
        picture=SMALL,
        seconds=6,
    )

    made = make(recording, tmp_path / "made")

    assert len(steps(top(made).path)) == 1
    assert top(made).duration_seconds == pytest.approx(6, abs=0.04)


def test_odd_sizes_and_full_colour_become_what_browsers_play(tmp_path: Path) -> None:
    recording = film(
        tmp_path / "odd.mp4",
        *("-pix_fmt", "yuv444p"),
        picture="testsrc2=size=161x91:rate=25",
        seconds=2,
    )

    made = make(recording, tmp_path / "made")

    assert shape(top(made).path) == (160, 90, 1)
    assert first_picture(top(made).path).format.name == "yuv420p"


def test_stretched_pixels_become_square(tmp_path: Path) -> None:
    recording = film(tmp_path / "dv.mp4", "-vf", "scale=144:96,setsar=2/1", seconds=2)

    made = make(recording, tmp_path / "made")

    assert shape(top(made).path) == (288, 96, 1)


def test_ten_bits_become_eight(tmp_path: Path) -> None:
    recording = film(
        tmp_path / "ten.mkv", "-pix_fmt", "yuv420p10le", picture=SMALL, seconds=2
    )

    made = make(recording, tmp_path / "made")

    assert first_picture(top(made).path).format.name == "yuv420p"


def test_interlaced_lines_are_put_together(tmp_path: Path) -> None:
    recording = film(
        tmp_path / "camera.mp4",
        *("-vf", "interlace", "-flags", "+ildct+ilme"),
        picture="testsrc2=size=160x96:rate=50",
        seconds=2,
    )

    made = make(recording, tmp_path / "made")

    assert made.admission.picture
    assert made.admission.picture.is_interlaced
    assert not first_picture(top(made).path).interlaced_frame


def test_hdr_becomes_colours_for_every_screen(tmp_path: Path) -> None:
    hdr = "format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=smpte2084"
    recording = film(
        tmp_path / "hdr.mp4",
        *("-vf", f"{hdr}:colorspace=bt2020nc"),
        picture=SMALL,
        seconds=2,
    )

    made = make(recording, tmp_path / "made")

    with av.open(str(top(made).path)) as opened:
        assert opened.streams.video[0].codec_context.color_trc == 1  # bt709


def test_a_rate_of_television_stays_exact(tmp_path: Path) -> None:
    ntsc = "testsrc2=size=160x90:rate=30000/1001"
    recording = film(tmp_path / "ntsc.mp4", picture=ntsc, seconds=7)

    made = make(recording, tmp_path / "made")

    assert steps(top(made).path) == {Fraction(1001, 30000)}
    assert list(made.plan.cuts) == [0, Fraction(6006, 1000)]


def test_small_rungs_of_a_fast_film_show_every_second_picture(tmp_path: Path) -> None:
    fast = "testsrc2=size=640x360:rate=50"
    recording = film(tmp_path / "fast.mp4", picture=fast, seconds=3)

    made = make(recording, tmp_path / "made")

    assert made.names(Kind.HLS_PLAYLIST) == ["audio", "360p", "240p"]
    assert steps(top(made).path) == {Fraction(1, 25)}


def test_the_last_picture_is_held_while_the_sound_goes_on(tmp_path: Path) -> None:
    pictures = ["-f", "lavfi", "-t", "2", "-i", SMALL]
    talk = ["-f", "lavfi", "-t", "4", "-i", "anoisesrc=color=pink"]
    recording = tmp_path / "short.mp4"
    ffmpeg(*pictures, *talk, "-pix_fmt", "yuv420p", str(recording))

    made = make(recording, tmp_path / "made")

    assert top(made).duration_seconds == pytest.approx(4, abs=0.05)


def test_a_picture_that_comes_later_than_the_sound_stays_late(tmp_path: Path) -> None:
    talk = record(tmp_path / "talk.wav", seconds=4)
    late = ["-itsoffset", "1", "-f", "lavfi", "-t", "3", "-i"]
    blue = "color=blue:size=160x90:rate=25:d=1,format=yuv420p[a]"
    red = "color=red:size=160x90:rate=25:d=2,format=yuv420p[b]"
    recording = tmp_path / "late.ts"
    inputs = ["-i", str(talk), *late, f"{blue};{red};[a][b]concat"]
    codecs = ["-c:v", "libx264", "-g", "5", "-c:a", "aac"]
    ffmpeg(*inputs, "-map", "0:a", "-map", "1:v", *codecs, str(recording))

    made = make(recording, tmp_path / "made")

    path = top(made).path
    red_of, blue_of = 0, 2
    assert colour(path, at=1.8)[blue_of] > 200
    assert colour(path, at=2.2)[red_of] > 200


def test_no_word_of_the_source_survives(made_film: MadeFilm) -> None:
    films = [made for made in made_film.renditions if made.kind != Kind.PLAIN_SOUND]
    for made in films:
        whole = made.path.read_bytes()
        assert b"Secret place" not in whole
        assert b"x264 - core" not in whole  # it signs with all its options


def test_key_frames_come_every_two_seconds_in_all_rungs(made_film: MadeFilm) -> None:
    for name in ("360p", "240p"):
        with av.open(str(made_film.one(Kind.HLS_MEDIA, name).path)) as opened:
            packets = list(opened.demux(video=0))
        keys = [
            float(p.pts * p.time_base)
            for p in packets
            if p.is_keyframe and p.pts is not None
        ]
        assert keys == [0, 2, 4, 6, 8, 10, 12]


@pytest.mark.parametrize("later", [("1280x720", "yuv420p"), ("641x361", "yuv444p")])
def test_a_meeting_that_changes_its_size_keeps_one(
    tmp_path: Path, later: tuple[str, str]
) -> None:
    halves = (("blue", "640x360", "yuv420p", "1"), ("red", *later, "1"))
    made = make(of_two_halves(tmp_path, halves), tmp_path / "made")

    assert [shape(path) for path in rungs(made)] == [(640, 360, 1), (426, 240, 1)]
    for path in rungs(made):
        assert colour(path, at=1)[2] > 200
        assert colour(path, at=3)[0] > 200


@pytest.mark.parametrize("matrix", ["8", "14"])
def test_a_film_that_names_its_colours_anew_on_its_way_is_made(
    tmp_path: Path, matrix: str
) -> None:
    one = ("640x360", "yuv420p")
    halves = (("blue", *one, "1"), ("red", *one, matrix))
    made = make(of_two_halves(tmp_path, halves), tmp_path / "made")

    for path in rungs(made):
        assert colour(path, at=1)[2] > 200
        assert colour(path, at=3)[0] > 200


def of_two_halves(folder: Path, halves: Sequence[tuple[str, str, str, str]]) -> Path:
    """Two seconds each, of a colour, a size, a pixel format and a matrix."""
    pictures = b""
    for tint, size, form, matrix in halves:
        part, source = folder / f"{tint}.h264", f"color={tint}:size={size}:rate=25"
        one = ["-f", "lavfi", "-t", "2", "-i", source, "-pix_fmt", form]
        said = ["-bsf:v", f"h264_metadata=matrix_coefficients={matrix}"]
        h264 = ["-c:v", "libx264", "-bf", "0", "-g", "5", *said]
        ffmpeg(*one, *h264, str(part))
        pictures += part.read_bytes()
    (folder / "both.h264").write_bytes(pictures)
    talk = record(folder / "talk.wav", seconds=4)
    inputs = ["-r", "25", "-i", str(folder / "both.h264"), "-i", str(talk)]
    ffmpeg(*inputs, "-c:v", "copy", "-c:a", "aac", str(folder / "meeting.mkv"))
    return folder / "meeting.mkv"


def rungs(made: MadeFilm) -> list[Path]:
    return [made.one(Kind.HLS_MEDIA, rung.name).path for rung in made.plan.rungs]


def test_an_ffmpeg_without_zimg_makes_the_same_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def told(program: list[str], **how: Any) -> Any:
        asked.extend(program)
        return run(program, **how)

    monkeypatch.setattr(video, "run", told)
    monkeypatch.setattr(colours, "knows_filter", lambda program, name: False)

    bars = "testsrc2=size=640x360:rate=25"
    made = make(film(tmp_path / "talk.mp4", picture=bars), tmp_path / "made")

    assert [shape(path) for path in rungs(made)] == [(640, 360, 1), (426, 240, 1)]
    assert asked
    assert not any("zscale" in word for word in asked)


def test_all_cores_decode_only_where_little_is_made_of_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = film(tmp_path / "talk.mp4", picture="testsrc2=size=1280x720:rate=25")
    made = make(source, tmp_path / "made")
    cores = {*range(video.MOST_THREADS)}
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: cores)
    asked: dict[str, str] = {}

    for rung in made.plan.rungs:

        def told(program: list[str], name: str = rung.name, **how: Any) -> None:
            asked[name] = program[program.index("-threads") + 1]

        monkeypatch.setattr(video, "run", told)
        file = {rung: tmp_path / "one.mp4"}
        video.encode_rungs(
            source, made.admission, made.plan, file, on_progress=lambda share: None
        )

    assert asked == {"720p": "2", "480p": "2", "360p": "2", "240p": "4"}
