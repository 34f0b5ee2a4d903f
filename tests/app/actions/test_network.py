from app.actions import syndication
from app.actions.feed_document import document_of
from app.actions.network import network_document
from app.models import FeedSnapshot, Show
from app.platform import Platform
from feeds.rules import Severity, check
from tests.factories import make_episode, make_show, publish


def test_the_network_and_its_shows_name_each_other(platform: Platform) -> None:
    with platform.database.session() as session:
        show = make_show(session)
        publish(make_episode(session, show))
        session.flush()
        network = network_document(session, platform)
        channel = document_of(session, platform, show)

    assert network is not None
    assert channel.tags.publisher is not None
    assert channel.tags.publisher.feed_guid == network.guid
    assert [remote.feed_guid for remote in network.tags.contents] == [channel.guid]


def test_the_feed_of_the_network_breaks_no_rule(platform: Platform) -> None:
    with platform.database.session() as session:
        show_id = make_show(session).id
    syndication.refresh_show(platform, show_id)

    with platform.database.reading() as session:
        body = session.get_one(FeedSnapshot, "network.xml").body
    assert [p for p in check(body) if p.severity == Severity.ERROR] == []


def test_without_a_show_there_is_no_network(platform: Platform) -> None:
    syndication.refresh_all(platform)

    with platform.database.reading() as session:
        assert session.get(FeedSnapshot, "network.xml") is None
        assert session.query(Show).count() == 0
