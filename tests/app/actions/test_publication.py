from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import catalogue, publication
from app.database import now
from app.errors import BadRequest, Gone, NotFound, NotReady
from app.models import Episode, FeedSnapshot, Rendition
from app.platform import Platform
from tests.factories import make_episode, make_show, make_user

CONSENT = "Ada and Bo have agreed in writing."


@pytest.fixture
def platform(any_platform: Platform) -> Platform:
    """Each of these holds on both databases."""
    return any_platform


@pytest.fixture
def episode_id(platform: Platform) -> str:
    with platform.database.session() as session:
        episode = make_episode(session, make_show(session))
        publication.record_consent(session, episode, None, CONSENT)
        return episode.id


def find(platform: Platform, episode_id: str) -> Episode:
    with platform.database.reading() as session:
        episode = session.get_one(Episode, episode_id)
        _ = episode.publication, episode.withdrawal, episode.renditions, episode.show
        return episode


def is_visible(platform: Platform, episode_id: str) -> bool:
    with platform.database.reading() as session:
        wanted = catalogue.visible().where(Episode.id == episode_id)
        return session.scalar(wanted) is not None


def feed(platform: Platform) -> str:
    with platform.database.reading() as session:
        return session.get_one(FeedSnapshot, "shows/demo/feed.xml").body.decode()


def store(platform: Platform, episode_id: str) -> None:
    file = platform.settings.scratch_dir / "file"
    file.write_bytes(b"sound")
    for place in ("public", "private"):
        platform.storage.put_file(file, f"{place}/{episode_id}/1/a.mp3", "audio/mpeg")


def stored(platform: Platform) -> list[str]:
    return [s.key for p in ("public/", "private/") for s in platform.storage.objects(p)]


def test_published_means_public_and_in_the_feed(
    platform: Platform, episode_id: str
) -> None:
    publication.publish(platform, episode_id, by=None)

    assert is_visible(platform, episode_id)
    assert find(platform, episode_id).guid in feed(platform)


def test_publishing_twice_is_publishing_once(
    platform: Platform, episode_id: str
) -> None:
    publication.publish(platform, episode_id, by=None)
    first = find(platform, episode_id).published_at

    publication.publish(platform, episode_id, by=None)

    assert find(platform, episode_id).published_at == first


def test_unpublished_is_gone_from_everywhere_and_may_come_back(
    platform: Platform, episode_id: str
) -> None:
    publication.publish(platform, episode_id, by=None)
    first = find(platform, episode_id)

    publication.unpublish(platform, episode_id)
    assert not is_visible(platform, episode_id)
    assert first.guid not in feed(platform)

    publication.publish(platform, episode_id, by=None)
    assert find(platform, episode_id).published_at == first.published_at


def test_it_is_known_who_published(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        user = make_user(session)

    publication.publish(platform, episode_id, by=user.id)

    episode = find(platform, episode_id)
    assert episode.publication is not None
    assert episode.publication.by_user_id == user.id


def test_the_clock_publishes_what_is_due_and_nothing_else(
    platform: Platform, episode_id: str
) -> None:
    publication.publish(platform, episode_id, None, at=now() + timedelta(hours=1))
    assert publication.publish_due(platform) == 0

    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.publish_at = now() - timedelta(seconds=1)

    assert publication.publish_due(platform) == 1
    assert publication.publish_due(platform) == 0
    assert is_visible(platform, episode_id)


def test_what_is_due_waits_until_it_may_be_published(
    platform: Platform, episode_id: str
) -> None:
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        episode.publish_at, episode.renditions = now(), []

    assert publication.publish_due(platform) == 0
    assert find(platform, episode_id).publish_at is not None


def test_a_moment_that_has_passed_is_now(platform: Platform, episode_id: str) -> None:
    publication.publish(platform, episode_id, None, at=now() - timedelta(days=9))

    assert is_visible(platform, episode_id)


def without_sound(session: Session, episode: Episode) -> None:
    episode.renditions = []


def without_consent(session: Session, episode: Episode) -> None:
    episode.consents = []


def without_artwork(session: Session, episode: Episode) -> None:
    episode.show.artwork_key = None


@pytest.mark.parametrize("missing", [without_sound, without_consent, without_artwork])
def test_what_is_not_ready_is_not_published_and_says_why(
    platform: Platform, episode_id: str, missing: Callable[[Session, Episode], None]
) -> None:
    with platform.database.session() as session:
        missing(session, session.get_one(Episode, episode_id))

    with pytest.raises(NotReady) as refused:
        publication.publish(platform, episode_id, by=None)

    assert refused.value.sentence.endswith(".")
    assert not is_visible(platform, episode_id)


def test_what_directories_would_refuse_is_not_published(
    platform: Platform, episode_id: str
) -> None:
    with platform.database.session() as session:
        session.get_one(Episode, episode_id).show.category = "Handicraft"

    with pytest.raises(NotReady, match="Handicraft"):
        publication.publish(platform, episode_id, by=None)


def test_a_consent_must_say_something(platform: Platform, episode_id: str) -> None:
    episode = find(platform, episode_id)

    with platform.database.session() as session, pytest.raises(BadRequest):
        publication.record_consent(session, episode, None, " ")


def test_withdrawn_is_gone_for_good_with_all_its_files(
    platform: Platform, episode_id: str
) -> None:
    publication.publish(platform, episode_id, by=None)
    store(platform, episode_id)

    publication.withdraw(platform, episode_id, None, "A guest asked us.")

    assert stored(platform) == []
    assert find(platform, episode_id).guid not in feed(platform)
    assert find(platform, episode_id).renditions == []
    with pytest.raises(Gone):
        publication.publish(platform, episode_id, by=None)


def test_withdrawing_again_changes_nothing(platform: Platform, episode_id: str) -> None:
    publication.withdraw(platform, episode_id, None, "A guest asked us.")

    publication.withdraw(platform, episode_id, None, "Another reason.")

    withdrawal = find(platform, episode_id).withdrawal
    assert withdrawal is not None
    assert withdrawal.reason == "A guest asked us."


def test_deleted_leaves_neither_rows_nor_files(
    platform: Platform, episode_id: str
) -> None:
    publication.publish(platform, episode_id, by=None)
    guid = find(platform, episode_id).guid
    store(platform, episode_id)

    publication.delete(platform, episode_id)

    with platform.database.reading() as session:
        assert session.get(Episode, episode_id) is None
        assert session.scalars(select(Rendition)).all() == []
    assert stored(platform) == []
    assert guid not in feed(platform)


def test_only_what_exists_can_be_deleted(platform: Platform) -> None:
    with pytest.raises(NotFound):
        publication.delete(platform, "0" * 32)
