from pathlib import Path

import pytest

from media_pipeline import pipeline
from media_pipeline.errors import Refused
from media_pipeline.pipeline import Step
from media_pipeline.programs.process import nobody
from media_pipeline.rendition import Kind
from tests.media_pipeline.films import MadeFilm, make
from tests.media_pipeline.recordings import film, record


def test_the_steps_share_the_whole_in_their_order() -> None:
    assert list(Step) == ["check", "sound", "first", "chunk", "film", "finish"]
    assert Step.CHECK.begins_at == 0
    assert Step.FINISH.begins_at + Step.FINISH.share == pytest.approx(1)


def test_a_talk_becomes_one_mp3(tmp_path: Path) -> None:
    talk = record(tmp_path / "talk.wav")

    admission = pipeline.check(talk, nobody)
    made = pipeline.make_sound(talk, admission, tmp_path, nobody)

    assert [rendition.kind for rendition in made][:1] == [Kind.PLAIN_SOUND]
    assert Kind.STREAM_SOUND not in {rendition.kind for rendition in made}


def test_a_talk_cannot_become_a_film(tmp_path: Path) -> None:
    talk = record(tmp_path / "talk.wav")
    admission = pipeline.check(talk, nobody)

    with pytest.raises(Refused, match="nothing to watch"):
        pipeline.plan(talk, admission, tmp_path, nobody)


def test_a_film_becomes_all_that_players_ask_for(made_film: MadeFilm) -> None:
    assert made_film.names(Kind.PLAIN_SOUND) == [""]
    assert made_film.names(Kind.HLS_MEDIA) == ["audio", "360p", "240p"]
    assert made_film.names(Kind.HLS_PLAYLIST) == ["audio", "360p", "240p"]
    assert len(made_film.names(Kind.FILM)) == len(made_film.names(Kind.POSTER)) == 1
    assert made_film.renditions[-1].kind == Kind.HLS_MASTER


def test_everything_has_its_own_name_in_storage(made_film: MadeFilm) -> None:
    where = {made.filename: made.path for made in made_film.renditions}

    assert len(set(where.values())) == len(where)


def test_a_step_taken_again_replaces_what_it_left_there(tmp_path: Path) -> None:
    small = "testsrc2=size=160x90:rate=25"
    recording = film(tmp_path / "film.mp4", picture=small, seconds=2)
    folder = tmp_path / "made"

    first = make(recording, folder)
    left = sorted(path.name for path in folder.iterdir())
    second = make(recording, folder)

    assert sorted(path.name for path in folder.iterdir()) == left
    assert [made.path for made in second.renditions] == [
        made.path for made in first.renditions
    ]


def test_progress_is_told_as_a_growing_share(tmp_path: Path) -> None:
    recording = film(tmp_path / "film.mp4", seconds=4)
    shares: list[float] = []

    admission = pipeline.check(recording, shares.append)
    sound = pipeline.make_sound(recording, admission, tmp_path, nobody)
    plan = pipeline.plan(recording, admission, tmp_path, nobody)
    stream = next(made.path for made in sound if made.kind == Kind.STREAM_SOUND)
    shares.clear()
    given = recording, admission, plan, lambda *_: stream
    pipeline.make_first(*given, tmp_path, shares.append)

    assert shares
    assert all(0 <= share <= 1 for share in shares)
    assert shares == sorted(shares)
