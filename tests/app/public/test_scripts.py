import pytest
from fastapi.testclient import TestClient

from app.models import Transcript
from app.platform import Platform
from tests.factories import add_words, make_episode, make_show, publish

PAGE = "/episodes/first-session"


@pytest.fixture
def _published(platform: Platform) -> None:
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        publish(add_words(episode, session))


@pytest.fixture
def _untimed(platform: Platform) -> None:
    with platform.database.session() as session:
        episode = publish(make_episode(session, make_show(session)))
        cue = {"start_ms": 0, "end_ms": 0, "speaker": "", "text": "Welcome."}
        episode.transcript = Transcript(language="en", timed=False, cues=[cue])


@pytest.mark.usefixtures("_published")
def test_chapters_are_json_that_any_player_may_fetch(client: TestClient) -> None:
    answer = client.get(f"{PAGE}/chapters.json")

    assert answer.headers["content-type"] == "application/json+chapters"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert [c["startTime"] for c in answer.json()["chapters"]] == [0, 30]


@pytest.mark.parametrize(
    ("ending", "content_type", "words"),
    [
        ("vtt", "text/vtt; charset=utf-8", "<v Ada>Welcome."),
        ("srt", "application/x-subrip; charset=utf-8", "Ada: Welcome."),
        ("json", "application/json", '"speaker": "Ada"'),
        ("txt", "text/plain; charset=utf-8", "Ada: Welcome."),
    ],
)
@pytest.mark.usefixtures("_published")
def test_a_transcript_is_there_in_every_form(
    client: TestClient, ending: str, content_type: str, words: str
) -> None:
    answer = client.get(f"{PAGE}/transcript.{ending}")

    assert answer.headers["content-type"] == content_type
    assert answer.headers["access-control-allow-origin"] == "*"
    assert words in answer.text


@pytest.mark.usefixtures("_untimed")
def test_a_transcript_without_times_is_only_text(client: TestClient) -> None:
    answers = {
        ending: client.get(f"{PAGE}/transcript.{ending}").status_code
        for ending in ("vtt", "srt", "json", "txt")
    }

    assert answers == {"vtt": 404, "srt": 404, "json": 404, "txt": 200}


@pytest.mark.usefixtures("_untimed")
def test_an_episode_without_chapters_has_no_file_of_them(client: TestClient) -> None:
    assert client.get(f"{PAGE}/chapters.json").status_code == 404


@pytest.mark.usefixtures("_published")
@pytest.mark.parametrize("ending", ["doc", "vtt.exe"])
def test_an_unknown_form_is_not_found(client: TestClient, ending: str) -> None:
    assert client.get(f"{PAGE}/transcript.{ending}").status_code == 404


@pytest.mark.usefixtures("_published")
def test_who_holds_the_transcript_gets_no_body(client: TestClient) -> None:
    etag = client.get(f"{PAGE}/transcript.vtt").headers["etag"]

    answer = client.get(f"{PAGE}/transcript.vtt", headers={"If-None-Match": etag})

    assert answer.status_code == 304


@pytest.mark.usefixtures("_published")
def test_asking_for_the_head_gives_the_length_and_no_body(client: TestClient) -> None:
    whole = client.get(
        f"{PAGE}/transcript.vtt", headers={"Accept-Encoding": "identity"}
    )
    head = client.head(
        f"{PAGE}/transcript.vtt", headers={"Accept-Encoding": "identity"}
    )

    assert head.content == b""
    assert head.headers["content-length"] == str(len(whole.content))
