import gzip
import time
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import brotli  # type: ignore[import-untyped]
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.exc import OperationalError

from app.actions import syndication
from app.database import now
from app.main import create_app
from app.models import FeedSnapshot, Show
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_episode, make_show, publish

FEED = "/shows/demo/feed.xml"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def show_id(platform: Platform) -> str:
    with platform.database.session() as session:
        show = make_show(session)
        publish(make_episode(session, show))
        show_id = show.id
    syndication.refresh_show(platform, show_id)
    # An hour ago, so that its date can tell it from other versions.
    with platform.database.session() as session:
        row = session.get_one(FeedSnapshot, FEED[1:])
        row.last_modified = now() - timedelta(hours=1)
    return show_id


@pytest.fixture
def desk(settings: Settings, platform: Platform, show_id: str) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url="https://cast.example") as client:
        yield client


def rename(platform: Platform, show_id: str, title: str) -> None:
    with platform.database.session() as session:
        show = session.get_one(Show, show_id)
        show.title = title
        show.touch()
    syndication.refresh_show(platform, show_id)


def body_of(platform: Platform) -> bytes:
    with platform.database.reading() as session:
        return session.get_one(FeedSnapshot, FEED[1:]).body


def test_a_feed_is_exactly_the_kept_bytes(desk: TestClient, platform: Platform) -> None:
    answer = desk.get(FEED, headers=PLAIN)

    assert answer.status_code == 200
    assert answer.content == body_of(platform)
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_each_encoding_has_an_etag_of_its_own(desk: TestClient, encoding: str) -> None:
    plain = desk.get(FEED, headers=PLAIN)
    small = desk.get(FEED, headers={"Accept-Encoding": encoding})

    assert small.headers["content-encoding"] == encoding
    assert int(small.headers["content-length"]) < len(plain.content)
    assert small.content == plain.content
    assert small.headers["etag"] != plain.headers["etag"]
    assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("br, GZIP;q=0.5", "br"),
        ("br;q=0.2, GZIP;q=0.5", "gzip"),
        ("br;q=0, x-gzip", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", "br"),
        ("gzip;q=nonsense", None),
        ("zstd", None),
        ("", None),
    ],
)
def test_the_encoding_is_the_one_that_was_asked_for(
    desk: TestClient, accepts: str, encoding: str | None
) -> None:
    answer = desk.get(FEED, headers={"Accept-Encoding": accepts})

    assert answer.headers.get("content-encoding") == encoding


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_holds_the_feed_gets_no_body(
    desk: TestClient, encoding: str, form: str
) -> None:
    accept = {"Accept-Encoding": encoding}
    etag = desk.get(FEED, headers=accept).headers["etag"]

    answer = desk.get(FEED, headers=accept | {"If-None-Match": form.format(etag)})

    assert answer.status_code == 304
    assert answer.headers["etag"] == etag
    assert answer.content == b""


def test_an_older_etag_gets_the_feed(desk: TestClient) -> None:
    answer = desk.get(FEED, headers={"If-None-Match": '"older"'})

    assert answer.status_code == 200


def test_an_etag_counts_more_than_a_date(desk: TestClient) -> None:
    modified = desk.get(FEED).headers["last-modified"]
    headers = {"If-None-Match": '"older"', "If-Modified-Since": modified}

    assert desk.get(FEED, headers=headers).status_code == 200


def test_who_knows_only_the_date_gets_no_body_either(desk: TestClient) -> None:
    modified = desk.get(FEED).headers["last-modified"]

    answer = desk.get(FEED, headers={"If-Modified-Since": modified})

    assert answer.status_code == 304


@pytest.mark.parametrize(
    "date", ["yesterday", "Sun, 22 Nov 2020 17:36:00 GMT", "Mon, 32 Feb 99999 1:1:1 X"]
)
def test_an_old_or_odd_date_gets_the_feed(desk: TestClient, date: str) -> None:
    assert desk.get(FEED, headers={"If-Modified-Since": date}).status_code == 200


def test_a_date_is_not_told_while_another_change_could_share_it(
    desk: TestClient, platform: Platform, show_id: str
) -> None:
    rename(platform, show_id, "Just now")

    answer = eventually(desk, b"Just now")

    assert "last-modified" not in answer.headers


def eventually(desk: TestClient, words: bytes) -> Response:
    deadline = time.monotonic() + 1.0
    answer = desk.get(FEED, headers=PLAIN)
    while words not in answer.content and time.monotonic() < deadline:
        time.sleep(0.02)
        answer = desk.get(FEED, headers=PLAIN)
    assert words in answer.content
    return answer


def test_what_is_published_is_in_the_feed_within_a_second(
    desk: TestClient, platform: Platform, show_id: str
) -> None:
    desk.get(FEED)

    rename(platform, show_id, "Another name")

    assert eventually(desk, b"Another name").status_code == 200


def test_asking_for_the_head_gives_the_same_headers_and_no_body(
    desk: TestClient,
) -> None:
    whole, head = desk.get(FEED, headers=PLAIN), desk.head(FEED, headers=PLAIN)

    assert head.content == b""
    assert head.headers == whole.headers


def test_a_query_changes_nothing(desk: TestClient) -> None:
    plain, asked = desk.get(FEED), desk.get(f"{FEED}?render=1&limit=5")

    assert asked.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_feed_can_only_be_read(desk: TestClient, method: str) -> None:
    answer = desk.request(method, FEED)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_page_elsewhere_may_ask_whether_the_feed_has_changed(
    desk: TestClient,
) -> None:
    answer = desk.options(FEED)

    assert answer.status_code == 204
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    "path",
    [
        "/shows/nobody/feed.xml",
        "/shows/demo/video.xml",
        "/topics/nothing/feed.xml",
        "/shows/demo/../../feed.xml",
        "//shows/demo/feed.xml",
    ],
)
def test_what_has_no_feed_is_not_found(desk: TestClient, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_the_list_of_feeds_is_an_opml_file(desk: TestClient) -> None:
    answer = desk.get("/opml.xml")

    assert answer.headers["content-type"] == "text/x-opml; charset=utf-8"
    assert b'xmlUrl="https://cast.example/shows/demo/feed.xml"' in answer.content


def test_the_feed_answers_while_the_database_does_not(
    settings: Settings, platform: Platform, show_id: str
) -> None:
    app = create_app(settings)
    with TestClient(app, base_url="https://cast.example") as client:
        before = client.get(FEED)
        broken = OperationalError("", {}, OSError("no database"))
        with patch.object(app.state.platform.database, "_readers", side_effect=broken):
            time.sleep(0.6)
            after = client.get(FEED)

    assert after.status_code == 200
    assert after.content == before.content


def test_the_feed_answers_while_the_bucket_does_not(
    settings: Settings,
    platform: Platform,
    show_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    nowhere = "s3://bucket?endpoint=http://127.0.0.1:9&region=here"
    away = settings.model_copy(update={"storage_url": nowhere})

    with TestClient(create_app(away), base_url="https://cast.example") as client:
        answer = client.get(FEED, headers=PLAIN)
        assert client.get("/readyz").status_code == 503  # a keeper hears of it

    assert answer.content == body_of(platform)


def test_the_feed_answers_while_somebody_writes_for_long(
    desk: TestClient, platform: Platform, show_id: str
) -> None:
    with platform.database.session() as session:
        session.get_one(Show, show_id).title = "Not yet"
        session.flush()
        answer = desk.get(FEED)

    assert answer.status_code == 200


def test_before_the_database_was_ever_read_a_feed_is_not_called_missing(
    settings: Settings, platform: Platform, show_id: str
) -> None:
    app = create_app(settings)
    broken = OperationalError("", {}, OSError("no database"))
    with (
        TestClient(app, base_url="https://cast.example") as client,
        patch.object(app.state.platform.database, "_readers", side_effect=broken),
    ):
        answer = client.get(FEED)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_what_is_kept_smaller_is_of_the_kept_bytes(
    platform: Platform, show_id: str
) -> None:
    with platform.database.reading() as session:
        row = session.get_one(FeedSnapshot, FEED[1:])

    assert gzip.decompress(row.gzip) == row.body
    assert brotli.decompress(row.brotli) == row.body
