import pytest

from app import feed_check
from app.actions import syndication
from app.errors import NotFound
from app.platform import Platform
from tests.factories import make_episode, make_show, publish


def test_a_visit_to_a_site_that_is_down_says_so(platform: Platform) -> None:
    with platform.database.session() as session:
        show = make_show(session)
        publish(make_episode(session, show))
    syndication.refresh_show(platform, show.id)

    kept = feed_check.problems(platform, "demo")
    live = feed_check.problems(platform, "demo", live=True)

    told = {problem.rule for problem in live} - {problem.rule for problem in kept}
    assert told == {"live-feed-unreachable"}


def test_an_unknown_feed_cannot_be_checked(platform: Platform) -> None:
    with pytest.raises(NotFound):
        feed_check.problems(platform, "other")
