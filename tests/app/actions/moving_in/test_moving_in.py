from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions import moving_in
from app.actions.moving_in import Wish
from app.errors import BadRequest, Conflict, NotAllowed
from app.models import Episode, MoveState, Processing, Show
from app.outbound import Inside, Outbound
from app.platform import Platform
from media_pipeline.words.chapters import MOST_CHAPTERS
from tests.app.actions.moving_in.bringing import bring, states
from tests.app.old_host import OldHost


def rich_item(host: OldHost) -> str:
    return host.item(
        "one",
        1,
        f'<podcast:transcript url="{host.home}/one.vtt" type="text/vtt"/>'
        f'<podcast:chapters url="{host.home}/one.json" '
        'type="application/json+chapters"/>'
        '<podcast:person role="guest">Bo</podcast:person>'
        f'<itunes:image href="{host.home}/cover.png"/>',
    )


def test_a_show_keeps_what_it_was(platform: Platform, host: OldHost) -> None:
    guid = "<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>"
    url = host.publish(channel=guid)

    show_id = bring(platform, host, url)

    with platform.database.reading() as session:
        show = session.get_one(Show, show_id)
    assert (show.slug, show.title, show.language) == ("old-talks", "Old Talks", "en-gb")
    assert (show.category, show.subcategory) == ("Education", "Courses")
    assert show.podcast_guid == "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    assert show.artwork_side == 1400


def test_an_episode_keeps_what_it_was(platform: Platform, host: OldHost) -> None:
    show_id = bring(platform, host, host.publish(rich_item(host)))

    with platform.database.reading() as session:
        episode = session.scalars(select(Episode)).one()
        assert (episode.guid, episode.title, episode.number) == ("old-one", "One", 1)
        assert episode.published_at is not None
        assert episode.published_at.isoformat() == "2024-01-01T08:00:00+00:00"
        assert episode.notes_html == "<p>About <strong>One</strong>.</p>"
        assert [c.person.name for c in episode.credits] == ["Bo"]
        assert [c.title for c in episode.chapters] == ["Start"]
        assert episode.transcript is not None
        assert episode.transcript.cues[0]["text"] == "Hello & welcome"
        assert episode.rendition("artwork") is not None
    assert states(platform, show_id) == [MoveState.BROUGHT]


def test_more_chapters_than_a_file_can_hold_stop_no_episode(
    platform: Platform, host: OldHost
) -> None:
    listed = (f'<psc:chapter start="0.{n:03}" title="T"/>' for n in range(300))
    space = 'xmlns:psc="http://podlove.org/simple-chapters"'
    chapters = f"<psc:chapters {space}>{''.join(listed)}</psc:chapters>"

    show_id = bring(platform, host, host.publish(host.item("one", 1, chapters)))

    assert states(platform, show_id) == [MoveState.BROUGHT]
    with platform.database.reading() as session:
        episode = session.scalars(select(Episode)).one()
        assert len(episode.chapters) == MOST_CHAPTERS


def test_one_bad_episode_never_stops_the_rest(
    platform: Platform, host: OldHost
) -> None:
    empty = "<item><title>Words only</title><guid>w</guid></item>"
    items = [host.item("one", 1), host.item("gone", 2), empty, host.item("two", 3)]

    show_id = bring(platform, host, host.publish(*items))

    assert states(platform, show_id) == ["brought", "failed", "left", "brought"]
    with platform.database.reading() as session:
        titles = set(session.scalars(select(Episode.title)))
    assert titles == {"One", "Two"}


def test_given_again_it_goes_on_where_it_stopped(
    platform: Platform, host: OldHost, talk: bytes
) -> None:
    url = host.publish(host.item("one", 1), host.item("gone", 2))
    bring(platform, host, url)
    host.files["/gone.mp3"] = talk
    host.asked.clear()

    show_id = bring(platform, host, url)

    assert states(platform, show_id) == ["brought", "brought"]
    assert "/one.mp3" not in host.asked


def test_what_is_new_in_the_old_feed_is_brought_too(
    platform: Platform, host: OldHost
) -> None:
    bring(platform, host, host.publish(host.item("one", 1)))

    url = host.publish(host.item("two", 2), host.item("one", 1))
    show_id = bring(platform, host, url)

    assert states(platform, show_id) == ["brought", "brought"]


def test_older_pages_of_a_feed_are_read(platform: Platform, host: OldHost) -> None:
    second = host.publish(host.item("two", 2), path="/page2.xml")
    link = f'<atom:link rel="next" href="{second}"/>'
    url = host.publish(host.item("one", 1), channel=link)

    show_id = bring(platform, host, url)

    assert states(platform, show_id) == ["brought", "brought"]


def test_pages_that_lead_round_in_a_circle_end(
    platform: Platform, host: OldHost
) -> None:
    link = f'<atom:link rel="next" href="{host.home}/feed.xml"/>'

    bring(platform, host, host.publish(host.item("one", 1), channel=link))

    assert host.asked.count("/feed.xml") == 1


def test_a_locked_show_stays_where_it_is(platform: Platform, host: OldHost) -> None:
    lock = '<podcast:locked owner="ada@old.example">yes</podcast:locked>'
    url = host.publish(host.item("one", 1), channel=lock)

    with pytest.raises(NotAllowed, match=r"ada@old\.example"):
        bring(platform, host, url)

    with platform.database.reading() as session:
        assert session.scalars(select(Show)).all() == []


def test_a_second_show_of_that_name_needs_another(
    platform: Platform, host: OldHost
) -> None:
    bring(platform, host, host.publish(host.item("one", 1)))
    other = host.publish(host.item("two", 2), path="/other.xml")

    with pytest.raises(Conflict, match="--slug"):
        bring(platform, host, other)


def test_a_file_is_read_like_an_address(
    platform: Platform, host: OldHost, tmp_path: Path
) -> None:
    host.publish(host.item("one", 1))
    file = tmp_path / "feed.xml"
    file.write_bytes(host.files["/feed.xml"])

    show_id = bring(platform, host, str(file))

    assert states(platform, show_id) == ["brought"]


def test_nothing_is_fetched_from_inside(platform: Platform, host: OldHost) -> None:
    with pytest.raises(Inside):
        moving_in.look(Outbound(), host.publish(host.item("one", 1)))

    assert host.asked == []


def test_a_web_page_is_no_recording(platform: Platform, host: OldHost) -> None:
    host.files["/one.mp3"] = b"<!doctype html><p>Please sign in"

    show_id = bring(platform, host, host.publish(host.item("one", 1)), Wish())

    with platform.database.reading() as session:
        assert session.scalars(select(Processing)).one().state == "queued"
    assert states(platform, show_id) == ["brought"]


@pytest.mark.parametrize("source", ["nowhere.xml", "ftp://a.example/feed"])
def test_what_is_neither_file_nor_address_is_said(source: str) -> None:
    with pytest.raises(BadRequest, match="There is no file"):
        moving_in.look(Outbound(), source)


def test_notes_nested_without_end_are_still_words(
    platform: Platform, host: OldHost
) -> None:
    deep = "<blockquote>" * 5000 + "deep" + "</blockquote>" * 5000

    show_id = bring(platform, host, host.publish(host.item("one", 1, deep)))

    assert states(platform, show_id) == ["brought"]
