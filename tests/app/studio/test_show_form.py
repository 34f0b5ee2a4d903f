import pytest

from app.database import now
from app.models import Lease, Show, User
from app.platform import Platform
from tests.app.studio.conftest import Browser, Enter
from tests.factories import make_user

FACTS = {
    "title": "Trainee Talk",
    "description": "Conversations about learning.",
    "category": "Education > Courses",
    "language": "en-GB",
    "author": "#TherapistsConnect",
    "email": "hello@example.org",
}


def test_a_show_is_told_anew(browser: Browser, platform: Platform, show: Show) -> None:
    browser.post(f"/studio/shows/{show.slug}/settings", FACTS)

    with platform.database.reading() as session:
        kept = session.get_one(Show, show.id)
    assert (kept.category, kept.subcategory) == ("Education", "Courses")
    assert (kept.language, kept.email) == ("en-gb", "hello@example.org")
    assert kept.feed_version > show.feed_version
    feed = browser.get(f"/shows/{show.slug}/feed.xml").text
    assert "Conversations about learning." in feed


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "Please give the show a title."),
        ("description", " ", "Please give the show a description."),
        ("category", "Gardening", "Please choose one of these."),
        ("category", "Education > Physics", "Please choose one of these."),
        ("language", "English", "Please give the language as a code"),
        ("language", "en-12", "Please give the language as a code"),
        ("author", "", "Please give the show an author."),
        ("email", "nobody", "This is not an e-mail address."),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_changed(
    browser: Browser,
    platform: Platform,
    show: Show,
    field: str,
    typed: str,
    sentence: str,
) -> None:
    changed = FACTS | {"title": "Another", field: typed}

    answer = browser.post(f"/studio/shows/{show.slug}/settings", changed)

    assert answer.status_code == 400
    assert f'id="{field}-problem">{sentence}' in answer.text
    with platform.database.reading() as session:
        assert session.get_one(Show, show.id).title == show.title


def test_a_cover_that_is_no_picture_is_refused(
    browser: Browser, platform: Platform, show: Show
) -> None:
    files = {"artwork": ("cover.png", b"no picture")}

    answer = browser.post(f"/studio/shows/{show.slug}/settings", FACTS, files=files)

    assert answer.status_code == 400
    assert 'id="artwork-problem"' in answer.text


def test_somebody_without_a_show_is_told_what_to_do(
    enter: Enter, platform: Platform
) -> None:
    with platform.database.session() as session:
        guest = make_user(session, "guest@example.org")
        keeper = make_user(session, "keeper@example.org", is_admin=True)

    assert "make you a host" in enter(guest).get("/studio").text
    assert "commoncast show add" in enter(keeper).get("/studio").text


def test_a_keeper_has_every_show(
    enter: Enter, platform: Platform, show: Show, host: User
) -> None:
    with platform.database.session() as session:
        keeper = make_user(session, "keeper@example.org", is_admin=True)

    assert show.title in enter(keeper).get("/studio").text


def test_an_admin_is_told_where_no_wall_stands(
    enter: Enter, platform: Platform, host: User
) -> None:
    with platform.database.session() as session:
        keeper = make_user(session, "keeper@example.org", is_admin=True)
        session.add(Lease(executor_id="there-1", seen_at=now(), sandbox="none"))

    assert "hostile recording" in enter(keeper).get("/studio").text
    assert "hostile recording" not in enter(host).get("/studio").text
