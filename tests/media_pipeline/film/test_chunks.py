"""A film in chunks is the same film: every picture in its place, and no other."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from media_pipeline.entrance.admission import Admission, admit
from media_pipeline.errors import WrongOutput
from media_pipeline.film import chunks
from media_pipeline.film.chunks import chunk_count, divide, finished_chunk
from media_pipeline.film.plan import Chunk, FilmPlan, plan_film
from media_pipeline.film.video import encode_rungs
from media_pipeline.mp4.joining import join_chunks
from media_pipeline.mp4.track import read_track
from media_pipeline.programs.process import nobody
from media_pipeline.recording.key_frames import scan_pictures
from tests.media_pipeline.recordings import film

SECONDS = 20
H264 = ("-g", "70", "-bf", "3", "-pix_fmt", "yuv420p")
UNEVEN = "select='not(eq(mod(n,5),1))',setpts='PTS+0.01/TB*mod(N,3)'"
OPEN = "open-gop=1:keyint=60:bframes=3"
FIELDS = "crop=160:88,interlace"


def counted(rate: str) -> str:
    """Grey pictures that can be told apart."""
    return f"nullsrc=size=160x90:rate={rate},geq=lum='20+mod(N*53,200)':cb=128:cr=128"


def tints(path: Path) -> list[int]:
    with av.open(str(path)) as opened:
        return [
            bytes(f.planes[0])[f.planes[0].line_size * 45 + 80]
            for f in opened.decode(video=0)
        ]


def planned(recording: Path) -> tuple[Admission, FilmPlan]:
    admission = admit(recording)
    assert admission.picture
    plan = plan_film(admission.picture, admission.duration_seconds)
    track, rate = admission.picture.index, plan.rungs[0].frame_rate
    found = scan_pictures(recording, track, rate, seconds=SECONDS)
    spans = divide(
        plan.cut_frames,
        plan.frame_count,
        plan.frame_rate,
        found.seek_before,
        found.last_found_seconds,
        chunk_count(float(plan.seconds)),
    )
    return admission, replace(plan, at_once=(), chunks=spans)


def whole_and_joined(recording: Path, folder: Path) -> tuple[Path, Path]:
    admission, plan = planned(recording)
    rung = plan.rungs[-1]
    whole, joined, parts = folder / "whole.mp4", folder / "joined.mp4", []
    encode_rungs(recording, admission, plan, {rung: whole}, on_progress=nobody)
    for number, chunk in enumerate(plan.chunks):
        part = folder / f"{number}.mp4"
        files = {rung: part}
        encode_rungs(recording, admission, plan, files, chunk=chunk, on_progress=nobody)
        parts.append(finished_chunk(part, rung, plan, chunk).path)
    starts = [chunk.begin / plan.frame_rate for chunk in plan.chunks]
    join_chunks(parts, starts, joined)
    return whole, joined


@pytest.fixture(autouse=True)
def _short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", 6)


@pytest.mark.parametrize(
    ("name", "rate", "args"),
    [
        ("steady.mp4", "25", H264),
        ("television.mkv", "30000/1001", H264),
        ("varying.mp4", "25", (*H264, "-vf", UNEVEN, "-fps_mode", "vfr")),
        ("varying.mkv", "25", (*H264, "-vf", UNEVEN, "-fps_mode", "vfr")),
        ("broadcast.ts", "25", (*H264, "-output_ts_offset", "5000")),
        ("part.mkv", "25", (*H264, "-output_ts_offset", "1000")),
        ("archive.mkv", "25", ("-c:v", "ffv1")),
        ("editor.mov", "25", ("-c:v", "qtrle")),
        ("site.ogv", "25", ("-c:v", "libtheora", "-q:v", "9", "-c:a", "libvorbis")),
        ("open.mkv", "25", ("-x264-params", OPEN, "-pix_fmt", "yuv420p")),
        ("camera.mp4", "50", (*H264, "-vf", FIELDS, "-flags", "+ildct+ilme")),
        ("fast.mp4", "60", H264),
        ("old.avi", "25", ("-c:v", "mpeg4", "-c:a", "libmp3lame", "-q:v", "3")),
        (
            "open.mov",
            "25",
            ("-c:v", "libx265", "-x265-params", OPEN, "-tag:v", "hvc1"),
        ),
    ],
)
def test_chunks_joined_are_the_film_picture_by_picture(
    tmp_path: Path, name: str, rate: str, args: tuple[str, ...]
) -> None:
    source = counted(rate)
    recording = film(tmp_path / name, *args, seconds=SECONDS, picture=source)

    whole, joined = whole_and_joined(recording, tmp_path)

    differences = zip(tints(whole), tints(joined), strict=True)
    assert max(abs(one - other) for one, other in differences) <= 3
    assert [(f.start, f.duration) for f in read_track(joined).fragments] == [
        (f.start, f.duration) for f in read_track(whole).fragments
    ]


@pytest.mark.parametrize("later", ["0", "5000"])
def test_a_broadcast_whose_clock_is_set_anew_is_one_chunk(
    tmp_path: Path, later: str
) -> None:
    source = counted("25")
    first = film(tmp_path / "a.ts", *H264, seconds=9, picture=source)
    args = (*H264, "-output_ts_offset", later)
    second = film(tmp_path / "b.ts", *args, seconds=15, picture=source)
    recording = tmp_path / "both.ts"
    recording.write_bytes(first.read_bytes() + second.read_bytes())

    whole, joined = whole_and_joined(recording, tmp_path)

    assert tints(joined) == tints(whole)
    assert len(set(tints(joined)[-50:])) > 20


def test_a_joined_film_shows_its_pictures_at_even_times(tmp_path: Path) -> None:
    recording = film(tmp_path / "film.mp4", *H264, seconds=14, picture=counted("25"))

    _, joined = whole_and_joined(recording, tmp_path)

    with av.open(str(joined)) as opened:
        times = [frame.time or 0 for frame in opened.decode(video=0)]
    assert times[0] == 0
    assert {round(b - a, 6) for a, b in pairwise(times)} == {0.04}


def test_parts_that_were_encoded_differently_are_not_joined(tmp_path: Path) -> None:
    picture = counted("25")
    parts = [
        film(tmp_path / f"{size}.mp4", "-an", "-s", size, *_FRAGMENTED, picture=picture)
        for size in ("160x90", "320x180")
    ]

    with pytest.raises(WrongOutput, match="160x90"):
        join_chunks(parts, [Fraction(0), Fraction(4)], tmp_path / "whole.mp4")


_FRAGMENTED = ("-movflags", "+frag_keyframe+delay_moov+default_base_moof+skip_trailer")


def test_a_chunk_that_lacks_pictures_is_not_taken(tmp_path: Path) -> None:
    recording = film(tmp_path / "film.mp4", *H264, seconds=14, picture=counted("25"))
    admission, plan = planned(recording)
    files = {plan.rungs[0]: tmp_path / "part.mp4"}
    half = Chunk(0, 75)
    encode_rungs(recording, admission, plan, files, chunk=half, on_progress=nobody)

    with pytest.raises(WrongOutput, match="75 of 150"):
        finished_chunk(files[plan.rungs[0]], plan.rungs[0], plan, Chunk(0, 150))


def test_chunks_are_whole_segments_and_begin_to_read_before_themselves() -> None:
    cuts = range(0, 1500, 150)

    made = divide(cuts, 1500, Fraction(25), _just_before, 60, chunk_count(60))

    assert [chunk.begin for chunk in made] == [
        0,
        150,
        300,
        450,
        600,
        750,
        900,
        1050,
        1200,
        1350,
    ]
    assert [chunk.seek_seconds for chunk in made[:4]] == [0, 4, 10, 16]


def _just_before(begin: float) -> float:
    return max(0.0, begin - 2)


def test_what_comes_after_the_last_picture_belongs_to_the_last_chunk() -> None:
    made = divide(
        range(0, 1500, 150), 1500, Fraction(25), _just_before, 20, chunk_count(60)
    )

    assert [(chunk.begin, chunk.end) for chunk in made] == [
        (0, 150),
        (150, 300),
        (300, 450),
        (450, 1500),
    ]


def test_so_many_machines_as_there_are_hands_get_equal_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", 60)

    made = divide(
        range(0, 7500, 150), 7500, Fraction(25), _just_before, 300, chunk_count(300)
    )

    lengths = [chunk.frames for chunk in made]
    assert len(made) % chunks.HANDS == 0
    assert max(lengths) - min(lengths) <= 300  # a segment more or less, at either end


def test_no_chunk_begins_far_behind_the_key_frame_that_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", 90)
    cuts = range(0, 30 * 400, 30 * 6)

    def key_before(begin: float) -> float:
        return 0.0 if begin < 300 else 300.0

    spans = divide(cuts, 30 * 400, Fraction(30), key_before, 399.0, chunk_count(400))

    assert all(s.begin / 30 - s.seek_seconds <= 20 for s in spans)
    assert [(s.begin // 30, s.end // 30) for s in spans] == [(0, 300), (300, 400)]
