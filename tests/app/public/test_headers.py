"""What browsers are told on every public route, whatever it answers."""

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.page.security import routes_of
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_show, make_video, publish


@pytest.fixture
def addresses(settings: Settings, platform: Platform) -> list[str]:
    """Every public route, once with names that exist and once with others."""
    with platform.database.session() as session:
        film = publish(make_video(session, make_show(session), "A film"))
    known = {"slug": film.slug, "episode_id": film.id, "show": "demo"}
    known |= {"key:path": film.renditions[0].key, "ending": "vtt"}
    unknown = {"topic": "x", "person": "x"}
    routes = [route.path or "" for route in routes_of(create_app(settings))]
    public = [path for path in routes if not path.startswith("/studio")]
    return [_filled(path, known | unknown) for path in public] + [
        _filled(path, dict.fromkeys(known | unknown, "x")) for path in public
    ]


def _filled(path: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def test_every_answer_is_safe_and_nobody_gets_a_cookie(
    client: TestClient, addresses: list[str]
) -> None:
    for address in addresses:
        answer = client.get(address, follow_redirects=False)

        policy = answer.headers["content-security-policy"]
        assert "'unsafe" not in policy, address
        assert "default-src 'none'" in policy, address
        assert answer.headers["x-content-type-options"] == "nosniff", address
        assert answer.headers["referrer-policy"], address
        assert "set-cookie" not in answer.headers, address


def test_head_answers_what_get_would(client: TestClient, addresses: list[str]) -> None:
    for address in addresses:
        by_get, by_head = client.get(address), client.head(address)

        assert by_head.status_code == by_get.status_code, address


def test_only_the_embedded_player_may_stand_in_a_frame(
    client: TestClient, addresses: list[str]
) -> None:
    for address in addresses:
        policy = client.get(address).headers["content-security-policy"]
        framed = policy.rpartition("frame-ancestors ")[2]

        assert framed == ("*" if address.startswith("/embed/") else "'none'"), address


def test_nothing_on_a_page_comes_from_elsewhere(
    client: TestClient, addresses: list[str]
) -> None:
    for address in addresses:
        page = client.get(address).text

        for attribute in ('src="http', "src='http", 'src="//'):
            ours = page.replace('src="https://cast.example/', "")
            assert attribute not in ours, address


def test_style_and_scripts_are_kept_for_ever(client: TestClient) -> None:
    page = client.get("/").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]

    answer = client.get(address)

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/css")
    assert ":root" in answer.text


def test_a_bucket_beside_the_site_may_send_media_and_nothing_else(
    settings: Settings, platform: Platform
) -> None:
    elsewhere = settings.model_copy(update={"media_url": "https://cdn.example"})

    answer = TestClient(create_app(elsewhere)).get("/healthz")

    parts = answer.headers["content-security-policy"].split("; ")
    allowed = {part.split()[0] for part in parts if "https://cdn.example" in part}
    assert allowed == {"img-src", "media-src", "connect-src"}
