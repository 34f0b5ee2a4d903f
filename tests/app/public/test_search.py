import pytest
from fastapi.testclient import TestClient

from app.actions.search import MOST_WORDS, words_of
from app.models import Transcript
from app.platform import Platform
from tests.factories import make_episode, make_show, publish

SAID = "Größe ist nicht alles, said the “second” chair."


@pytest.fixture
def _talk(platform: Platform) -> None:
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session), "100% Älter_werden")
        episode.transcript = Transcript(
            language="de",
            cues=[{"start_ms": 61_000, "end_ms": 9, "speaker": "Bo", "text": SAID}],
        )
        publish(episode)


@pytest.mark.usefixtures("_talk")
@pytest.mark.parametrize(
    "query", ["größe", "Größe", "ALLES chair", "“second”", "älter", "100%", "r_w"]
)
def test_words_are_found_in_any_case_and_language(
    client: TestClient, query: str
) -> None:
    assert "1 episode" in client.get("/search", params={"q": query}).text


@pytest.mark.usefixtures("_talk")
@pytest.mark.parametrize("query", ["start_ms", "speaker", "chair%alles", "nothing"])
def test_what_nobody_said_is_not_found(client: TestClient, query: str) -> None:
    assert "Nothing was found" in client.get("/search", params={"q": query}).text


@pytest.mark.usefixtures("_talk")
def test_a_quote_leads_to_its_moment(client: TestClient) -> None:
    page = client.get("/search?q=chair").text

    assert '?t=61">at 1:01</a>' in page


def test_an_endless_query_is_cut_short(client: TestClient) -> None:
    assert len(words_of("word " * 1000)) == MOST_WORDS
    assert client.get("/search", params={"q": "x" * 5000}).status_code == 200


def test_a_query_is_shown_as_text(client: TestClient) -> None:
    page = client.get("/search", params={"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in page
