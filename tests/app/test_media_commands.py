"""`commoncast media` and `commoncast replace`, as a keeper meets them."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from dbos import DBOSClient
from sqlalchemy.exc import OperationalError

from app.cli import main
from app.jobs import queueing
from app.models import Consent, Episode, FeedSnapshot, Recording
from app.platform import Platform
from media_pipeline.recipes import RECIPES
from media_pipeline.rendition import Kind
from tests.app import workers
from tests.app.made_film import heard
from tests.app.workers import Worker

Run = Callable[..., tuple[int, str, str]]
SLUG = "first-session"


@pytest.fixture
def platform(film_platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Platform:
    settings = film_platform.settings
    monkeypatch.chdir(settings.data_dir)
    monkeypatch.setenv("COMMONCAST_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("COMMONCAST_PUBLIC_URL", settings.public_url)
    monkeypatch.setattr("app.migration.is_current", lambda platform: True)
    return film_platform


@pytest.fixture
def commoncast(platform: Platform) -> Run:
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as e:
            main([str(argument) for argument in arguments])
        return int(e.value.code or 0), out.getvalue(), err.getvalue()

    return call


@pytest.fixture
def talk(platform: Platform) -> Path:
    return workers.record_talk(platform.settings.data_dir / "better.wav", seconds=5)


def facts(platform: Platform) -> tuple[object, ...]:
    with platform.database.reading() as session:
        episode = session.query(Episode).one()
        words = episode.title, episode.notes, len(episode.chapters)
        return episode.guid, episode.published_at, episode.slug, *words


def feed(platform: Platform) -> str:
    with platform.database.reading() as session:
        return session.get_one(FeedSnapshot, "shows/demo/feed.xml").body.decode()


def test_a_replaced_recording_keeps_everything_but_its_bytes(
    platform: Platform, commoncast: Run, talk: Path
) -> None:
    before, old = facts(platform), heard(platform)[Kind.SOUND, ""]

    status, out, _ = commoncast("replace", talk, "--episode", SLUG, "--consent-held")

    assert (status, out) == (0, f"https://cast.example/episodes/{SLUG}\n")
    assert facts(platform) == before
    new = heard(platform)[Kind.SOUND, ""]
    assert new.sha384 in feed(platform)
    assert old.sha384 not in feed(platform)
    assert platform.storage.stat(old.key)
    assert said(platform) == [None, 2]


def said(platform: Platform) -> list[int | None]:
    with platform.database.reading() as session:
        return [c.revision for c in session.query(Consent).order_by(Consent.at)]


def test_without_consent_nothing_is_replaced(
    platform: Platform, commoncast: Run, talk: Path
) -> None:
    status, _, err = commoncast("replace", talk, "--episode", SLUG)

    assert status == 1
    assert "has agreed" in err
    with platform.database.reading() as session:
        assert session.query(Recording).count() == 1


def test_a_refused_recording_leaves_the_old_one_standing(
    platform: Platform, commoncast: Run
) -> None:
    letter = platform.settings.data_dir / "letter.mp3"
    letter.write_text("Dear listener, " * 100)
    before = feed(platform), heard(platform).keys()

    status, _, _ = commoncast("replace", letter, "--episode", SLUG, "--consent-held")

    assert status == 1
    assert (feed(platform), heard(platform).keys()) == before
    with platform.database.reading() as session:
        work = session.query(Episode).one().processing
        assert work is not None
        assert work.state == "ready"


def test_only_an_episode_can_have_another_recording(
    commoncast: Run, talk: Path
) -> None:
    status, _, err = commoncast("replace", talk, "--episode", "nobody")

    assert status == 1
    assert err.endswith('There is no episode "nobody".\n')


def test_what_was_made_is_counted_by_its_recipe(commoncast: Run) -> None:
    status, out, _ = commoncast("media", "list")

    assert status == 0
    assert f"1  sound  recipe {RECIPES[Kind.SOUND]}\n" in out
    assert commoncast("media", "list", "--outdated") == (0, "", "")


def test_what_is_outdated_is_told(
    commoncast: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = RECIPES[Kind.POSTER] + 1
    monkeypatch.setitem(RECIPES, Kind.POSTER, newest)

    _, out, _ = commoncast("media", "list", "--outdated")

    expected = f"1  poster  recipe {newest - 1}   outdated: the recipe is {newest} now"
    assert out.strip() == expected


def test_a_dry_run_only_names_them(commoncast: Run) -> None:
    assert commoncast("media", "redo", "poster", "--dry-run") == (
        0,
        f"{SLUG}\n",
        "1 episode: nothing was queued.\n",
    )


def test_nothing_is_queued_that_is_up_to_date(commoncast: Run) -> None:
    assert commoncast("media", "redo", "poster", "--outdated") == (
        0,
        "",
        "0 episodes queued.\n",
    )


def test_one_bad_episode_does_not_stop_the_others(
    platform: Platform, commoncast: Run
) -> None:
    with platform.database.reading() as session:
        recording = session.query(Recording).one().key
    platform.storage.delete_many([recording])
    commoncast("media", "redo", "low-sound")

    with Worker(platform):
        status, out, err = commoncast("media", "redo", "poster", "--watch")
        assert (status, out) == (0, f"{SLUG}\n")
        assert err.endswith("1 of 1 over, 0 failed\n")

        status, _, err = commoncast("media", "redo", "low-sound", "--watch")
        assert status == 1
        assert err.endswith("1 episode could not be made anew: see the logs.\n")


def test_a_film_is_watched_until_it_is_made_and_not_only_queued(
    platform: Platform, commoncast: Run
) -> None:
    with Worker(platform):
        status, out, err = commoncast("media", "redo", "film", "--watch")

    assert (status, out) == (0, f"{SLUG}\n")
    assert err.endswith("1 of 1 over, 0 failed\n")
    assert "0 of 1 over, 0 failed (" in err
    with platform.database.reading() as session:
        episode = session.query(Episode).one()
        assert episode.processing is not None
        assert (episode.processing.again, episode.processing.is_over) == (True, True)
        assert episode.heard_revision == episode.processing.revision


def test_a_film_that_cannot_be_made_anew_is_told(
    platform: Platform, commoncast: Run
) -> None:
    with platform.database.reading() as session:
        key = session.query(Recording).one().key
    damaged = platform.settings.data_dir / "damaged.mp4"
    damaged.write_bytes(b"no film")
    platform.storage.delete_many([key])
    platform.storage.put_file(damaged, key, "video/mp4")

    with Worker(platform):
        status, _, err = commoncast("media", "redo", "film", "--watch")

    assert status == 1
    assert err.endswith("1 episode could not be made anew: see the logs.\n")


def test_what_cannot_be_made_anew_when_its_turn_comes_is_told(
    platform: Platform, commoncast: Run
) -> None:
    with platform.database.session() as session:
        session.query(Recording).one().revision = 7  # there is none of what is heard

    with Worker(platform):
        status, _, err = commoncast("media", "redo", "film", "--watch")

    assert status == 1
    assert "1 of 1 over, 0 failed, 1 not made\n" in err
    assert f"Not made anew: {SLUG}. " in err


def test_nothing_is_said_to_be_queued_that_is_not(
    commoncast: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(queueing, "PAUSES", ())
    monkeypatch.setattr(DBOSClient, "enqueue", locked)

    status, _, err = commoncast("media", "redo", "poster", "--watch")

    assert (status, err.splitlines()[-1]) == (
        1,
        "The database did not answer: 0 of 1 episodes were queued. "
        "Please give the same command again.",
    )
