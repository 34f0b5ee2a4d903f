import pytest

from app.models import Episode, Processing, ProcessingState, Show, Upload
from app.platform import Platform
from app.studio.standing import standing, word_for
from tests.app.studio.conftest import Browser
from tests.factories import add_words, make_episode, make_show, make_video, publish


@pytest.fixture
def public(platform: Platform, show: Show) -> Episode:
    with platform.database.session() as session:
        episode = make_episode(session, session.merge(show), "First session")
        return publish(add_words(episode, session))


def test_back_to_a_draft_and_out_again(browser: Browser, public: Episode) -> None:
    address = f"/studio/episodes/{public.id}"

    browser.post(f"{address}/unpublish")
    assert browser.get("/episodes/first-session").status_code == 404

    browser.post(f"{address}/publish")
    assert browser.get("/episodes/first-session").status_code == 200


def test_withdrawing_says_so_for_good(browser: Browser, public: Episode) -> None:
    address = f"/studio/episodes/{public.id}"

    browser.post(f"{address}/withdraw", {"reason": "A guest asked for it."})

    assert browser.get("/episodes/first-session").status_code == 410
    page = browser.get(address).text
    assert "A guest asked for it." in page
    assert 'id="words"' not in page


def test_deleting_goes_back_to_the_show(
    browser: Browser, public: Episode, show: Show, platform: Platform
) -> None:
    answer = browser.post(f"/studio/episodes/{public.id}/delete")

    assert answer.headers["location"] == f"/studio/shows/{show.slug}?done=deleted"
    with platform.database.reading() as session:
        assert session.get(Episode, public.id) is None


def test_what_failed_waits_for_a_button(
    browser: Browser, public: Episode, platform: Platform
) -> None:
    with platform.database.session() as session:
        processing = session.get_one(Episode, public.id).processings[0]
        processing.state, processing.sentence = ProcessingState.FAILED, "The disk."
    address = f"/studio/episodes/{public.id}"
    assert "Try again" in browser.get(f"{address}/progress").text

    browser.post(f"{address}/retry")

    page = browser.get(f"{address}/progress").text
    assert "Waiting for its turn" in page
    assert "data-moving" in page


def test_an_unknown_step_is_not_there(browser: Browser, public: Episode) -> None:
    assert browser.get(f"/studio/episodes/{public.id}/explode").status_code == 404


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (ProcessingState.QUEUED, "working"),
        (ProcessingState.RUNNING, "working"),
        (ProcessingState.READY, "ready"),
        (ProcessingState.REFUSED, "refused"),
        (ProcessingState.FAILED, "failed"),
    ],
)
def test_every_state_of_the_work_has_a_word(
    platform: Platform, state: ProcessingState, word: str
) -> None:
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        episode.processings[0].state = state

        assert standing(episode).word == word_for(episode) == word


def test_a_new_recording_of_a_public_episode_is_what_matters(
    platform: Platform,
) -> None:
    with platform.database.session() as session:
        episode = publish(make_video(session, make_show(session), "Film"))
        assert word_for(episode) == "published"

        episode.revision = 2
        episode.processings.append(
            Processing(revision=2, state=ProcessingState.REFUSED, sentence="No sound.")
        )

        assert word_for(episode) == "refused"


def test_an_upload_is_told_in_per_cent(platform: Platform) -> None:
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        upload = Upload(filename="talk.wav", length=200)

        told = standing(episode, upload, 124)

    assert (told.percent, told.sentence) == (62, "62 % of talk.wav has arrived.")
