"""A visitor with a real browser: watches, reads along, and is not watched."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.conftest import Site, needs, record
from tests.journeys.visit import CHROMIUM, LIGHT_AND_DARK, Visit

WORDS = """WEBVTT

00:00.000 --> 00:02.000
<v Ada>Welcome to the first session.

00:02.000 --> 00:04.000
<v Bo>Thank you for the chair.

00:04.000 --> 00:06.000
<v Ada>Take your time.
"""
PAGES = [
    "/",
    "/shows",
    "/shows/demo",
    "/videos",
    "/topics",
    "/topics/listening",
    "/people/ada",
    "/search?q=chair",
    "/episodes/a-talk",
    "/episodes/a-film",
    "/embed/a-talk",
    "/embed/a-film",
    "/nothing",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a talk and a film, made by the real pipeline."""
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder)
    Image.new("RGB", (1400, 1400), "#2f5d57").save(folder / "cover.png")
    (folder / "words.vtt").write_text(WORDS)
    (folder / "chapters.txt").write_text("00:00:00 Welcome\n00:00:03 The chair\n")
    site.start()
    show = ["--title", "Trainee Talk", "--description", "Conversations.", "--language"]
    show += ["en", "--category", "Health & Fitness > Mental Health", "--author", "Ada"]
    run(site, "show", "add", "demo", *show, "--artwork", str(folder / "cover.png"))
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-pix_fmt"]
    publish(site, record(folder / "talk.wav", "-t", "8"), "A talk")
    film = record(folder / "film.mp4", *picture, "yuv420p", "-t", "8")
    publish(site, film, "A film")
    yield site
    site.stop()


def publish(site: Site, recording: Path, title: str) -> None:
    words = ["--transcript", str(site.folder / "words.vtt")]
    words += ["--chapters", str(site.folder / "chapters.txt")]
    about = ["--summary", "One hour.", "--topic", "Listening", "--person", "Ada:host"]
    publish = ["publish", str(recording), "--show", "demo", "--title", title]
    run(site, *publish, *about, *words, "--consent-held", "--json")


def run(site: Site, *arguments: str) -> None:
    done = site.commoncast(*arguments)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    needs("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(
    browser: Browser, site: Site, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    context = browser.new_context(**getattr(request, "param", {}))
    context.set_default_timeout(20_000)
    page = context.new_page()
    visit = Visit(page, site, [], [])
    page.on("request", lambda request: visit.asked.append(request.url))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on(
        "console",
        lambda m: visit.complaints.append(m.text) if m.type == "error" else None,
    )
    yield visit
    context.close()


@pytest.mark.parametrize("visit", LIGHT_AND_DARK, indirect=True)
def test_every_page_can_be_used_by_everybody(visit: Visit) -> None:
    for path in PAGES:
        page = visit.open(path)

        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(wide), f"{path} scrolls sideways"
        assert visit.problems() == [], path


def test_no_page_asks_anybody_else_or_breaks_its_own_policy(visit: Visit) -> None:
    for path in PAGES:
        visit.open(path)

    strangers = [
        address
        for address in visit.asked
        if not address.startswith((visit.site.url, "data:", "blob:"))
    ]
    assert strangers == []
    assert [c for c in visit.complaints if "404" not in c] == []
    assert visit.page.context.cookies() == []


def test_a_film_plays_in_sizes_that_are_fetched_when_somebody_watches(
    visit: Visit,
) -> None:
    page = visit.open("/episodes/a-film")
    assert not any("/hls-" in address for address in visit.asked)

    page.get_by_role("button", name="play", exact=True).click()
    visit.until("player.currentTime > 1 && player.src.startsWith('blob:')")

    assert any(re.search(r"/hls-\w+\.js", address) for address in visit.asked)
    assert any(address.endswith(".m3u8") for address in visit.asked)
    assert visit.media("videoWidth") == 320
    assert visit.complaints == []


def test_without_its_sizes_a_film_still_plays(visit: Visit) -> None:
    visit.page.route("**/*.m3u8", lambda route: route.abort())
    page = visit.open("/episodes/a-film")

    page.get_by_role("button", name="play", exact=True).click()

    visit.until("player.currentTime > 1 && player.src.endsWith('.mp4')")


@pytest.mark.parametrize("path", ["/episodes/a-talk", "/episodes/a-film"])
def test_a_line_of_the_transcript_leads_to_its_moment(visit: Visit, path: str) -> None:
    page = visit.open(path)

    page.get_by_role("link", name="Take your time.").click()

    visit.until("player.currentTime > 4")
    # The player tells its time a few times a second, not at once.
    current = page.locator(".lines [aria-current]", has_text="Take your time.")
    current.wait_for()
    assert page.locator(".lines [aria-current]").count() == 1
    assert page.url.endswith("?t=4")


def test_a_chapter_is_marked_while_it_is_heard(visit: Visit) -> None:
    page = visit.open("/episodes/a-talk")

    page.locator(".chapters a", has_text="The chair").click()

    page.locator(".chapters [aria-current]", has_text="The chair").wait_for()


PREVIEW = """() => {
  const bar = document.querySelector("media-time-range");
  const small = bar.shadowRoot.querySelector("media-preview-thumbnail");
  const image = small.shadowRoot.querySelector("img");
  return image.naturalWidth && bar.getAttribute("mediapreviewchapter");
}"""


def test_the_seek_bar_shows_where_it_would_lead(visit: Visit) -> None:
    page = visit.open("/episodes/a-film")
    bar = page.locator("media-time-range")
    width = (bar.bounding_box() or {"width": 0})["width"]

    # Once the guides are there; browsers fetch them when they like to.
    page.wait_for_function(
        "() => [...document.querySelector('[data-player]').textTracks]"
        ".filter(t => ['chapters', 'metadata'].includes(t.kind))"
        ".every(t => t.cues?.length)"
    )
    for share in (0.7, 0.72):
        bar.hover(position={"x": share * width, "y": 20})

    assert page.wait_for_function(PREVIEW).json_value() == "The chair"
    assert visit.complaints == []


def test_the_outline_of_a_talk_fills_while_it_is_heard(visit: Visit) -> None:
    page = visit.open("/episodes/a-talk")

    page.evaluate("document.querySelector('[data-player]').currentTime = 4")

    filled = "document.querySelector('[data-waveform]').style.getPropertyValue"
    page.wait_for_function(f"() => parseFloat({filled}('--played')) > 40")


@pytest.mark.parametrize("place", ["?t=4", "?t=0:04", "#t=4"])
def test_a_link_with_a_time_begins_there(visit: Visit, place: str) -> None:
    visit.open(f"/episodes/a-talk{place}")

    visit.until("player.currentTime >= 4")


def test_the_player_is_used_by_keyboard(visit: Visit) -> None:
    page = visit.open("/episodes/a-talk")
    page.get_by_role("button", name="play", exact=True).focus()

    page.keyboard.press("Enter")
    visit.until("player.currentTime > 0.3")
    page.keyboard.press("Enter")

    visit.until("player.paused")


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_everything_works_without_scripts(visit: Visit) -> None:
    page = visit.open("/episodes/a-film?t=2")

    assert page.locator("video[controls]").get_attribute("src").endswith(".mp4#t=2")  # type: ignore[union-attr]
    page.get_by_role("link", name="Take your time.").click()
    assert page.url.endswith("?t=4")
    page.goto(visit.site.url + "/shows/demo")
    assert page.get_by_label("Address of the feed").input_value().endswith("/feed.xml")
    assert page.locator("a[href^='podcast:']").is_visible() is False


def test_a_phone_sees_its_own_apps_first(browser: Browser, site: Site) -> None:
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"
    page = browser.new_page(user_agent=phone)

    page.goto(site.url + "/shows/demo")

    apps = page.locator("[data-apps] > li").all_inner_texts()
    assert apps == ["Apple Podcasts", "Overcast", "Castro", "Pocket Casts"]
    page.close()


def test_the_player_stands_in_a_page_of_somebody_else(
    browser: Browser, site: Site
) -> None:
    page = browser.new_page()
    page.goto(site.url + "/episodes/a-talk")
    code = page.locator("[data-copy*=iframe]").get_attribute("data-copy")
    other = f"<!doctype html><title>Elsewhere</title>{code}"
    page.route(
        "http://localhost/",
        lambda r: r.fulfill(body=other, content_type="text/html"),
    )

    page.goto("http://localhost/")

    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="play", exact=True).wait_for()
    page.close()
