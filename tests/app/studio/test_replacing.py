"""A host sends another recording of an episode that people already hear."""

from unittest.mock import Mock

import pytest
from sqlalchemy import select

from app.actions import arriving, intake, publication, replacing, uploading
from app.actions.uploading import Plan
from app.errors import Conflict
from app.models import Consent, Episode, Host, Processing, ProcessingState, Show, User
from app.platform import Platform
from tests.app.studio.conftest import Browser, Enter, browser_of
from tests.app.studio.test_uploads import create, metadata, patch
from tests.factories import make_episode, make_rendition, make_user, publish

BYTES = b"RIFF" * 25


@pytest.fixture
def episode_id(platform: Platform, show: Show) -> str:
    """A published episode."""
    with platform.database.session() as session:
        episode = make_episode(session, session.merge(show), settled_revision=1)
        publication.record_consent(session, episode, None, "All have agreed.")
        return publish(episode).id


@pytest.fixture
def page(episode_id: str) -> str:
    return f"/studio/episodes/{episode_id}"


def revision(platform: Platform, episode_id: str) -> int:
    with platform.database.reading() as session:
        return session.get_one(Episode, episode_id).revision


def work(platform: Platform, episode_id: str, state: ProcessingState) -> None:
    with platform.database.session() as session:
        processing = session.get_one(Episode, episode_id).processing
        assert processing is not None
        processing.state, processing.sentence = state, "There is nothing to hear."


def settle(platform: Platform, episode_id: str) -> None:
    work(platform, episode_id, ProcessingState.READY)
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        sound = make_rendition(episode_id, "sound", key=f"public/{episode_id}/2/a.mp3")
        sound.revision = 2
        episode.renditions.append(sound)
        session.flush()
        replacing.settle(session, episode_id, 2)


def test_the_page_asks_for_the_consent_of_those_in_the_new_one(
    browser: Browser, page: str
) -> None:
    text = browser.get(page).text

    assert "Replace the recording" in text
    assert 'name="consent" value="yes" required' in text


@pytest.mark.parametrize("agreed", [{}, {"consent": "yes"}])
def test_an_upload_begins_only_with_consent(
    browser: Browser, platform: Platform, episode_id: str, agreed: dict[str, str]
) -> None:
    told = metadata(episode=episode_id, filename="new.wav", **agreed)

    answer = create(browser, len(BYTES), **told)

    assert answer.status_code == (201 if agreed else 400)
    if agreed:
        patch(browser, answer.headers["location"], 0, BYTES)
        assert revision(platform, episode_id) == 2
        assert said(platform) == [None, 2]


def said(platform: Platform) -> list[int | None]:
    with platform.database.reading() as session:
        return [c.revision for c in session.query(Consent).order_by(Consent.at)]


def test_without_scripts_it_is_the_same(
    browser: Browser, platform: Platform, episode_id: str, page: str
) -> None:
    files = {"recording": ("new.wav", BYTES)}

    assert browser.post(f"{page}/recording", {}, files=files).status_code == 400
    assert revision(platform, episode_id) == 1
    assert not list(platform.settings.uploads_dir.iterdir())

    agreed = {"consent": "yes"}
    assert browser.post(f"{page}/recording", agreed, files=files).status_code == 303
    assert revision(platform, episode_id) == 2


def send(browser: Browser, page: str) -> None:
    browser.post(
        f"{page}/recording", {"consent": "yes"}, files={"recording": ("n.wav", BYTES)}
    )


@pytest.mark.parametrize("state", [ProcessingState.REFUSED, ProcessingState.RUNNING])
def test_while_the_new_one_cannot_be_heard_the_page_says_that_the_old_one_is(
    browser: Browser,
    platform: Platform,
    episode_id: str,
    page: str,
    state: ProcessingState,
) -> None:
    send(browser, page)
    work(platform, episode_id, state)

    text = browser.get(page).text
    assert "the one before is heard" in text

    browser.post(f"{page}/recording/back", {"recording": "2"})
    assert "Keep the one before" not in browser.get(page).text


def test_one_can_go_back_from_the_page(
    browser: Browser, platform: Platform, episode_id: str, page: str
) -> None:
    send(browser, page)
    settle(platform, episode_id)
    assert "Go back to it" in browser.get(page).text

    answer = browser.post(f"{page}/recording/back", {"recording": "2"})

    assert answer.headers["location"].endswith("?done=back")
    assert "The recording before is heard." in browser.get(f"{page}?done=back").text
    with platform.database.reading() as session:
        assert session.get_one(Episode, episode_id).heard_revision == 1


def test_a_double_click_goes_back_once(
    browser: Browser, platform: Platform, episode_id: str, page: str
) -> None:
    send(browser, page)
    settle(platform, episode_id)
    assert 'name="recording" value="2"' in browser.get(page).text

    answers = [
        browser.post(f"{page}/recording/back", {"recording": "2"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    with platform.database.reading() as session:
        assert session.get_one(Episode, episode_id).heard_revision == 1


def test_a_page_from_before_an_update_goes_back_to_nothing(
    browser: Browser, page: str
) -> None:
    answer = browser.post(f"{page}/recording/back")

    assert answer.status_code == 400
    assert "reload" in answer.text


def test_the_old_one_can_be_deleted_from_the_page(
    browser: Browser, platform: Platform, episode_id: str, page: str
) -> None:
    send(browser, page)
    settle(platform, episode_id)

    browser.post(f"{page}/recording/forget", {"recording": "2"})

    assert "Go back to it" not in browser.get(page).text
    with platform.database.reading() as session:
        assert [p.revision for p in session.query(Processing)] == [2]


def test_where_there_is_nothing_to_go_back_to_nothing_happens(
    browser: Browser, page: str
) -> None:
    answer = browser.post(f"{page}/recording/back", {"recording": "1"})

    assert answer.status_code == 409


@pytest.fixture
def late(browser: Browser, platform: Platform, episode_id: str) -> str:
    """Begun while there was nothing to hear; since then another one was published."""
    with platform.database.session() as session:
        host = session.scalars(select(User)).one()
    plan = Plan(host.id, len(BYTES), "late.wav", episode_id=episode_id)
    upload = uploading.begin(platform, plan)
    patch(browser, f"/studio/uploads/{upload.id}", 0, BYTES)
    return upload.id


def test_a_recording_that_comes_after_another_was_published_is_kept_and_asks(
    browser: Browser, platform: Platform, episode_id: str, page: str, late: str
) -> None:
    arriving.sweep(platform)

    text = browser.get(page).text
    assert "late.wav is here, but meanwhile another one is heard." in text
    assert 'name="consent" value="yes" required' in text
    assert uploading.path_of(platform, late).read_bytes() == BYTES
    assert revision(platform, episode_id) == 1


def test_it_takes_the_place_of_the_other_when_its_people_agreed(
    browser: Browser, platform: Platform, episode_id: str, page: str, late: str
) -> None:
    address = f"{page}/recording/agree"

    assert browser.post(address, {"upload": late}).status_code == 400
    assert revision(platform, episode_id) == 1

    browser.post(address, {"upload": late, "consent": "yes"})
    assert revision(platform, episode_id) == 2
    assert said(platform) == [None, 2]


def test_or_it_is_deleted_unheard(
    browser: Browser, platform: Platform, episode_id: str, page: str, late: str
) -> None:
    answer = browser.post(f"{page}/recording/discard", {"upload": late})

    assert (
        browser.get(answer.headers["location"]).text.count("Nobody has heard it") == 1
    )
    assert not uploading.path_of(platform, late).exists()
    assert revision(platform, episode_id) == 1


@pytest.mark.parametrize("what", ["agree", "discard"])
def test_only_who_sent_it_is_asked(
    enter: Enter, platform: Platform, show: Show, page: str, late: str, what: str
) -> None:
    with platform.database.session() as session:
        other = make_user(session, "other@example.org")
        session.flush()
        session.add(Host(user_id=other.id, show_id=show.id))
    browser = browser_of(enter(other))

    assert "Whoever sent it is asked" in browser.get(page).text
    answer = browser.post(
        f"{page}/recording/{what}", {"upload": late, "consent": "yes"}
    )
    assert answer.status_code == 404
    assert uploading.path_of(platform, late).exists()


def test_what_meets_another_recording_on_its_way_in_is_taken_in_after_it(
    browser: Browser,
    platform: Platform,
    show: Show,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with platform.database.session() as session:
        episode = make_episode(session, session.merge(show), "Another")
    with monkeypatch.context() as patched:
        patched.setattr(intake, "_record", Mock(side_effect=Conflict("Just now.")))
        place = create(browser, len(BYTES), **metadata(episode=episode.id))
        patch(browser, place.headers["location"], 0, BYTES)
    assert revision(platform, episode.id) == 1

    arriving.sweep(platform)

    assert revision(platform, episode.id) == 2
