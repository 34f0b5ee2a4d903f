from datetime import timedelta

import pytest
from httpx2 import Response
from sqlalchemy import select

from app.database import now
from app.models import Episode, Show, Transcript, User
from app.platform import Platform
from app.studio.episode_form import CONSENT, words_of
from tests.app.studio.conftest import Browser
from tests.factories import add_words, make_episode, publish

WORDS = {
    "title": "What supervision is for",
    "summary": "Two supervisors talk.",
    "notes": "**Bold** <script>alert(1)</script> [link](javascript:alert(1))",
    "topics": "Supervision, First session",
    "people": "Ada Example: host\nBo Example",
    "chapters": "00:00 Welcome\n00:30 The middle",
    "season": "1",
    "number": "2",
    "kind": "full",
    "language": "en-GB",
    "consent": "yes",
    "action": "save",
}


@pytest.fixture
def draft(platform: Platform, show: Show) -> Episode:
    with platform.database.session() as session:
        return make_episode(session, session.merge(show), "Zoom0001")


def save(browser: Browser, episode: Episode, **changed: str) -> Response:
    return browser.post(f"/studio/episodes/{episode.id}", WORDS | changed)


def test_every_word_is_kept(
    browser: Browser, platform: Platform, draft: Episode, host: User
) -> None:
    answer = save(browser, draft)

    assert answer.headers["location"] == f"/studio/episodes/{draft.id}?done=saved"
    with platform.database.reading() as session:
        kept = session.get_one(Episode, draft.id)
        assert (kept.title, kept.season, kept.number) == (WORDS["title"], 1, 2)
        assert kept.language == "en-gb"
        assert [t.title for t in kept.topics] == ["First session", "Supervision"]
        assert [c.person.name for c in kept.credits] == ["Ada Example", "Bo Example"]
        assert [c.start_ms for c in kept.chapters] == [0, 30_000]
        assert kept.consents[0].statement == CONSENT
        assert kept.consents[0].by_user_id == host.id


def test_what_was_kept_stands_in_the_form_again(
    browser: Browser, draft: Episode
) -> None:
    save(browser, draft)

    page = browser.get(f"/studio/episodes/{draft.id}").text

    for words in ("Two supervisors talk.", "Ada Example: host", "0:30 The middle"):
        assert words in page
    assert "Noted on" in page


@pytest.mark.parametrize(("given", "told"), [("en-gb", "de"), ("es", "es")])
def test_the_transcript_follows_the_language_unless_it_is_a_translation(
    browser: Browser, platform: Platform, draft: Episode, given: str, told: str
) -> None:
    save(browser, draft)
    with platform.database.session() as session:
        session.add(Transcript(episode_id=draft.id, language=given, cues=[]))

    save(browser, draft, language="de")

    with platform.database.reading() as session:
        assert session.get_one(Transcript, draft.id).language == told


def test_notes_are_shown_without_anything_that_could_act(
    browser: Browser, draft: Episode
) -> None:
    shown = browser.post(
        f"/studio/episodes/{draft.id}/notes", {"notes": WORDS["notes"]}
    ).text

    assert "<strong>Bold</strong>" in shown
    assert "<script" not in shown
    assert "href" not in shown


def test_the_address_follows_the_title_until_somebody_knows_it(
    browser: Browser, platform: Platform, draft: Episode
) -> None:
    save(browser, draft)
    assert slug(platform, draft) == "what-supervision-is-for"

    with platform.database.session() as session:
        publish(session.get_one(Episode, draft.id))
    save(browser, draft, title="Another title")

    assert slug(platform, draft) == "what-supervision-is-for"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", " ", "Please give the episode a title."),
        ("title", "x" * 300, "Please keep the title under 200 characters."),
        ("summary", "x" * 2000, "Please keep this under 1000 characters."),
        ("notes", "x" * 30_000, "Please keep the notes under 20000 characters."),
        ("topics", ",".join("abcdefghijkl"), "Please choose at most 10 topics."),
        ("chapters", "not a chapter", "No chapters were found"),
        ("number", "two", "Please write a number"),
        ("season", "-1", "Please write a number"),
        ("number", "9" * 30, "Please write a number"),
        ("kind", "series", "Please choose one of these."),
        ("language", "klingon", "Please write a code"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    browser: Browser,
    platform: Platform,
    draft: Episode,
    field: str,
    typed: str,
    sentence: str,
) -> None:
    answer = save(browser, draft, **{field: typed})

    assert answer.status_code == 400
    assert f'id="{field}-problem">{sentence}' in answer.text
    assert "Ada Example: host" in answer.text
    with platform.database.reading() as session:
        assert session.get_one(Episode, draft.id).title == "Zoom0001"


def test_files_of_words_are_read(
    browser: Browser, platform: Platform, draft: Episode
) -> None:
    vtt = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome.\n"
    files = {"transcript": ("talk.vtt", vtt), "chapters_file": ("c.txt", b"0:05 Now")}

    browser.post(f"/studio/episodes/{draft.id}", WORDS, files=files)

    with platform.database.reading() as session:
        kept = session.get_one(Episode, draft.id)
        assert kept.transcript is not None
        assert kept.transcript.cues[0]["text"] == "Welcome."
        assert [c.title for c in kept.chapters] == ["Now"]


def test_links_and_exact_times_of_chapters_survive_an_edit(
    browser: Browser, platform: Platform, draft: Episode
) -> None:
    with platform.database.session() as session:
        episode = add_words(session.get_one(Episode, draft.id), session)
        episode.chapters[0].link = "https://example.org"
        episode.chapters[1].start_ms = 30_250
    with platform.database.reading() as session:
        shown = words_of(session.get_one(Episode, draft.id)).values["chapters"]

    save(browser, draft, chapters=shown.replace("Welcome", "Hello"))

    with platform.database.reading() as session:
        kept = session.get_one(Episode, draft.id).chapters
        assert (kept[0].title, kept[0].link) == ("Hello", "https://example.org")
        assert kept[1].start_ms == 30_250


def test_a_picture_that_is_none_is_refused_and_the_words_are_kept(
    browser: Browser, platform: Platform, draft: Episode
) -> None:
    files = {"artwork": ("cover.jpg", b"not a picture")}

    answer = browser.post(f"/studio/episodes/{draft.id}", WORDS, files=files)

    assert answer.status_code == 400
    assert 'id="artwork-problem"' in answer.text
    assert slug(platform, draft) == "what-supervision-is-for"


def test_publishing_needs_consent(browser: Browser, draft: Episode) -> None:
    answer = save(browser, draft, consent="", action="publish")

    assert answer.status_code == 400
    assert "Please confirm that everyone who is heard has agreed." in answer.text


def test_saving_and_publishing_is_one_button(
    browser: Browser, platform: Platform, draft: Episode
) -> None:
    save(browser, draft, action="publish")

    with platform.database.reading() as session:
        assert session.get_one(Episode, draft.id).is_public
    assert browser.get("/episodes/what-supervision-is-for").status_code == 200


def test_a_date_is_read_in_the_time_of_the_browser(
    browser: Browser, platform: Platform, draft: Episode
) -> None:
    later = (now() + timedelta(days=2)).replace(second=0, microsecond=0)
    typed = f"{later + timedelta(hours=8):%Y-%m-%dT%H:%M}"  # as in Malaysia

    save(browser, draft, action="schedule", publish_at=typed, utc_offset_minutes="-480")

    with platform.database.reading() as session:
        kept = session.scalar(select(Episode.publish_at))
    assert kept == later


@pytest.mark.parametrize("typed", ["", "tomorrow", "2020-01-01T10:00"])
def test_a_date_that_cannot_be_is_refused(
    browser: Browser, draft: Episode, typed: str
) -> None:
    answer = save(browser, draft, action="schedule", publish_at=typed)

    assert answer.status_code == 400
    assert 'id="publish_at-problem"' in answer.text


def slug(platform: Platform, episode: Episode) -> str:
    with platform.database.reading() as session:
        return session.get_one(Episode, episode.id).slug
