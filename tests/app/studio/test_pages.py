from app.models import Show
from app.platform import Platform
from tests.app.studio.conftest import Browser
from tests.factories import add_words, make_episode, make_video, publish


def test_the_front_page_lists_my_shows_and_what_moves_in_them(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        make_episode(session, session.merge(show), "A quiet draft")
        publish(make_video(session, session.merge(show), "A film"))

    page = browser.get("/studio").text

    assert "2 episodes" in page
    assert "1 published" in page
    assert "Ready to publish" in page


def test_every_page_of_an_episode_opens(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        episode = make_video(session, session.merge(show), "A film")
        add_words(episode, session)
    address = f"/studio/episodes/{episode.id}"

    for path in ("", "/progress", "/preview", "/delete", "/withdraw"):
        answer = browser.get(address + path)

        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
