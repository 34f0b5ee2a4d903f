"""What takes long to make says what the page says, once the words are at rest."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import av
import pytest
from mutagen.mp4 import MP4

from app import jobs
from app.actions import details, redoing, renewing
from app.database import now
from app.models import Chapter, Episode
from app.platform import Platform
from media_pipeline.recipes import Form
from media_pipeline.rendition import Kind
from tests.app.made_film import fetch, heard, keys, only_episode

Edit = Callable[[Episode], object]
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nSomething else.\n"


@pytest.fixture
def platform(film_platform: Platform) -> Platform:
    return film_platform


def edit(platform: Platform, change: Edit) -> None:
    with platform.database.session() as session:
        change(session.query(Episode).one())
    details.after_edit(platform, only_episode(platform))


def new_title(episode: Episode, title: str = "Second thoughts") -> None:
    episode.title = title


def new_transcript(episode: Episode) -> None:
    details.set_transcript(episode, VTT, "talk.vtt")


def no_transcript(episode: Episode) -> None:
    details.set_transcript(episode, b"", "")


def new_chapters(episode: Episode) -> None:
    episode.chapters = [Chapter(start_ms=1000, title="Only this")]


def new_artist(episode: Episode) -> None:
    episode.show.author = "Somebody else"


def stale(platform: Platform) -> list[Form]:
    with platform.database.reading() as session:
        return renewing.stale_forms(platform, session.query(Episode).one())


def renew(platform: Platform) -> None:
    for form in stale(platform):
        assert redoing.redo(platform, only_episode(platform), form)


def test_a_film_that_was_just_made_says_what_the_page_says(platform: Platform) -> None:
    assert stale(platform) == []


@pytest.mark.parametrize(
    ("change", "forms"),
    [
        (new_title, [Form.FILM_TAGS]),
        (new_artist, [Form.FILM_TAGS]),
        (new_transcript, [Form.FILM_TAGS, Form.CAPTIONS]),
        (no_transcript, [Form.FILM_TAGS, Form.CAPTIONS]),
        (new_chapters, [Form.FILM_TAGS, Form.CHAPTER_IMAGES]),
        (lambda episode: setattr(episode, "language", "de"), [*renewing._SHAPED][:2]),
    ],
)
def test_an_edit_makes_stale_what_carries_it_and_nothing_else(
    platform: Platform, change: Edit, forms: list[Form]
) -> None:
    edit(platform, change)
    assert stale(platform) == forms

    renew(platform)

    assert stale(platform) == []


def test_a_new_title_is_in_the_film_and_no_picture_or_sound_has_changed(
    platform: Platform,
) -> None:
    before = packets(fetch(platform, Kind.FILM))
    edit(platform, new_title)

    renew(platform)

    film = fetch(platform, Kind.FILM)
    tags = MP4(film)
    assert tags["\xa9nam"] == ["Second thoughts"]
    assert packets(film) == before


def packets(film: Path) -> list[tuple[int, int | None, bytes]]:
    with av.open(str(film)) as opened:
        streams = [opened.streams.video[0], opened.streams.audio[0]]
        return [(p.stream_index, p.pts, bytes(p)) for p in opened.demux(streams)]


def test_a_new_transcript_is_in_the_captions_and_no_rung_has_changed(
    platform: Platform,
) -> None:
    rungs = keys(platform, Kind.HLS_MEDIA, Kind.HLS_PLAYLIST, Kind.HLS_IFRAMES)
    master = keys(platform, Kind.HLS_MASTER)
    edit(platform, new_transcript)

    renew(platform)

    assert "Something else." in fetch(platform, Kind.CAPTIONS).read_text()
    assert keys(platform, Kind.HLS_MASTER) != master
    assert rungs == keys(platform, Kind.HLS_MEDIA, Kind.HLS_PLAYLIST, Kind.HLS_IFRAMES)
    (subtitles,) = keys(platform, Kind.HLS_SUBTITLES)
    assert subtitles.rpartition("/")[2] in fetch(platform, Kind.HLS_MASTER).read_text()


def test_without_a_transcript_there_are_no_captions(platform: Platform) -> None:
    edit(platform, no_transcript)

    renew(platform)

    assert keys(platform, Kind.CAPTIONS, Kind.HLS_SUBTITLES) == set()
    assert "SUBTITLES" not in fetch(platform, Kind.HLS_MASTER).read_text()


def test_fewer_chapters_have_fewer_pictures(platform: Platform) -> None:
    assert len(keys(platform, Kind.CHAPTER_IMAGE)) == 2
    edit(platform, new_chapters)

    renew(platform)

    (image,) = (
        r for (kind, _), r in heard(platform).items() if kind == "chapter-image"
    )
    assert image.details["start_ms"] == 1000


def test_while_somebody_still_writes_nothing_is_asked_for(platform: Platform) -> None:
    edit(platform, new_title)

    renewing.sweep(platform)

    assert queued(platform) == []


def test_ten_edits_make_one_film(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        edit(platform, partial(new_title, title=f"Title {number}"))
    later = now() + timedelta(minutes=2)
    monkeypatch.setattr(renewing, "now", lambda: later)

    renewing.sweep(platform)
    renewing.sweep(platform)

    (workflow,) = queued(platform)
    assert workflow.startswith("redo-film-tags-")


def test_what_waits_for_long_is_not_asked_for_once_more_each_hour(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(platform, new_title)
    for hours in (1, 2):
        later = now() + timedelta(hours=hours)
        monkeypatch.setattr(renewing, "now", lambda later=later: later)
        renewing.sweep(platform)

    assert len(queued(platform)) == 1


def test_what_has_failed_is_asked_for_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(platform, new_title)
    later = now() + timedelta(minutes=2)
    monkeypatch.setattr(renewing, "now", lambda: later)
    renewing.sweep(platform)
    (failed,) = queued(platform)
    jobs.cancel(platform, failed)

    renewing.sweep(platform)

    (again,) = queued(platform)
    assert again.startswith(f"{failed}-")


def test_mended_captions_do_not_wait_until_a_film_leaves_room(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(platform, new_transcript)
    later = now() + timedelta(minutes=2)
    monkeypatch.setattr(renewing, "now", lambda: later)

    renewing.sweep(platform)

    names = [name.partition("-")[0] for name in queued(platform, jobs.QUICK)]
    assert sorted(names) == ["redo", "retag"]
    (tags,) = queued(platform)
    assert tags.startswith(f"redo-{Form.FILM_TAGS}-")


def queued(platform: Platform, queue: str = jobs.MEDIA) -> list[str]:
    with jobs.client(platform) as door:
        waiting = door.list_workflows(queue_name=queue, status="ENQUEUED")
    return [workflow.workflow_id for workflow in waiting]
