"""How a film is made: at once, by copying, or a quick rung first and then in chunks."""

import json
from pathlib import Path

import pytest

from media_pipeline import pipeline
from media_pipeline.errors import CouldNotStart, DiskFull, MachineFailed
from media_pipeline.film import chunks, deciding
from media_pipeline.film.plan import FilmPlan
from media_pipeline.mp4.track import read_track
from media_pipeline.programs.process import nobody
from media_pipeline.rendition import Kind
from tests.media_pipeline.films import make
from tests.media_pipeline.recordings import film

PICTURE = "testsrc2=size=854x480:rate=25"


@pytest.fixture
def _everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "LONG_SECONDS", 5.0)
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", 6)


def planned(recording: Path, folder: Path) -> FilmPlan:
    admission = pipeline.check(recording, nobody)
    return pipeline.plan(recording, admission, folder, nobody)


def test_a_short_film_is_made_at_once(tmp_path: Path) -> None:
    plan = planned(film(tmp_path / "short.mp4", picture=PICTURE), tmp_path)

    assert plan.first == plan.rungs
    assert plan.rest == ()
    assert plan.chunks == ()


@pytest.mark.usefixtures("_everything_is_long")
def test_a_long_film_can_be_watched_before_its_large_rungs_are_made(
    tmp_path: Path,
) -> None:
    recording = film(tmp_path / "long.mp4", seconds=19, picture=PICTURE)

    made = make(recording, tmp_path / "made")

    assert [rung.name for rung in made.plan.first] == ["360p", "240p"]
    assert [rung.name for rung in made.plan.rest] == ["480p"]
    masters = [m for m in made.renditions if m.kind == Kind.HLS_MASTER]
    counts = [m.path.read_text().count("EXT-X-STREAM-INF") for m in masters[-1:]]
    assert len(masters) == 2
    assert counts == [3]


@pytest.mark.usefixtures("_everything_is_long")
def test_the_first_rungs_of_a_very_long_film_are_made_in_chunks_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = film(tmp_path / "long.mp4", seconds=19, picture=PICTURE)
    at_once = make(recording, tmp_path / "at-once").one(Kind.HLS_MEDIA, "360p")
    monkeypatch.setattr(chunks, "FIRST_CHUNK_SECONDS", 6)

    made = make(recording, tmp_path / "made")

    first = read_track(made.one(Kind.HLS_MEDIA, "360p").path)
    assert len(made.plan.first_chunks) == 3
    assert [f.start for f in first.fragments] == [
        f.start for f in read_track(at_once.path).fragments
    ]
    assert first.samples == 475


@pytest.mark.usefixtures("_everything_is_long")
def test_a_long_film_of_small_rungs_alone_costs_a_crash_one_chunk_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "FIRST_CHUNK_SECONDS", 6)
    small = "testsrc2=size=320x240:rate=25"
    recording = film(tmp_path / "long.mp4", seconds=14, picture=small)

    plan = planned(recording, tmp_path)

    assert (plan.first, plan.rest, plan.chunks) == (plan.rungs, (), ())
    assert sum(chunk.frames for chunk in plan.first_chunks) == plan.frame_count
    assert len(plan.first_chunks) == 2


@pytest.mark.usefixtures("_everything_is_long")
def test_a_joined_rung_looks_as_if_it_had_been_made_at_once(tmp_path: Path) -> None:
    recording = film(tmp_path / "long.mp4", seconds=19, picture=PICTURE)

    made = make(recording, tmp_path / "made")

    large, small = (
        read_track(made.one(Kind.HLS_MEDIA, name).path) for name in ("480p", "360p")
    )
    assert len(made.plan.chunks) == 3
    assert [f.start for f in large.fragments] == [f.start for f in small.fragments]
    assert large.samples == small.samples == 475


@pytest.mark.usefixtures("_everything_is_long")
def test_what_cannot_be_read_by_its_packets_is_made_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = film(tmp_path / "long.mp4", seconds=8, picture=PICTURE)
    monkeypatch.setattr(
        "media_pipeline.recording.key_frames.MODULE", "media_pipeline.nothing"
    )

    plan = planned(recording, tmp_path)

    assert plan.first == plan.rungs


@pytest.mark.usefixtures("_everything_is_long")
@pytest.mark.parametrize("step", ["scan_pictures", "copy_pictures"])
@pytest.mark.parametrize("fault", [CouldNotStart, DiskFull])
def test_a_fault_of_the_machine_does_not_make_a_lesser_plan(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    fault: type[MachineFailed],
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise fault("It was not to be.")

    args = ("-g", "50", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-crf", "35")
    recording = film(tmp_path / "long.mp4", *args, seconds=8, picture=PICTURE)
    monkeypatch.setattr(deciding, step, fails)

    with pytest.raises(fault):
        planned(recording, tmp_path)


def test_a_plan_survives_being_written_down(tmp_path: Path) -> None:
    args = ("-g", "50", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-crf", "35")
    plan = planned(film(tmp_path / "f.mp4", *args, picture=PICTURE), tmp_path)

    again = FilmPlan.from_json(json.loads(json.dumps(plan.to_json())))

    assert plan.copied == "480p"
    assert again == plan
    assert again.cuts == plan.cuts
