from pathlib import Path

import mutagen.id3
import pytest

from app import jobs
from app.actions import details, publication, tagging
from app.errors import NotFound
from app.models import Episode, FeedSnapshot, Rendition
from app.platform import Platform
from app.worker import run_here
from media_pipeline.rendition import Kind
from tests.app import workers


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workers.record_talk(tmp_path_factory.mktemp("talks") / "talk.wav")


@pytest.fixture
def episode_id(platform: Platform, talk: Path) -> str:
    processing = workers.hand_in(platform, talk)
    run_here(platform, processing, lambda row: None)
    return processing.episode_id


def rename(platform: Platform, episode_id: str, title: str) -> None:
    with platform.database.session() as session:
        session.get_one(Episode, episode_id).title = title
    details.after_edit(platform, episode_id)


def sound(platform: Platform, episode_id: str) -> Rendition:
    with platform.database.reading() as session:
        row = session.get_one(Episode, episode_id).rendition(Kind.SOUND)
        assert row is not None
        return row


def title_in(platform: Platform, row: Rendition) -> str:
    file = platform.settings.scratch_dir / "heard.mp3"
    platform.storage.fetch(row.key, file)
    tags = mutagen.id3.ID3(file)
    file.unlink()
    return str(tags["TIT2"])


def is_stale(platform: Platform, episode_id: str) -> bool:
    with platform.database.reading() as session:
        return tagging.is_stale(platform, session.get_one(Episode, episode_id))


def test_a_finished_sound_says_what_the_page_says(
    platform: Platform, episode_id: str
) -> None:
    assert title_in(platform, sound(platform, episode_id)) == "First session"
    assert not is_stale(platform, episode_id)


def test_after_an_edit_the_sound_is_made_anew_and_the_old_one_stays_a_while(
    platform: Platform, episode_id: str
) -> None:
    before = sound(platform, episode_id)
    rename(platform, episode_id, "Second thoughts")

    tagging.retag(platform, episode_id)

    after = sound(platform, episode_id)
    assert title_in(platform, after) == "Second thoughts"
    assert platform.storage.stat(before.key)
    assert workers.stored_keys(platform) - {before.key} == {
        *workers.named_keys(platform)
    }


def test_an_edit_asks_for_new_tags_once(platform: Platform, episode_id: str) -> None:
    rename(platform, episode_id, "Second thoughts")
    tagging.renew_tags(platform, episode_id)

    assert len(queued(platform)) == 1


def test_an_edit_and_back_again_asks_for_nothing(
    platform: Platform, episode_id: str
) -> None:
    rename(platform, episode_id, "First session")

    assert queued(platform) == []


def queued(platform: Platform) -> list[str]:
    with jobs.client(platform) as door:
        waiting = door.list_workflows(queue_name=jobs.QUICK, status="ENQUEUED")
    return [workflow.workflow_id for workflow in waiting]


def test_an_edit_that_was_not_queued_is_found_by_the_sweep(
    platform: Platform, episode_id: str
) -> None:
    with platform.database.session() as session:
        session.get_one(Episode, episode_id).title = "Second thoughts"

    tagging.renew_all_tags(platform)

    assert len(queued(platform)) == 1


def test_an_edit_of_the_show_reaches_every_episode(
    platform: Platform, episode_id: str
) -> None:
    with platform.database.session() as session:
        show = session.get_one(Episode, episode_id).show
        show.author = "Somebody else"

    details.after_show_edit(platform, show.id)

    assert len(queued(platform)) == 1


def test_the_feed_tells_the_size_of_the_new_sound(
    platform: Platform, episode_id: str, tmp_path: Path
) -> None:
    make_public(platform, episode_id)
    rename(platform, episode_id, "A title that is a good deal longer than the first")

    tagging.retag(platform, episode_id)

    size = sound(platform, episode_id).size
    with platform.database.reading() as session:
        feed = session.get_one(FeedSnapshot, "shows/demo/feed.xml")
    assert f'length="{size}"'.encode() in feed.body


def make_public(platform: Platform, episode_id: str) -> None:
    with platform.database.session() as session:
        episode = session.get_one(Episode, episode_id)
        publication.record_consent(session, episode, None, "All have agreed.")
        episode.show.artwork_key = "public/shows/demo/cover.jpg"
    put_cover(platform)
    publication.publish(platform, episode_id, by=None)


def put_cover(platform: Platform) -> None:
    cover = workers.draw_cover(platform.settings.data_dir / "cover.jpg")
    platform.storage.put_file(cover, "public/shows/demo/cover.jpg", "image/jpeg")


def test_an_episode_without_sound_needs_no_tags(platform: Platform, talk: Path) -> None:
    processing = workers.hand_in(platform, talk)

    details.after_edit(platform, processing.episode_id)
    tagging.retag(platform, processing.episode_id)

    assert queued(platform) == []


def test_what_is_deleted_meanwhile_gets_no_new_sound(
    platform: Platform, episode_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename(platform, episode_id, "Second thoughts")
    put = platform.storage.put_file

    def meanwhile(*arguments: object, **options: object) -> None:
        publication.delete(platform, episode_id)
        put(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(platform.storage, "put_file", meanwhile)
    tagging.retag(platform, episode_id)

    assert workers.stored_keys(platform) == set()


def test_only_what_exists_can_be_edited(platform: Platform) -> None:
    with pytest.raises(NotFound):
        details.after_edit(platform, "0" * 32)
