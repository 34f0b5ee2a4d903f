"""The picture before a film: chosen by us, replaced by a host, and chosen again."""

from io import BytesIO

import pytest
from PIL import Image

from app.models import Episode, Rendition, Show
from app.models.episode import NO_RECORDING
from app.platform import Platform
from media_pipeline.rendition import Kind
from tests.app.studio.conftest import Browser
from tests.app.studio.test_episode_form import WORDS
from tests.factories import make_episode, make_video


@pytest.fixture
def film(platform: Platform, show: Show) -> Episode:
    with platform.database.session() as session:
        return make_video(session, session.merge(show), "A film")


def picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (1600, 1600), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def send(browser: Browser, episode: Episode, data: bytes) -> int:
    files = {"poster": ("still.png", data)}
    return browser.post(
        f"/studio/episodes/{episode.id}", WORDS, files=files
    ).status_code


def poster(platform: Platform, episode: Episode) -> Rendition:
    with platform.database.reading() as session:
        found = session.get_one(Episode, episode.id).rendition(Kind.POSTER)
        assert found
        return found


def test_a_host_gives_a_film_another_poster(
    browser: Browser, platform: Platform, film: Episode
) -> None:
    assert send(browser, film, picture()) == 303

    given = poster(platform, film)
    assert given.revision == NO_RECORDING
    assert (given.width, given.height) == (1600, 900)
    assert platform.storage.stat(given.key)


def test_the_poster_that_was_chosen_comes_back(
    browser: Browser, platform: Platform, film: Episode
) -> None:
    send(browser, film, picture())

    browser.post(f"/studio/episodes/{film.id}", WORDS | {"no_poster": "yes"})

    assert poster(platform, film).revision == 1


def test_only_a_given_poster_can_be_taken_away(browser: Browser, film: Episode) -> None:
    address = f"/studio/episodes/{film.id}"
    before = browser.get(address).text

    send(browser, film, picture())

    assert 'name="no_poster"' not in before
    assert 'name="no_poster"' in browser.get(address).text


def test_what_is_no_picture_is_refused_beside_its_field(
    browser: Browser, platform: Platform, film: Episode
) -> None:
    files = {"poster": ("still.png", b"no picture")}

    answer = browser.post(f"/studio/episodes/{film.id}", WORDS, files=files)

    assert answer.status_code == 400
    assert 'id="poster-problem"' in answer.text
    assert poster(platform, film).revision == 1


def test_an_episode_without_film_has_no_poster(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        talk = make_episode(session, session.merge(show), "A talk")

    assert 'name="poster"' not in browser.get(f"/studio/episodes/{talk.id}").text
    assert send(browser, talk, picture()) == 400
