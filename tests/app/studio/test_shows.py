import pytest

from app.models import FeedReview, Show
from app.platform import Platform
from tests.app.studio.conftest import Browser

PROBLEM = {
    "rule": "live-enclosure-length",
    "severity": "error",
    "where": "First <session>",
    "message": "It has 4 bytes, the feed says 5.",
    "cure": "Nothing may change the file on its way.",
}


@pytest.mark.parametrize(
    ("problems", "told"),
    [([], "everything works"), ([PROBLEM], "It has 4 bytes, the feed says 5.")],
)
def test_a_host_reads_what_the_last_visit_to_the_feed_found(
    browser: Browser,
    platform: Platform,
    show: Show,
    problems: list[dict[str, str]],
    told: str,
) -> None:
    with platform.database.session() as session:
        session.add(FeedReview(show_id=show.id, problems=problems))

    page = browser.get(f"/studio/shows/{show.slug}").text

    assert told in page
    assert "<session>" not in page


def test_before_the_first_visit_it_says_what_will_be_looked_at(
    browser: Browser, show: Show
) -> None:
    assert "Every night we visit" in browser.get(f"/studio/shows/{show.slug}").text
