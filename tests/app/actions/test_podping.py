from app.actions import live, syndication
from app.actions.live_now import coming
from app.database import Base, now
from app.models import FeedSnapshot
from app.platform import Platform
from app.settings import Settings
from tests.app.actions.listener import (
    FEED,
    QUIET,
    SECOND,
    Clock,
    Listener,
    add_episode,
    wait,
)
from tests.factories import make_episode, make_show, publish


def go_live(platform: Platform, show_id: str) -> str:
    typed = {
        "title": "Questions",
        "stream_url": "https://stream.example/live.mp3",
        "page_url": "",
        "content_type": "audio/mpeg",
    }
    live.plan(platform, show_id, now() + QUIET, typed)
    with platform.database.reading() as session:
        (item,) = coming(session, show_id)
    live.begin(platform, show_id, item.id)
    return item.id


def test_podpings_are_written_where_a_keeper_has_switched_them_on(
    settings: Settings, hub: Listener, clock: Clock
) -> None:
    named = {"podping_url": f"http://{hub.door}/", "podping_token": "secret"}
    platform = Platform.open(
        settings.model_copy(update=named | {"fetch_also": hub.door})
    )
    Base.metadata.create_all(platform.database.engine)
    with platform.database.session() as session:
        show = make_show(session)
        publish(make_episode(session, show, "The first"))
    syndication.refresh_show(platform, show.id)

    wait(platform, clock, QUIET + SECOND)
    live_id = go_live(platform, show.id)
    wait(platform, clock, SECOND)
    live.end(platform, show.id, live_id)
    wait(platform, clock, SECOND)
    add_episode(platform, show.id, "The second")
    wait(platform, clock, QUIET + SECOND)

    told = [asked for asked in hub.asked if asked["url"] == platform.url(FEED)]
    # Who follows along cannot wait until nobody can change their mind.
    assert [asked["reason"] for asked in told] == [
        "update",
        "live",
        "liveEnd",
        "update",
    ]
    assert {(asked["medium"], asked["token"]) for asked in told} == {
        ("podcast", "secret")
    }
    with platform.database.reading() as session:
        assert b'usesPodping="true"' in session.get_one(FeedSnapshot, FEED).body
    platform.close()
