from datetime import timedelta

import pytest

from app.actions import rewording
from app.database import now
from app.models import Episode, Show, Transcript, Transcription, User
from app.platform import Platform
from app.studio.transcript_form import LINES_ON_A_PAGE
from tests.app.studio.conftest import Browser, Enter, browser_of
from tests.app.studio.transcript_pages import (
    cues,
    fields_of,
    heard_by_machine,
    texts,
    words_of,
)
from tests.factories import make_show, make_user


@pytest.fixture
def episode(platform: Platform, show: Show) -> Episode:
    with platform.database.session() as session:
        return heard_by_machine(session, show)


@pytest.fixture
def address(episode: Episode) -> str:
    return f"/studio/episodes/{episode.id}/transcript"


def test_an_untouched_form_changes_nothing(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    before = words_of(platform, episode)

    answer = browser.post(address, fields_of(browser.get(address)))

    assert answer.status_code == 303
    after = words_of(platform, episode)
    assert (after.cues, after.version) == (before.cues, before.version)


def test_text_and_names_are_mended(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    fields = fields_of(browser.get(address))

    browser.post(address, fields | {"text-1": "Better.", "speaker-1": "Ada Example"})

    cue = words_of(platform, episode).cues[1]
    assert (cue["text"], cue["speaker"]) == ("Better.", "Ada Example")
    assert cue["start_ms"] == 1000
    assert "Better." in browser.get(f"/episodes/{episode.slug}").text


def test_people_of_the_episode_are_offered_as_speakers(
    browser: Browser, address: str
) -> None:
    assert '<option value="Ada Example">' in browser.get(address).text


def test_a_change_can_be_undone_and_that_one_before_it_too(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    before = texts(platform, episode)
    for text in ("First.", "Second."):
        browser.post(address, fields_of(browser.get(address)) | {"text-0": text})

    for _ in range(2):
        browser.post(f"{address}/undo", fields_of(browser.get(address)))

    assert texts(platform, episode) == before
    assert (
        browser.post(f"{address}/undo", fields_of(browser.get(address))).status_code
        == 409
    )


def test_lines_are_joined_and_deleted(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    chosen = {"chosen": ["0", "1"], "action": "join"}
    browser.post(address, fields_of(browser.get(address)) | chosen)
    pressed = {"chosen": ["1"], "action": "delete"}
    browser.post(address, fields_of(browser.get(address)) | pressed)

    assert texts(platform, episode) == ["Line number 0 & more. Line number 1 & more."]


def test_a_transcript_does_not_lose_its_last_line(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    pressed = {"chosen": ["0", "1", "2"], "action": "delete"}

    answer = browser.post(address, fields_of(browser.get(address)) | pressed)

    assert answer.status_code == 400
    assert "leave nothing" in answer.text
    assert len(texts(platform, episode)) == 3


def test_a_long_transcript_comes_in_pages(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    count = 2 * LINES_ON_A_PAGE + 1
    with platform.database.session() as session:
        session.get_one(Transcript, episode.id).cues = cues(count)

    page = browser.get(f"{address}?page=3")
    last = f"text-{count - 1}"
    browser.post(address, fields_of(page) | {last: "The end."})

    assert 'aria-current="page">3<' in page.text
    assert list(fields_of(page)).count(last) == 1
    assert texts(platform, episode)[-1] == "The end."
    assert len(texts(platform, episode)) == count


@pytest.mark.parametrize("page", ["", "0", "99", "x", "-1", "٣"])
def test_any_page_that_is_asked_for_is_one_that_is_there(
    browser: Browser, address: str, page: str
) -> None:
    assert browser.get(f"{address}?page={page}").status_code == 200


def test_until_somebody_has_read_it_everybody_is_told_that_a_machine_made_it(
    browser: Browser, platform: Platform, episode: Episode, host: User, address: str
) -> None:
    public, said = f"/episodes/{episode.slug}", "Made by a machine, not yet read"
    assert said in browser.get(public).text
    assert said in browser.get(f"/studio/episodes/{episode.id}").text
    for ending in ("vtt", "html", "json", "txt"):
        assert "made by a machine" in browser.get(f"{public}/transcript.{ending}").text

    version = words_of(platform, episode).version
    browser.post(f"{address}/read", {"version": version})

    assert said not in browser.get(public).text
    assert "NOTE" not in browser.get(f"{public}/transcript.vtt").text
    words = words_of(platform, episode)
    assert (words.is_unread, words.reviewed_by_user_id) == (False, host.id)


def test_saving_may_say_in_one_that_all_was_read(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    fields = fields_of(browser.get(address)) | {"text-0": "Better.", "action": "read"}

    browser.post(address, fields)

    assert texts(platform, episode)[0] == "Better."
    assert not words_of(platform, episode).is_unread


def test_hosts_of_other_shows_find_nothing(
    enter: Enter, platform: Platform, address: str
) -> None:
    with platform.database.session() as session:
        make_show(session, "other")
        stranger = make_user(session, "stranger@example.org")
    other = browser_of(enter(stranger))

    assert other.get(address).status_code == 404
    for deed in ("", "/undo", "/read", "/make"):
        assert other.post(f"{address}{deed}").status_code == 404


def test_old_versions_do_not_pile_up(
    platform: Platform, episode: Episode, host: User
) -> None:
    with platform.database.session() as session:
        found = session.get_one(Episode, episode.id)
        for _ in range(rewording.KEPT + 5):
            words = session.get_one(Transcript, episode.id)
            rewording.keep_earlier(found, words)
        session.flush()
        session.expire_all()
        assert len(found.earlier_transcripts) == rewording.KEPT


def test_the_button_asks_for_a_transcript_where_a_model_is(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    with platform.database.session() as session:
        session.get_one(Episode, episode.id).transcript = None
    assert "Make a transcript" not in browser.get(f"/studio/episodes/{episode.id}").text

    answer = browser.post(f"{address}/make")

    assert answer.status_code == 409
    assert "the keeper has set no model" in answer.text


def test_work_in_progress_is_shown(
    browser: Browser, platform: Platform, episode: Episode
) -> None:
    with platform.database.session() as session:
        found = session.get_one(Episode, episode.id)
        found.transcript = None
        found.transcription = Transcription(
            revision=1, fraction=0.4, queued_at=now() - timedelta(minutes=3)
        )

    shown = browser.get(f"/studio/episodes/{episode.id}").text

    assert "A machine will listen" in shown
    assert 'value="40"' in shown
