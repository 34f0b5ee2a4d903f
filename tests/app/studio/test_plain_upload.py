from httpx2 import Response

from app.models import Episode, Show
from app.platform import Platform
from tests.app.studio.conftest import Browser
from tests.factories import make_episode


def send(browser: Browser, path: str, data: bytes, **fields: str) -> Response:
    files = {"recording": ("my_first-talk.wav", data)}
    return browser.post(path, fields, files=files)


def test_a_form_without_scripts_begins_an_episode(
    browser: Browser, platform: Platform, show: Show
) -> None:
    answer = send(browser, f"/studio/shows/{show.slug}/new", b"R" * 3_000_000)

    episode_id = answer.headers["location"].rpartition("/")[2]
    with platform.database.reading() as session:
        episode = session.get_one(Episode, episode_id)
        assert episode.title == "My first talk"
        assert episode.recordings[0].size == 3_000_000
    assert not list(platform.settings.uploads_dir.iterdir())


def test_a_recording_can_follow_later(
    browser: Browser, platform: Platform, show: Show
) -> None:
    with platform.database.session() as session:
        episode = make_episode(session, session.merge(show))

    answer = send(browser, f"/studio/episodes/{episode.id}/recording", b"RIFF")

    assert answer.status_code == 303
    with platform.database.reading() as session:
        assert session.get_one(Episode, episode.id).revision == 2


def test_no_file_leaves_nothing_behind(
    browser: Browser, platform: Platform, show: Show
) -> None:
    answer = send(browser, f"/studio/shows/{show.slug}/new", b"")

    assert answer.status_code == 400
    assert "not empty" in answer.text
    assert_nothing_is_left(platform)


def test_a_file_before_the_token_is_not_even_stored(
    browser: Browser, platform: Platform, show: Show
) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.wav"\r\n\r\n'
    answer = browser.client.post(
        f"/studio/shows/{show.slug}/new",
        content=head + b"RIFF\r\n--x--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert answer.status_code == 403
    assert_nothing_is_left(platform)


def test_a_form_that_was_cut_off_leaves_nothing_behind(
    browser: Browser, platform: Platform, show: Show
) -> None:
    field = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{browser.csrf}'
    file = '\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a.wav"\r\n'
    answer = browser.client.post(
        f"/studio/shows/{show.slug}/new",
        content=f"{field}{file}\r\nRIFF".encode(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert answer.status_code == 400
    assert_nothing_is_left(platform)


def assert_nothing_is_left(platform: Platform) -> None:
    assert not list(platform.settings.uploads_dir.iterdir())
    with platform.database.reading() as session:
        assert session.query(Episode).count() == 0
