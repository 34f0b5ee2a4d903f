from collections.abc import Iterator

import pytest

from app.models import Departure, Show
from app.platform import Platform
from app.settings import Settings
from tests.app.old_host import OldHost, old_host
from tests.app.studio.conftest import Browser
from tests.factories import make_episode, publish

ADDRESS = "/studio/shows/demo/leaving"


@pytest.fixture
def new_host() -> Iterator[OldHost]:
    with old_host() as host:
        yield host


@pytest.fixture
def settings(settings: Settings, new_host: OldHost) -> Settings:
    return settings.model_copy(update={"fetch_also": new_host.door})


def departure(platform: Platform, show: Show) -> Departure | None:
    with platform.database.reading() as session:
        return session.get(Departure, show.id)


def same_show(host: OldHost, show: Show) -> str:
    guid = f"<podcast:guid>{show.podcast_guid}</podcast:guid>"
    return host.publish(host.item("one", 1), channel=guid)


def test_a_host_sends_listeners_to_another_host(
    browser: Browser, platform: Platform, show: Show, new_host: OldHost
) -> None:
    browser.post(ADDRESS, {"address": same_show(new_host, show)})

    row = departure(platform, show)

    assert row is not None
    assert row.new_feed_url == f"{new_host.home}/feed.xml"
    assert row.by_user_id
    assert not row.redirects
    assert "This show is leaving" in browser.get(ADDRESS).text


def test_another_show_is_refused_with_a_way_to_insist(
    browser: Browser, platform: Platform, show: Show, new_host: OldHost
) -> None:
    address = new_host.publish(new_host.item("one", 1))
    publish_something(platform, show)

    refused = browser.post(ADDRESS, {"address": address})
    insisted = browser.post(ADDRESS, {"address": address, "although_different": "yes"})

    assert refused.status_code == 400
    assert "its podcast:guid is another" in refused.text
    assert f'value="{address}"' in refused.text
    assert 'name="although_different"' in refused.text
    assert insisted.status_code == 303
    assert departure(platform, show) is not None


def test_what_is_no_address_is_told_beside_the_field(
    browser: Browser, platform: Platform, show: Show
) -> None:
    answer = browser.post(ADDRESS, {"address": "<script>"})

    assert answer.status_code == 400
    assert "Please give the whole address" in answer.text
    assert '<script>"' not in answer.text
    assert "although_different" not in answer.text
    assert departure(platform, show) is None


def test_a_host_can_stay_after_all(
    browser: Browser, platform: Platform, show: Show, new_host: OldHost
) -> None:
    browser.post(ADDRESS, {"address": same_show(new_host, show)})

    browser.post(f"{ADDRESS}/stay")

    assert departure(platform, show) is None


def publish_something(platform: Platform, show: Show) -> None:
    """Something is heard of it, which the other feed does not have."""
    with platform.database.session() as session:
        publish(make_episode(session, session.merge(show)))
