from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient
from lxml import etree
from sqlalchemy.exc import OperationalError

from app.actions import feed_review, leaving, syndication
from app.actions.leaving import Goal
from app.main import create_app
from app.models import Departure, FeedSnapshot
from app.platform import Platform
from tests.app.moving_house.community import export, restore

FEED, FILMS = "/shows/demo/feed.xml", "/shows/demo/video.xml"
NEW = "https://podcasts.example/demo/feed"
AT_ONCE = timedelta(0)


@pytest.fixture
def visitor(home: Platform) -> Iterator[TestClient]:
    app = create_app(home.settings)
    with TestClient(
        app, base_url="https://cast.example", follow_redirects=False
    ) as client:
        yield client


def leave(home: Platform, show_id: str, notice: timedelta = AT_ONCE) -> None:
    goal = Goal(NEW, "https://podcasts.example/demo")
    leaving.leave(home, show_id, goal, notice=notice)


def kept(home: Platform) -> etree._Element:
    with home.database.reading() as session:
        return etree.fromstring(session.get_one(FeedSnapshot, FEED[1:]).body)


def new_feed_url(home: Platform) -> str | None:
    namespace = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
    return kept(home).findtext(f"channel/{namespace}new-feed-url")


def test_first_the_feed_says_where_it_will_be(
    home: Platform, visitor: TestClient, show_id: str
) -> None:
    leave(home, show_id, leaving.NOTICE)

    answer = visitor.get(FEED)

    assert answer.status_code == 200
    assert new_feed_url(home) == NEW


@pytest.mark.parametrize("path", [FEED, FILMS, f"{FEED}?from=app"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_then_it_leads_there_for_ever(
    home: Platform, visitor: TestClient, show_id: str, path: str, method: str
) -> None:
    leave(home, show_id)

    answer = visitor.request(method, path)

    assert answer.status_code == 301
    assert answer.headers["location"] == NEW
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_way_is_known_while_the_database_does_not_answer(
    home: Platform, visitor: TestClient, show_id: str
) -> None:
    leave(home, show_id)
    assert visitor.get(FEED).status_code == 301

    gone = OperationalError("SELECT", {}, Exception("gone"))
    with patch("app.database.Database.reading", side_effect=gone):
        answers = {visitor.get(FEED).status_code for _ in range(3)}

    assert answers == {301}


def test_others_stay_where_they_are(
    home: Platform, visitor: TestClient, show_id: str
) -> None:
    leave(home, show_id)

    assert visitor.get("/topics/supervision/feed.xml").status_code == 200
    assert visitor.get("/opml.xml").status_code == 200


@pytest.mark.parametrize("page", ["/shows/demo", "/episodes/a-film"])
def test_pages_say_where_it_lives(
    home: Platform, visitor: TestClient, show_id: str, page: str
) -> None:
    leave(home, show_id)

    answer = visitor.get(page, headers={"Accept": "text/html"})

    assert 'href="https://podcasts.example/demo">Go there' in answer.text


def test_who_subscribes_now_subscribes_there(
    home: Platform, visitor: TestClient, show_id: str
) -> None:
    leave(home, show_id, leaving.NOTICE)

    answer = visitor.get("/shows/demo", headers={"Accept": "text/html"})

    assert f'value="{NEW}"' in answer.text


def test_a_web_server_in_front_has_no_old_feed_to_give(
    home: Platform, show_id: str
) -> None:
    files = home.settings.data_dir / "feeds" / "shows" / "demo"
    assert (files / "feed.xml").is_file()

    leave(home, show_id)
    syndication.refresh_all(home)

    assert not any(files.glob("*"))
    assert (home.settings.data_dir / "feeds" / "opml.xml").is_file()


def test_a_host_can_change_their_mind(
    home: Platform, visitor: TestClient, show_id: str
) -> None:
    before = kept(home)
    leave(home, show_id)

    leaving.stay(home, show_id)

    assert visitor.get(FEED).status_code == 200
    assert new_feed_url(home) is None
    assert len(kept(home).findall("channel/item")) == len(
        before.findall("channel/item")
    )
    assert (home.settings.data_dir / "feeds" / FEED[1:]).is_file()


def test_it_has_left_also_after_the_whole_house_has_moved(
    home: Platform, away: Platform, show_id: str
) -> None:
    leave(home, show_id)
    folder = home.settings.data_dir.parent / "export"
    export(home, folder)
    restore(away, folder)

    with away.database.reading() as session:
        row = session.get_one(Departure, show_id)

    assert (row.new_feed_url, row.redirects) == (NEW, True)


def test_when_the_notice_is_over_the_files_go_without_anybody(
    home: Platform, show_id: str
) -> None:
    leave(home, show_id, leaving.NOTICE)
    file = home.settings.data_dir / "feeds" / FEED[1:]
    leaving.sweep(home)
    before = file.exists()

    let_the_notice_pass(home, show_id)
    leaving.sweep(home)

    assert before
    assert not file.exists()


def test_nobody_visits_the_feed_of_a_show_that_has_left(
    home: Platform, show_id: str
) -> None:
    leave(home, show_id, leaving.NOTICE)
    let_the_notice_pass(home, show_id)

    with patch("app.actions.feed_review.review", return_value=[]) as visit:
        feed_review.review_due(home)

    assert show_id not in [call.args[1] for call in visit.call_args_list]


def let_the_notice_pass(home: Platform, show_id: str) -> None:
    with home.database.session() as session:
        row = session.get_one(Departure, show_id)
        row.redirects_at -= leaving.NOTICE


def test_a_web_process_that_was_started_anew_knows_the_way(
    home: Platform, show_id: str
) -> None:
    leave(home, show_id)

    with TestClient(create_app(home.settings), follow_redirects=False) as visitor:
        assert visitor.get(FEED).status_code == 301
