"""What already fits is kept as it is, and everything else is cut at its key frames."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from media_pipeline import pipeline
from media_pipeline.film.ladder import Rung
from media_pipeline.film.plan import FilmPlan
from media_pipeline.film.stream_copy import may_be_copied
from media_pipeline.mp4.track import read_track
from media_pipeline.programs.process import nobody
from media_pipeline.recording.key_frames import PictureScan
from media_pipeline.rendition import Kind
from tests.media_pipeline.edited import joined
from tests.media_pipeline.films import make
from tests.media_pipeline.recordings import ffmpeg, film

PICTURE = "testsrc2=size=640x360:rate=25"
GROUPS = ("-force_key_frames", "0,1.52,4.4,7,9.96,10.4,13.2", "-g", "100")
FITS = (*GROUPS, "-preset", "veryfast", "-pix_fmt", "yuv420p", "-crf", "32")


def planned(recording: Path, folder: Path) -> FilmPlan:
    admission = pipeline.check(recording, nobody)
    return pipeline.plan(recording, admission, folder, nobody)


def hashes(path: Path) -> list[int]:
    with av.open(str(path)) as opened:
        return [hash(bytes(f.planes[0])) for f in opened.decode(video=0)]


def test_a_film_that_fits_is_kept_picture_by_picture(tmp_path: Path) -> None:
    recording = film(tmp_path / "fits.mp4", *FITS, seconds=16, picture=PICTURE)

    made = make(recording, tmp_path / "made")

    assert made.plan.copied == "360p"
    assert hashes(made.one(Kind.HLS_MEDIA, "360p").path) == hashes(recording)


def test_all_rungs_and_the_sound_are_cut_at_its_own_key_frames(tmp_path: Path) -> None:
    recording = film(tmp_path / "fits.mp4", *FITS, seconds=16, picture=PICTURE)

    made = make(recording, tmp_path / "made")

    keys = [Fraction(n) / 25 for n in (0, 38, 110, 175, 249, 260, 330)]
    for rung in made.plan.rungs:
        track = read_track(made.one(Kind.HLS_MEDIA, rung.name).path)
        begins = [Fraction(f.start, track.timescale) for f in track.fragments]
        assert begins == keys
    assert list(made.plan.cuts) == [0, Fraction(22, 5), Fraction(52, 5)]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("long-groups.mp4", ("-g", "250", "-pix_fmt", "yuv420p", "-crf", "32")),
        ("open.mkv", ("-x264-params", "open-gop=1:keyint=50:bframes=3", "-crf", "32")),
        ("full-colour.mp4", (*GROUPS, "-pix_fmt", "yuv444p", "-crf", "32")),
        ("ten-bits.mp4", (*GROUPS, "-pix_fmt", "yuv420p10le", "-crf", "32")),
        ("heavy.mp4", (*GROUPS, "-pix_fmt", "yuv420p", "-b:v", "6M", "-crf", "1")),
        ("squeezed.mp4", (*FITS, "-vf", "setsar=4/3")),
        ("fields.mp4", (*FITS, "-vf", "interlace", "-flags", "+ildct+ilme")),
        ("other.mp4", ("-c:v", "mpeg4", "-g", "50")),
        ("broadcast.ts", FITS),
        (
            "varying.mp4",
            (*FITS, "-vf", "select='not(eq(mod(n,5),1))'", "-fps_mode", "vfr"),
        ),
    ],
)
def test_what_does_not_fit_is_encoded(
    tmp_path: Path, name: str, args: tuple[str, ...]
) -> None:
    recording = film(tmp_path / name, *args, seconds=12, picture=PICTURE)

    assert planned(recording, tmp_path).copied == ""


def test_a_film_that_lies_on_its_side_is_encoded(tmp_path: Path) -> None:
    lying = film(tmp_path / "lying.mp4", *FITS, seconds=8, picture=PICTURE)
    phone = tmp_path / "phone.mp4"
    ffmpeg("-display_rotation", "90", "-i", str(lying), "-c", "copy", str(phone))

    assert planned(phone, tmp_path).copied == ""


def test_clips_that_were_joined_without_encoding_are_encoded(tmp_path: Path) -> None:
    exact = (*FITS, "-bf", "0", "-c:a", "pcm_s16le", "-profile:v")
    first = film(tmp_path / "first.mp4", *exact, "baseline", seconds=2)
    second = film(tmp_path / "second.mp4", *exact, "high", seconds=2)

    assert planned(first, tmp_path).copied
    assert not planned(joined(first, second, tmp_path / "x.mp4"), tmp_path).copied


def test_a_clock_that_trembles_is_made_steady(tmp_path: Path) -> None:
    ntsc = PICTURE.replace("rate=25", "rate=30000/1001")
    recording = film(tmp_path / "obs.mkv", *FITS, seconds=8, picture=ntsc)

    made = make(recording, tmp_path / "made")

    with av.open(str(made.one(Kind.HLS_MEDIA, "360p").path)) as opened:
        clock = opened.streams.video[0].time_base or Fraction(0)
        ticks = sorted(p.pts for p in opened.demux(video=0) if p.pts is not None)
    times = [tick * clock for tick in ticks]
    assert made.plan.copied == "360p"
    assert times == [number * Fraction(1001, 30000) for number in range(240)]


def test_the_last_picture_is_held_until_the_sound_ends(tmp_path: Path) -> None:
    recording = tmp_path / "held.mp4"
    picture = ["-f", "lavfi", "-t", "8", "-i", PICTURE]
    talk = ["-f", "lavfi", "-t", "8.5", "-i", "anoisesrc=color=pink"]
    ffmpeg(*picture, *talk, "-c:v", "libx264", *FITS, str(recording))

    made = make(recording, tmp_path / "made")

    assert made.plan.copied
    kept = read_track(made.one(Kind.HLS_MEDIA, "360p").path)
    assert kept.samples == 200
    assert float(kept.seconds) == pytest.approx(8.5, abs=0.05)


def test_nothing_that_a_camera_has_signed_is_kept(tmp_path: Path) -> None:
    words = ("-metadata", "title=Secret place", "-metadata:s:v", "handler_name=Me")
    recording = film(tmp_path / "fits.mp4", *FITS, *words, seconds=8, picture=PICTURE)

    made = make(recording, tmp_path / "made")

    whole = made.one(Kind.HLS_MEDIA, "360p").path.read_bytes()
    assert made.plan.copied
    assert not any(word in whole for word in (b"Secret", b"x264 - core", b"Lavc"))


def test_a_copy_that_comes_out_wrong_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = film(tmp_path / "fits.mp4", *FITS, seconds=8, picture=PICTURE)
    monkeypatch.setattr("media_pipeline.film.stream_copy.MOVFLAGS", "+faststart")

    assert planned(recording, tmp_path).copied == ""


STEADY = PictureScan(
    count=200,
    last_seconds=7.96,
    keys=(0.0, 2.0, 4.0, 6.0),
    key_places=(0, 50, 100, 150),
    group_sizes=(50_000,) * 4,
    is_steady=True,
    delay=2,
    is_closed=True,
    profile=100,
    level=30,
)
RUNG = Rung("360p", 640, 360, Fraction(25), 766_000, "3.0")


@pytest.mark.parametrize(
    "found",
    [
        replace(STEADY, is_steady=False),
        replace(STEADY, is_closed=False),
        replace(STEADY, is_whole=False),
        replace(STEADY, profile=110),
        replace(STEADY, level=42),
        replace(STEADY, key_places=(1, 50, 100, 150)),
        replace(STEADY, key_places=(0, 20, 40, 60)),
        replace(STEADY, group_sizes=(200_000,) * 4),
        replace(STEADY, group_sizes=(600_000, 10_000, 10_000, 10_000)),
        replace(STEADY, count=160),
    ],
)
def test_one_thing_amiss_is_enough(found: PictureScan) -> None:
    assert may_be_copied(STEADY, RUNG, 8.0)
    assert not may_be_copied(found, RUNG, 8.0)
