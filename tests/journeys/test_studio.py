"""A host's way: sign in, drop a recording, write, publish; in a real browser."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import APIResponse, Page, Response, Route, expect

from tests.journeys.browsing import PATIENCE
from tests.journeys.conftest import Site

SHOW = (
    *("show", "add", "trainee-talk", "--title", "Trainee Talk"),
    *("--description", "Conversations about learning to be a therapist."),
    *("--language", "en", "--category", "Education", "--author", "Trainees"),
)


@pytest.fixture
def studio(site: Site, cover: Path, page: Page) -> Page:
    """The front page of the studio, signed in."""
    site.commoncast("migrate")
    site.commoncast(*SHOW, "--artwork", str(cover))
    site.start()
    invited = site.commoncast(
        "user", "add", "ada@example.org", "--show", "trainee-talk"
    )
    page.goto(invited.stdout.strip())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My shows")).to_be_visible()
    return page


def test_a_recording_becomes_a_public_episode(
    studio: Page, site: Site, talk: Path
) -> None:
    open_new_episode(studio)
    studio.get_by_label("Recording").set_input_files(talk)
    # The words are written while the recording is on its way and being made.
    studio.get_by_label("Title").fill("First session")
    studio.get_by_label("Show notes").fill("**Welcome**")
    studio.get_by_role("button", name="Show what the notes look like").click()
    expect(studio.locator(".notes strong")).to_have_text("Welcome")
    studio.get_by_label("Everyone heard in this episode").check()
    expect(studio.locator("#standing")).to_contain_text(
        "The sound is ready", timeout=PATIENCE
    )
    expect(studio.get_by_label("Title")).to_have_value("First session")

    studio.get_by_role("button", name="Save and publish now").click()

    expect(studio.locator(".notice")).to_contain_text("Published.")
    public = httpx2.get(f"{site.url}/episodes/first-session")
    assert "<strong>Welcome</strong>" in public.text
    assert "First session" in httpx2.get(f"{site.url}/shows/trainee-talk/feed.xml").text


def test_a_recording_that_arrives_before_its_page_is_followed(
    studio: Page, talk: Path
) -> None:
    sendings: list[Route] = []
    pages: list[tuple[Route, APIResponse]] = []
    studio.route("**/studio/uploads", lambda route: sendings.append(route))
    studio.route(
        "**/studio/episodes/*", lambda route: pages.append((route, route.fetch()))
    )
    open_new_episode(studio)
    studio.get_by_label("Recording").set_input_files(talk)
    while not (sendings and pages):
        studio.wait_for_timeout(50)

    with studio.expect_response(has_arrived):
        sendings[0].continue_()
    page, written_before = pages[0]
    page.fulfill(response=written_before)

    expect(studio.locator("#standing")).to_contain_text(
        "The sound is ready", timeout=PATIENCE
    )


def test_an_interrupted_upload_goes_on_where_it_stopped(
    studio: Page, site: Site, talk: Path
) -> None:
    studio.route("**/studio/uploads/*", lambda route: route.abort())
    open_new_episode(studio)
    studio.get_by_label("Recording").set_input_files(talk)
    expect(studio.get_by_label("Title")).to_have_value("Talk")
    address = studio.url
    studio.on("dialog", lambda dialog: dialog.accept())
    studio.goto(f"{site.url}/studio/shows/trainee-talk/new")
    studio.unroute("**/studio/uploads/*")

    studio.get_by_label("Recording").set_input_files(talk)

    # The same draft, not a second one.
    studio.wait_for_url(address)
    expect(studio.locator("#standing")).to_contain_text(
        "The sound is ready", timeout=PATIENCE
    )


def has_arrived(response: Response) -> bool:
    return response.request.method == "PATCH" and response.status == 204


def open_new_episode(studio: Page) -> None:
    studio.get_by_role("link", name="New episode").click()
    studio.wait_for_url("**/new")  # and for its scripts


REFUSED = "This file is too large: we take up to 1 GB."
REFUSALS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"status": 413, "body": "<h1>413</h1>"}, "lets no large files through"),
    (
        {"status": 413, "body": REFUSED, "headers": {"Tus-Resumable": "1.0.0"}},
        REFUSED,
    ),
    ({"status": 404, "body": "<h1>404</h1>"}, "What has arrived is safe with us"),
)


def test_an_upload_that_is_refused_says_why(
    studio: Page, site: Site, talk: Path
) -> None:
    answers = iter([answer for answer, _ in REFUSALS])
    studio.route("**/studio/uploads", lambda route: route.fulfill(**next(answers)))

    for _, sentence in REFUSALS:
        studio.goto(f"{site.url}/studio/shows/trainee-talk/new")
        studio.get_by_label("Recording").set_input_files(talk)

        status = studio.locator("#standing [role=status]")
        expect(status).to_contain_text(sentence, timeout=PATIENCE)
        expect(studio.get_by_role("button", name="Go on")).to_be_visible()
