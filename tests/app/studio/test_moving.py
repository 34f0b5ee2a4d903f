"""A keeper lets a show move in from the studio; workers bring it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.actions import moving_on
from app.database import now
from app.models import Episode, Move, MoveItem, Show
from app.platform import Platform
from app.settings import Settings
from tests.app.old_host import OldHost, old_host
from tests.app.studio.conftest import Browser, Enter, browser_of
from tests.app.workers import draw_cover, record_talk
from tests.factories import make_user

HERE = "/studio/moving-in"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[OldHost]:
    with old_host() as host:
        talk = record_talk(tmp_path / "talk.mp3").read_bytes()
        host.files |= {"/one.mp3": talk, "/two.mp3": talk}
        host.files["/cover.png"] = draw_cover(tmp_path / "cover.png").read_bytes()
        host.publish(host.item("one", 1), host.item("two", 2))
        yield host


@pytest.fixture
def settings(settings: Settings, old: OldHost) -> Settings:
    return settings.model_copy(update={"fetch_also": old.door})


@pytest.fixture
def keeper(platform: Platform, enter: Enter) -> Browser:
    with platform.database.session() as session:
        user = make_user(session, "keeper@example.org", is_admin=True)
    return browser_of(enter(user))


def begin(keeper: Browser, old: OldHost, **more: str) -> str:
    answer = keeper.post(HERE, {"address": f"{old.home}/feed.xml", **more})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def go_on(platform: Platform) -> None:
    moving_on.carry_on(platform, lambda: False)


def states(platform: Platform) -> list[str]:
    with platform.database.reading() as session:
        items = session.query(MoveItem).order_by(MoveItem.position)
        return [item.state for item in items]


def move(platform: Platform) -> Move:
    with platform.database.reading() as session:
        return session.query(Move).one()


def test_a_look_tells_what_would_come_and_brings_nothing(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    old.publish(old.item("one", 1), "<item><title>Odd</title></item>")

    page = keeper.post(f"{HERE}/look", {"address": f"{old.home}/feed.xml"})

    assert page.status_code == 200
    assert "2 episodes would come" in page.text
    assert "It names no file" in page.text
    with platform.database.reading() as session:
        assert session.query(Show).count() == 0


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Please give the web address"),
        ("/etc/passwd", "Please give the web address"),
        ("file:///etc/passwd", "Please give the web address"),
        ("http://10.0.0.1/feed.xml", "private network"),
        ("http://localhost/feed.xml", "private network"),
    ],
)
def test_what_is_no_feed_of_the_open_internet_is_refused_with_a_sentence(
    keeper: Browser, address: str, sentence: str
) -> None:
    for path in (f"{HERE}/look", HERE):
        answer = keeper.post(path, {"address": address})

        assert 400 <= answer.status_code < 500
        assert sentence in answer.text


def test_a_locked_show_stays_where_it_is(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    locked = '<podcast:locked owner="ada@example.org">yes</podcast:locked>'
    address = old.publish(old.item("one", 1), channel=locked)

    looked = keeper.post(f"{HERE}/look", {"address": address})
    begun = keeper.post(HERE, {"address": address})

    for answer in (looked, begun):
        assert 400 <= answer.status_code < 500
        assert "locked at its old host" in answer.text


def test_a_show_moves_in_while_nobody_waits(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    where = begin(keeper, old, media="keep")
    before = keeper.get(where).text
    go_on(platform)
    after = keeper.get(where).text

    assert "0 of 2 episodes are here" in before
    assert "It goes on by itself" in before
    assert "2 of 2 episodes are here" in after
    assert "itunes:new-feed-url" in after
    assert states(platform) == ["brought", "brought"]
    with platform.database.reading() as session:
        assert [e.is_public for e in session.query(Episode)] == [False, False]


def test_it_is_published_only_when_everyone_has_agreed(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    address = {"address": f"{old.home}/feed.xml", "publish": "yes"}

    refused = keeper.post(HERE, address)
    begin(keeper, old, publish="yes", consent="yes", media="keep")
    go_on(platform)

    assert refused.status_code == 400
    assert "Everyone who is heard must have agreed" in refused.text
    with platform.database.reading() as session:
        assert all(episode.is_public for episode in session.query(Episode))


def test_one_bad_episode_stops_nothing_and_is_tried_again(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    talk = old.files.pop("/one.mp3")
    where = begin(keeper, old, media="keep")
    go_on(platform)
    page = keeper.get(where).text
    old.files["/one.mp3"] = talk
    keeper.post(f"{where}/again")
    tried = states(platform)
    go_on(platform)

    assert sorted(tried) == ["brought", "failed"]
    assert "1 could not be brought" in page
    assert "Go on with the rest" in page
    assert states(platform) == ["brought", "brought"]


def test_a_keeper_can_stop_it_and_let_it_go_on(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    where = begin(keeper, old, media="keep")
    keeper.post(f"{where}/stop")
    go_on(platform)
    stopped = states(platform)
    keeper.post(f"{where}/again")
    go_on(platform)

    assert stopped == ["waiting", "waiting"]
    assert states(platform) == ["brought", "brought"]


def test_what_a_dead_worker_held_is_taken_over(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    begin(keeper, old, media="keep")
    hold(platform, moving_on.TAKEN)
    go_on(platform)
    held = states(platform)
    hold(platform, -timedelta(seconds=1))
    go_on(platform)

    assert held == ["waiting", "waiting"]
    assert states(platform) == ["brought", "brought"]


def test_a_worker_that_stops_leaves_the_rest_to_the_next(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    begin(keeper, old, media="keep")
    asked = iter([False, False, True])  # before it takes it, and before each episode

    moving_on.carry_on(platform, lambda: next(asked, True))
    first = states(platform)
    go_on(platform)

    assert sorted(first) == ["brought", "waiting"]
    assert states(platform) == ["brought", "brought"]
    assert not move(platform).goes_on


def test_a_feed_that_is_gone_says_so_and_can_be_tried_again(
    keeper: Browser, platform: Platform, old: OldHost
) -> None:
    where = begin(keeper, old, media="keep")
    old.files.pop("/feed.xml")
    go_on(platform)

    assert "answers 404" in keeper.get(where).text
    assert not move(platform).goes_on


def test_only_keepers_may_let_a_show_move_in(browser: Browser) -> None:
    answers = [browser.get(HERE), browser.get(f"{HERE}/demo")]
    answers += [browser.post(f"{HERE}/look"), browser.post(HERE)]

    assert [answer.status_code for answer in answers] == [404] * 4


def hold(platform: Platform, period: timedelta) -> None:
    with platform.database.session() as session:
        session.query(Move).one().taken_until = now() + period
