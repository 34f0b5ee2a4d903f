import json
import re

from fastapi.testclient import TestClient

from app.platform import Platform
from tests.factories import (
    add_words,
    make_episode,
    make_show,
    make_video,
    publish,
)


def fill(platform: Platform) -> None:
    """A show with a podcast and a film, both public, and a draft."""
    with platform.database.session() as session:
        show = make_show(session)
        podcast = add_words(make_episode(session, show, "Hello supervision"), session)
        podcast.notes_html = "<p>More to <strong>read</strong>.</p>"
        film = make_video(session, show, "Watching closely")
        film.topics = podcast.topics
        publish(podcast)
        publish(film)
        make_episode(session, show, "Still a secret")


def test_a_fresh_site_says_that_it_is_fresh(client: TestClient) -> None:
    page = client.get("/").text

    assert "still to come" in page


def test_every_page_of_a_fresh_site_has_words_of_its_own(client: TestClient) -> None:
    for path in ("/shows", "/videos", "/topics", "/search", "/search?q=x"):
        answer = client.get(path)

        assert answer.status_code == 200
        assert "<h1>" in answer.text


def test_the_front_page_shows_what_is_public_and_nothing_else(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    page = client.get("/").text

    assert "Hello supervision" in page
    assert "Watching closely" in page
    assert "Still a secret" not in page


def test_films_and_podcasts_are_told_apart(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    videos = client.get("/videos").text

    assert "Watching closely" in videos
    assert "Hello supervision" not in videos


def test_a_topic_brings_both_kinds_together_and_can_part_them(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    both = client.get("/topics/supervision").text
    podcasts = client.get("/topics/supervision?kind=podcast").text

    assert "Hello supervision" in both
    assert "Watching closely" in both
    assert "Watching closely" not in podcasts


def test_a_show_tells_every_app_where_its_feed_is(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    page = client.get("/shows/demo").text

    assert 'type="application/rss+xml"' in page
    assert "https://cast.example/shows/demo/feed.xml" in page
    assert "https://pcasts.in/feed/cast.example/shows/demo/feed.xml" in page


def test_the_qr_code_of_a_feed_is_a_picture(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    answer = client.get("/shows/demo/qr.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert "<svg" in answer.text


def test_an_episode_can_be_heard_and_read_without_scripts(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    page = client.get("/episodes/hello-supervision").text

    assert re.search(r'<audio[^>]* controls[^>]* src="/audio/[0-9a-f]{32}\.mp3"', page)
    assert "?t=30" in page
    assert "What supervision is for" in page
    assert "<strong>read</strong>" in page
    assert re.search(r'href="/episodes/hello-supervision\?t=4"[^>]*>Thank you\.', page)


def test_a_link_with_a_time_begins_there(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    page = client.get("/episodes/hello-supervision?t=93.5").text

    assert ".mp3#t=93.5" in page


def test_a_film_has_a_poster_and_its_sizes_for_the_player(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    page = client.get("/episodes/watching-closely").text

    assert re.search(r'<video[^>]* poster="https://cast.example/media/public/', page)
    assert re.search(r'data-hls="https://cast.example/media/public/[^"]*\.m3u8"', page)


def test_search_engines_learn_what_an_episode_is(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    page = client.get("/episodes/watching-closely").text
    said = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)

    kinds = {json.loads(one)["@type"] for one in said}
    assert kinds == {"PodcastEpisode", "VideoObject"}


def test_a_title_cannot_become_markup(client: TestClient, platform: Platform) -> None:
    evil = '</script><script>alert("1")</script>'
    with platform.database.session() as session:
        publish(make_episode(session, make_show(session), evil, slug="evil"))

    page = client.get("/episodes/evil").text

    assert "<script>alert" not in page


def test_a_sentence_is_found_where_it_was_said(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    page = client.get("/search?q=THANK").text

    assert "Thank you." in page
    assert "/episodes/hello-supervision?t=4" in page


def test_a_person_has_a_page_only_while_they_are_heard(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    assert "Hello supervision" in client.get("/people/ada-example").text
    assert client.get("/people/nobody").status_code == 404


def test_an_episode_can_be_embedded_in_other_sites(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)
    address = "https://cast.example/episodes/watching-closely"

    answer = client.get("/oembed", params={"url": address, "maxwidth": 480}).json()

    assert answer["type"] == "video"
    assert 'src="https://cast.example/embed/watching-closely"' in answer["html"]
    assert answer["width"] == 480


def test_any_page_can_be_named_by_other_sites(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    for path, title in [
        ("", "Commoncast"),
        ("/videos", "Commoncast"),
        ("/shows/demo", "Trainee Talk"),
        ("/topics/supervision?kind=video", "Supervision"),
        ("/people/ada-example", "Ada Example"),
    ]:
        address = f"https://cast.example{path}"
        answer = client.get("/oembed", params={"url": address}).json()
        assert (answer["type"], answer["title"]) == ("link", title)


def test_only_our_own_episodes_are_embedded(client: TestClient) -> None:
    for address in (
        "https://evil.example/episodes/x",
        "https://cast.example.evil/episodes/x",
        "https://cast.example/studio",
        "javascript:alert(1)",
    ):
        answer = client.get("/oembed", params={"url": address})

        assert answer.status_code == 404


def test_the_sitemap_lists_what_is_public(
    client: TestClient, platform: Platform
) -> None:
    fill(platform)

    answer = client.get("/sitemap.xml")

    assert answer.headers["content-type"].startswith("application/xml")
    assert "https://cast.example/episodes/hello-supervision" in answer.text
    assert "still-a-secret" not in answer.text
