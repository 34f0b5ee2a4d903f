import pytest
from fastapi.testclient import TestClient

from app.models import User
from app.platform import Platform
from app.settings import Settings
from app.studio.session import PLAIN_COOKIE, SAFE_COOKIE, cookie_name
from tests.app.studio.conftest import Browser, Enter, token_for


def test_opening_the_link_does_not_use_it_up(
    app_client: TestClient, platform: Platform, host: User
) -> None:
    token = token_for(platform, host)

    for _ in range(3):
        door = app_client.get(f"/studio/sign-in?token={token}")
        assert "set-cookie" not in door.headers

    entered = app_client.post("/studio/sign-in", data={"token": token})
    assert entered.headers["location"] == "/studio/arrived"
    assert app_client.get("/studio/arrived").headers["location"] == "/studio"


def test_a_browser_that_keeps_no_cookie_is_told(app_client: TestClient) -> None:
    answer = app_client.get("/studio/arrived")

    assert answer.status_code == 400
    assert "did not keep the cookie" in answer.text


def test_the_cookie_is_for_this_site_alone(
    app_client: TestClient, platform: Platform, host: User
) -> None:
    token = token_for(platform, host)

    answer = app_client.post("/studio/sign-in", data={"token": token})

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-commoncast=")
    for promise in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=2592000"):
        assert promise in cookie
    assert "Domain" not in cookie


def test_a_spent_link_is_answered_by_a_sentence(app_client: TestClient) -> None:
    answer = app_client.post("/studio/sign-in", data={"token": "spent"})

    assert answer.status_code == 403
    assert "Please ask for a new one" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_link_is_not_redeemed_for_another_site(
    app_client: TestClient, platform: Platform, host: User
) -> None:
    answer = app_client.post(
        "/studio/sign-in",
        data={"token": token_for(platform, host)},
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status_code == 403


def test_a_stranger_cannot_make_us_read_much(app_client: TestClient) -> None:
    answer = app_client.post("/studio/sign-in", data={"token": "x" * 100_000})

    assert answer.status_code == 413


def test_signing_in_again_ends_the_session_before(
    enter: Enter, platform: Platform, host: User
) -> None:
    client = enter(host)
    before = client.cookies[SAFE_COOKIE]

    client.post("/studio/sign-in", data={"token": token_for(platform, host)})

    assert client.cookies[SAFE_COOKIE] != before
    client.cookies.clear()
    old = client.get("/studio", headers={"Cookie": f"{SAFE_COOKIE}={before}"})
    assert old.headers["location"] == "/studio/sign-in"


def test_signing_out_takes_the_cookie_back(browser: Browser) -> None:
    answer = browser.post("/studio/sign-out")

    assert 'commoncast="";' in answer.headers["set-cookie"]
    assert browser.get("/studio").headers["location"] == "/studio/sign-in"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://cast.example", SAFE_COOKIE),
        ("http://127.0.0.1:8000", SAFE_COOKIE),
        ("http://localhost:8000", SAFE_COOKIE),
        ("http://192.168.1.7:8000", PLAIN_COOKIE),
    ],
)
def test_only_a_site_on_plain_http_for_others_has_a_plain_cookie(
    settings: Settings, address: str, name: str
) -> None:
    platform = Platform.open(settings.model_copy(update={"public_url": address}))

    assert cookie_name(platform) == name
    platform.close()
