"""One form of an episode is made anew, and listeners notice nothing."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from app import jobs
from app.actions import (
    again,
    headway,
    inventory,
    redoing,
    replacing,
    resuming,
    tidying,
)
from app.actions.inventory import Choice
from app.actions.remaking import Bench
from app.errors import NotFound
from app.hands import Hands
from app.models import Episode, FeedSnapshot, Processing, Recording
from app.platform import Platform
from app.worker import run_here
from media_pipeline.errors import StorageFailed
from media_pipeline.recipes import MAKES, RECIPES, Form
from media_pipeline.rendition import Kind, Rendition
from media_pipeline.storage.local import LocalStorage
from tests.app import made_film, workers
from tests.app.made_film import heard, keys, only_episode

QUICK_FORMS = [form for form in Form if form != Form.FILM]


@pytest.fixture
def platform(film_platform: Platform) -> Platform:
    return film_platform


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """We make everything differently now."""
    for kind in Kind:
        monkeypatch.setitem(RECIPES, kind, RECIPES[kind] + 1)


def assert_every_file_is_there(platform: Platform) -> None:
    assert {*workers.named_keys(platform)} <= workers.stored_keys(platform)


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("form", QUICK_FORMS)
def test_a_form_is_made_by_the_newest_recipe_and_nothing_else_is_touched(
    platform: Platform, form: Form
) -> None:
    before = heard(platform)

    assert redoing.redo(platform, only_episode(platform), form)

    after = heard(platform)
    new = {p for p in after if after[p].details["recipe"] == RECIPES[Kind(p[0])]}
    assert {kind for kind, _ in new} == {*MAKES[form]}
    assert all(after[p].id == before[p].id for p in before.keys() - new)
    assert_every_file_is_there(platform)


def test_the_same_again_leaves_every_file_where_it_was(platform: Platform) -> None:
    before = keys(platform, Kind.POSTER, Kind.STORYBOARD, Kind.STORYBOARD_MAP)

    redoing.redo(platform, only_episode(platform), Form.POSTER)
    redoing.redo(platform, only_episode(platform), Form.STORYBOARD)

    assert before == keys(platform, Kind.POSTER, Kind.STORYBOARD, Kind.STORYBOARD_MAP)
    tidying.sweep_replaced(platform)
    assert_every_file_is_there(platform)


def test_who_listens_meanwhile_hears_the_old_sound_to_its_end(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = heard(platform)[Kind.SOUND, ""]
    download = platform.storage.open_range(old.key)
    first = next(download)
    rename(platform, "Second thoughts")

    redoing.redo(platform, only_episode(platform), Form.SOUND)
    workers.let_a_day_pass(monkeypatch)
    tidying.sweep_replaced(platform)

    assert len(first) + sum(map(len, download)) == old.size
    assert platform.storage.stat(old.key) is None


def rename(platform: Platform, title: str) -> None:
    with platform.database.session() as session:
        session.query(Episode).one().title = title


def test_the_feed_names_what_was_made_anew(platform: Platform) -> None:
    rename(platform, "A title that is a good deal longer than the first")

    redoing.redo(platform, only_episode(platform), Form.TAGS)

    sound = heard(platform)[Kind.SOUND, ""]
    with platform.database.reading() as session:
        feed = session.get_one(FeedSnapshot, "shows/demo/feed.xml").body.decode()
    assert f'length="{sound.size}"' in feed
    assert sound.sha384 in feed


def test_what_was_replaced_meanwhile_does_not_count(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = workers.stored_keys(platform)
    make = redoing._MAKERS[Form.TAGS]

    def meanwhile(bench: Bench) -> Sequence[Rendition]:
        made = make(bench)
        with platform.database.session() as session:
            episode = session.query(Episode).one()
            replacing.remove(session, episode, episode.heard_revision)
        return made

    monkeypatch.setitem(redoing._MAKERS, Form.TAGS, meanwhile)
    rename(platform, "Second thoughts")

    assert not redoing.redo(platform, only_episode(platform), Form.TAGS)
    assert workers.stored_keys(platform) <= stored


def test_an_episode_that_is_gone_has_nothing_to_be_made_anew(
    platform: Platform,
) -> None:
    assert not redoing.redo(platform, "0" * 32, Form.POSTER)


def test_a_film_is_made_again_from_the_same_recording(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode_id, before = only_episode(platform), facts(platform)
    assert redoing.redo(platform, episode_id, Form.FILM)
    assert again.make_again(platform, episode_id)  # asking twice is asking once

    run_here(platform, newest_work(platform), lambda row: None)

    assert {row.revision for row in heard(platform).values()} == {2}
    assert facts(platform) == before
    workers.let_a_day_pass(monkeypatch)
    tidying.sweep_replaced(platform)
    assert_every_file_is_there(platform)
    with platform.database.reading() as session:
        assert platform.storage.stat(session.query(Recording).one().key)


def facts(platform: Platform) -> tuple[object, ...]:
    with platform.database.reading() as session:
        episode = session.query(Episode).one()
        return episode.guid, episode.published_at, episode.slug, len(episode.consents)


def newest_work(platform: Platform) -> Processing:
    with platform.database.reading() as session:
        newest = session.query(Processing).order_by(Processing.revision.desc()).first()
        assert newest is not None
        return newest


def test_while_the_storage_is_away_it_waits_and_is_made_when_it_is_back(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StorageFailed("There is no storage.")

    monkeypatch.setattr(headway, "SHORTEST_WAIT", timedelta(0))
    wanted = inventory.wanting(platform, Form.POSTER, Choice())
    with at_work(platform), monkeypatch.context() as meanwhile:
        meanwhile.setattr(LocalStorage, "fetch", away)
        queued = inventory.queue(platform, wanted)
        workers.until(lambda: states(platform, queued) == [jobs.ASIDE], "the fault")
        assert inventory.queue(platform, wanted) == queued
    with at_work(platform):
        resuming.resume_due(platform)
        workers.until(lambda: states(platform, queued) == ["SUCCESS"], "a poster")


def at_work(platform: Platform) -> AbstractContextManager[None]:
    hands, places = Hands(platform, "me", jobs.MEDIA), {jobs.MEDIA: 1, jobs.QUICK: 1}
    return jobs.working(platform, hands, "me", places)


def states(platform: Platform, names: Sequence[str]) -> list[str]:
    return [*jobs.states(platform, names).values()]


def test_nothing_is_outdated_that_was_just_made(platform: Platform) -> None:
    outdated = Choice(outdated=True)

    assert inventory.survey(platform, outdated) == []
    assert [f for f in Form if inventory.wanting(platform, f, outdated)] == []


@pytest.mark.usefixtures("newer")
def test_everything_is_outdated_once_the_recipes_change(platform: Platform) -> None:
    outdated = Choice(show="demo", outdated=True)

    lines = inventory.survey(platform, outdated)
    wanted = [form for form in Form if inventory.wanting(platform, form, outdated)]

    assert {line.kind for line in lines} == {kind for kind, _ in heard(platform)}
    assert wanted == list(Form)


def test_asking_twice_while_it_waits_is_asking_once(platform: Platform) -> None:
    wanted = inventory.wanting(platform, Form.POSTER, Choice())

    first, second = (inventory.queue(platform, wanted) for _ in range(2))

    assert first == second
    assert list(jobs.states(platform, first).values()) == ["ENQUEUED"]


@pytest.mark.parametrize("choice", [Choice(show="no"), Choice(episode="no")])
def test_a_name_that_nobody_has_is_told(platform: Platform, choice: Choice) -> None:
    with pytest.raises(NotFound, match='"no"'):
        inventory.survey(platform, choice)


def test_the_copy_is_whole(platform: Platform) -> None:
    assert_every_file_is_there(platform)
    assert made_film.fetch(platform, Kind.FILM).stat().st_size > 0
