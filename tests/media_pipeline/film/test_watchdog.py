"""Every ffmpeg that hangs is ended soon, also one that encodes nothing."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from media_pipeline.errors import ProgramStalled
from media_pipeline.film import content, stream_copy, tags, whole
from media_pipeline.film.plan import plan_film
from media_pipeline.programs.ffmpeg_program import Program
from media_pipeline.programs.process import Limits
from media_pipeline.recording.probe import probe
from media_pipeline.rendition import Kind, Rendition, finished
from tests.media_pipeline.recordings import film
from tests.media_pipeline.sound.test_tags import WORDS

IMPATIENT = Limits(total_seconds=60, stall_seconds=0.3)
Work = Callable[[Rendition, Path], object]


@pytest.fixture
def made(tmp_path: Path) -> Rendition:
    return finished(Kind.FILM, film(tmp_path / "film.mp4"), "video/mp4")


@pytest.fixture
def _ffmpeg_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = tmp_path / "ffmpeg"
    hanging.write_text("#!/bin/sh\nkill -STOP $$\n")
    hanging.chmod(hanging.stat().st_mode | stat.S_IXUSR)
    program = Program((9, 0, 0), hanging, "setting")
    for module in (content, stream_copy, tags, whole):
        monkeypatch.setattr(module, "find_ffmpeg", lambda: program)
    monkeypatch.setattr(content, "knows_filter", lambda *_: False)
    monkeypatch.setattr(content, "_COMPARING", IMPATIENT)
    monkeypatch.setattr(Limits, "for_duration", lambda *_: IMPATIENT)


def copying(made: Rendition, folder: Path) -> None:
    picture = probe(made.path).picture
    assert picture is not None
    plan = plan_film(picture, 4.0)
    stream_copy.copy_pictures(made.path, picture, plan, folder / "copy.mp4")


@pytest.mark.usefixtures("_ffmpeg_that_hangs")
@pytest.mark.parametrize(
    "work",
    [
        lambda made, folder: whole.join_film(made, made, folder, 4.0),
        lambda made, folder: tags.tag_film(made, WORDS, folder),
        lambda made, folder: content._looks_good(made.path, made.path, folder),
        copying,
    ],
)
def test_whatever_hangs_is_ended_long_before_its_time(
    made: Rendition, tmp_path: Path, work: Work
) -> None:
    (tmp_path / "made").mkdir()

    with pytest.raises(ProgramStalled, match="stopped making progress"):
        work(made, tmp_path / "made")


def test_whoever_moves_a_large_file_at_the_end_is_given_time() -> None:
    patient = IMPATIENT.with_a_rewrite(10**10)

    assert patient.stall_seconds == pytest.approx(1000.3)
    assert patient.total_seconds == IMPATIENT.total_seconds
