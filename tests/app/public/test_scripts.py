from dataclasses import asdict

import pytest
from fastapi.testclient import TestClient

from app.models import Transcript
from app.platform import Platform
from media_pipeline.pictures.storyboard import Layout
from media_pipeline.words.captions import read_transcript
from tests.factories import (
    SHA256,
    add_words,
    make_episode,
    make_rendition,
    make_show,
    make_video,
    publish,
)

PAGE, FILM = "/episodes/first-session", "/episodes/a-film"


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
        ("html", "text/html; charset=utf-8", "<cite>Ada:</cite>"),
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
        for ending in ("vtt", "srt", "json", "html", "txt")
    }

    assert answers == {"vtt": 404, "srt": 404, "json": 404, "html": 200, "txt": 200}


@pytest.mark.parametrize(
    ("ending", "content_type", "words"),
    [
        ("psc", "application/xml", 'start="00:00:30.000" title="What supervision'),
        ("vtt", "text/vtt; charset=utf-8", "00:00:30.000 --> 00:01:33.400\nWhat"),
        ("txt", "text/plain; charset=utf-8", "00:00:30 What supervision is for\n"),
    ],
)
@pytest.mark.usefixtures("_published")
def test_chapters_are_there_in_every_form(
    client: TestClient, ending: str, content_type: str, words: str
) -> None:
    answer = client.get(f"{PAGE}/chapters.{ending}")

    assert answer.headers["content-type"] == content_type
    assert answer.headers["access-control-allow-origin"] == "*"
    assert words in answer.text


@pytest.mark.parametrize("ending", ["json", "vtt", "srt", "html"])
@pytest.mark.usefixtures("_published")
def test_what_is_served_reads_as_it_was_written(
    client: TestClient, ending: str
) -> None:
    data = client.get(f"{PAGE}/transcript.{ending}").content

    cues = read_transcript(data, "transcript").cues
    assert [(c.start_seconds, c.speaker, c.text) for c in cues] == [
        (0, "Ada", "Welcome."),
        (4, "Bo", "Thank you."),
    ]


@pytest.fixture
def _filmed(platform: Platform) -> None:
    with platform.database.session() as session:
        film = add_words(make_video(session, make_show(session), "A film"), session)
        layout = Layout(93.4, 4, 160, 90, 5, 5)
        details = {"layout": asdict(layout)}
        film.renditions += [
            make_rendition(film.id, "storyboard"),
            make_rendition(film.id, "storyboard-map", details=details),
            make_rendition(
                film.id, "chapter-image", name="2", details={"start_ms": 30_000}
            ),
        ]
        publish(film)


@pytest.mark.usefixtures("_filmed")
def test_the_player_finds_the_small_pictures_of_a_film(client: TestClient) -> None:
    page, answer = client.get(FILM).text, client.get(f"{FILM}/storyboard.vtt")

    assert f'kind="metadata" src="{FILM}/storyboard.vtt" label="thumbnails"' in page
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    assert "\n\n00:00:04.000 --> 00:00:08.000\nhttp" in answer.text
    assert f"/{SHA256[:32]}.jpg#xywh=160,0,160,90" in answer.text


@pytest.mark.usefixtures("_filmed")
def test_chapters_bring_the_picture_of_where_they_begin(client: TestClient) -> None:
    first, second = client.get(f"{FILM}/chapters.json").json()["chapters"]

    assert "img" not in first
    assert second["img"].endswith(f"{SHA256[:32]}.jpg")
    assert f'<img src="{second["img"]}" alt="" loading="lazy"' in client.get(FILM).text


@pytest.mark.usefixtures("_published")
def test_a_talk_has_no_small_pictures(client: TestClient) -> None:
    assert client.get(f"{PAGE}/storyboard.vtt").status_code == 404
    assert "thumbnails" not in client.get(PAGE).text


@pytest.mark.usefixtures("_untimed")
@pytest.mark.parametrize("ending", ["json", "psc", "vtt", "txt"])
def test_an_episode_without_chapters_has_no_file_of_them(
    client: TestClient, ending: str
) -> None:
    assert client.get(f"{PAGE}/chapters.{ending}").status_code == 404


@pytest.mark.parametrize(
    "file", ["chapters.psc", "chapters.vtt", "transcript.html", "storyboard.vtt"]
)
def test_the_words_of_a_draft_are_nobodys(
    client: TestClient, platform: Platform, file: str
) -> None:
    with platform.database.session() as session:
        add_words(make_episode(session, make_show(session)), session)

    assert client.get(f"{PAGE}/{file}").status_code == 404


@pytest.mark.usefixtures("_published")
@pytest.mark.parametrize("ending", ["doc", "vtt.exe"])
def test_an_unknown_form_is_not_found(client: TestClient, ending: str) -> None:
    assert client.get(f"{PAGE}/transcript.{ending}").status_code == 404
    assert client.get(f"{PAGE}/chapters.{ending}").status_code == 404


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
