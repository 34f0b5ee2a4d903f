from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.actions import intake, inventory, moved_media, moving_in
from app.actions.inventory import Choice
from app.actions.moving_in import Wish
from app.errors import BadRequest, Conflict, NotAllowed
from app.models import Episode, Leftover, MoveState, Processing, Rendition, Show
from app.outbound import Inside, Outbound
from app.platform import Platform
from media_pipeline.errors import StorageFailed
from media_pipeline.ffmpeg_program import find_ffmpeg
from media_pipeline.process import run
from media_pipeline.recipes import Form
from tests.app import workers
from tests.app.old_host import OldHost, old_host
from tests.app.workers import draw_cover

VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ada>Hello & welcome\n"
CHAPTERS = b'{"version":"1.2.0","chapters":[{"startTime":0,"title":"Start"}]}'


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("talk")
    tone = "sine=frequency=220:duration=2"
    made = folder / "talk.mp3"
    program = str(find_ffmpeg().path)
    run([program, "-v", "error", "-f", "lavfi", "-i", tone, str(made)], writes=folder)
    return made.read_bytes()


@pytest.fixture(scope="module")
def cover(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return draw_cover(tmp_path_factory.mktemp("cover") / "cover.png").read_bytes()


@pytest.fixture
def host(talk: bytes, cover: bytes) -> Iterator[OldHost]:
    with old_host() as host:
        host.files |= {f"/{name}.mp3": talk for name in ("one", "two", "three")}
        host.files["/cover.png"] = cover
        host.files["/one.vtt"] = VTT
        host.files["/one.json"] = CHAPTERS
        yield host


def bring(platform: Platform, host: OldHost, url: str, wish: Wish | None = None) -> str:
    outbound = Outbound(also=frozenset({host.door}))
    found = moving_in.look(outbound, url)
    usual = wish or Wish(publish=False, keep_media=True)
    return moving_in.move_in(platform, outbound, found, usual, lambda *_: None)


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


def states(platform: Platform, show_id: str) -> list[str]:
    with platform.database.reading() as session:
        return [item.state for item in moving_in.items_of(session, show_id)]


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


def test_its_sound_may_be_kept_byte_for_byte(
    platform: Platform, host: OldHost, talk: bytes
) -> None:
    bring(platform, host, host.publish(host.item("one", 1)))

    with platform.database.reading() as session:
        sound = session.scalars(select(Episode)).one().rendition("sound")
    assert sound is not None
    assert b"".join(platform.storage.open_range(sound.key)) == talk


def test_sound_that_was_kept_is_never_made_anew(
    platform: Platform, host: OldHost
) -> None:
    bring(platform, host, host.publish(host.item("one", 1)))

    outdated = Choice(outdated=True)
    wanted = {form for form in Form if inventory.wanting(platform, form, outdated)}

    assert wanted == {Form.LOW_SOUND, Form.WAVEFORM}
    assert inventory.wanting(platform, Form.SOUND, Choice()) == []


def test_a_kept_sound_is_heard_until_another_recording_is_whole(
    platform: Platform, host: OldHost, talk: bytes, tmp_path: Path
) -> None:
    bring(platform, host, host.publish(host.item("one", 1)))
    better = tmp_path / "better.mp3"
    better.write_bytes(talk + b"more")

    with platform.database.reading() as session:
        episode_id = session.scalars(select(Episode)).one().id
    agreed = intake.Agreement("Everyone has agreed.")
    intake.receive(platform, episode_id, better, "better.mp3", agreed=agreed)

    with platform.database.reading() as session:
        assert session.get_one(Episode, episode_id).rendition("sound") is not None


def test_sound_that_is_not_what_it_says_is_not_kept(
    platform: Platform, host: OldHost, talk: bytes
) -> None:
    at = max(talk.find(b"Xing"), talk.find(b"Info"))
    frames = (400_000_000).to_bytes(4)  # 120 days
    host.files["/one.mp3"] = talk[: at + 8] + frames + talk[at + 12 :]

    bring(platform, host, host.publish(host.item("one", 1)))

    with platform.database.reading() as session:
        assert session.scalars(select(Rendition)).all() == []
        assert session.scalars(select(Processing)).one().state == "queued"


def test_a_kept_sound_is_announced_before_it_is_stored(
    platform: Platform, host: OldHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StorageFailed("A file could not be stored.")

    monkeypatch.setattr(moved_media, "_record", fails)
    bring(platform, host, host.publish(host.item("one", 1)))

    with platform.database.reading() as session:
        announced = {leftover.key for leftover in session.scalars(select(Leftover))}
    assert len(announced) == 2
    assert announced <= workers.stored_keys(platform)


def test_or_it_waits_to_be_made_anew(platform: Platform, host: OldHost) -> None:
    bring(platform, host, host.publish(host.item("one", 1)), Wish())

    with platform.database.reading() as session:
        episode = session.scalars(select(Episode)).one()
        assert session.scalars(select(Processing)).one().state == "queued"
        assert episode.publish_when_ready is not None
        assert episode.consents != []


def test_a_kept_sound_can_be_public_at_once(platform: Platform, host: OldHost) -> None:
    wish = Wish(publish=True, keep_media=True)

    bring(platform, host, host.publish(host.item("one", 1)), wish)

    with platform.database.reading() as session:
        episode = session.scalars(select(Episode)).one()
        assert episode.is_public
        assert episode.published_at is not None
        assert episode.published_at.year == 2024


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
