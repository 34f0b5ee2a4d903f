import pytest

from app.actions import details
from app.models import Episode, Show
from app.platform import Platform
from tests.app.studio.conftest import Browser
from tests.app.studio.transcript_pages import (
    fields_of,
    heard_by_machine,
    texts,
    words_of,
)


@pytest.fixture
def episode(platform: Platform, show: Show) -> Episode:
    with platform.database.session() as session:
        return heard_by_machine(session, show)


@pytest.fixture
def address(episode: Episode) -> str:
    return f"/studio/episodes/{episode.id}/transcript"


def test_whoever_comes_second_is_told_and_loses_nothing(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    fields = fields_of(browser.get(address))
    browser.post(address, fields | {"text-0": "Theirs."})

    answer = browser.post(address, fields | {"text-0": "Mine.", "text-1": "Also mine."})

    assert answer.status_code == 409
    assert "Somebody else has changed this transcript" in answer.text
    assert texts(platform, episode)[0] == "Theirs."
    again = fields_of(answer)
    assert (again["text-0"], again["text-1"]) == ("Mine.", "Also mine.")
    assert "Theirs." in answer.text
    browser.post(address, again)
    assert texts(platform, episode)[:2] == ["Mine.", "Also mine."]


def test_a_line_that_was_not_touched_keeps_what_somebody_else_wrote(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    fields = fields_of(browser.get(address))
    browser.post(address, fields | {"text-0": "Theirs."})

    answer = browser.post(address, fields | {"text-2": "Mine."})

    assert fields_of(answer)["text-0"] == "Theirs."
    browser.post(address, fields_of(answer))
    assert texts(platform, episode)[0] == "Theirs."
    assert texts(platform, episode)[2] == "Mine."


def test_a_line_that_is_gone_meanwhile_is_given_back_as_text(
    browser: Browser, address: str
) -> None:
    fields = fields_of(browser.get(address))
    pressed = {"chosen": ["1"], "action": "delete"}
    browser.post(address, fields | pressed)

    answer = browser.post(address, fields | {"text-1": "Much work."})

    assert answer.status_code == 409
    assert "have no place" in answer.text
    assert "Much work." in answer.text


def test_an_upload_meanwhile_is_not_overwritten(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    fields = fields_of(browser.get(address))
    with platform.database.session() as session:
        found = session.get_one(Episode, episode.id)
        details.set_transcript(found, b"Our own words.", "words.txt")

    answer = browser.post(address, fields | {"text-0": "Mine."})

    assert answer.status_code == 409
    assert texts(platform, episode) == ["Our own words."]
    browser.post(f"{address}/undo", fields_of(browser.get(address)))
    assert len(texts(platform, episode)) == 3


def test_what_a_machine_wrote_is_unread_and_timed_again_when_a_file_is_undone(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    with platform.database.session() as session:
        found = session.get_one(Episode, episode.id)
        details.set_transcript(found, b"Our own words.", "words.txt", "de")

    browser.post(f"{address}/undo", fields_of(browser.get(address)))

    words = words_of(platform, episode)
    assert (words.is_unread, words.made_by) == (True, "little")
    assert (words.timed, words.language) == (True, "en")
    assert browser.get(f"/episodes/{episode.slug}/transcript.vtt").status_code == 200


def test_paragraphs_get_no_times_when_captions_are_undone(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    with platform.database.session() as session:
        found = session.get_one(Episode, episode.id)
        details.set_transcript(found, b"Our own words.", "words.txt")
        vtt = b"WEBVTT\n\n00:00.000 --> 00:01.000\nOur own words."
        details.set_transcript(found, vtt, "words.vtt")

    browser.post(f"{address}/undo", fields_of(browser.get(address)))

    assert not words_of(platform, episode).timed


def test_a_change_that_is_undone_was_read_all_the_same(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    fields = fields_of(browser.get(address)) | {"text-0": "Better.", "action": "read"}
    browser.post(address, fields)

    browser.post(f"{address}/undo", fields_of(browser.get(address)))

    assert not words_of(platform, episode).is_unread


def test_what_cannot_be_kept_comes_back_with_a_sentence(
    browser: Browser, address: str
) -> None:
    fields = fields_of(browser.get(address))

    answer = browser.post(address, fields | {"text-0": "x" * 6000, "text-1": "Mine."})

    assert answer.status_code == 400
    assert "under 5000 characters" in answer.text
    assert fields_of(answer)["text-1"] == "Mine."


def test_only_what_was_read_counts_as_read(
    browser: Browser, platform: Platform, episode: Episode, address: str
) -> None:
    version = words_of(platform, episode).version
    browser.post(address, fields_of(browser.get(address)) | {"text-0": "Changed."})

    answer = browser.post(f"{address}/read", {"version": version})

    assert answer.status_code == 409
    assert words_of(platform, episode).is_unread
