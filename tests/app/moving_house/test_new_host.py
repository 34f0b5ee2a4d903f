"""What lives at the address to which a show wants to go."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.actions import leaving
from app.actions.leaving import Goal
from app.errors import BadRequest, Conflict, NotFound
from app.models import Episode
from app.outbound import Outbound
from app.platform import Platform
from tests.app.old_host import OldHost, old_host


@pytest.fixture
def new_host() -> Iterator[OldHost]:
    with old_host() as host:
        yield host


def look(home: Platform, show_id: str, host: OldHost, address: str = "") -> Goal:
    outbound = Outbound(also=frozenset({host.door}))
    return leaving.look(home, outbound, show_id, address or f"{host.home}/feed.xml")


def publish_there(host: OldHost, home: Platform, *guids: str, channel: str = "") -> str:
    items = [
        host.item(f"n{number}", number).replace(f"old-n{number}", guid)
        for number, guid in enumerate(guids, 1)
    ]
    return host.publish(*items, channel=channel)


def guids(home: Platform) -> list[str]:
    with home.database.reading() as session:
        mine = select(Episode.guid).where(Episode.title.in_(["A film", "A talk"]))
        return list(session.scalars(mine))


def test_the_same_episodes_are_the_same_show(
    home: Platform, show_id: str, new_host: OldHost
) -> None:
    address = publish_there(new_host, home, *guids(home))

    goal = look(home, show_id, new_host, address)

    assert goal.feed_url == address
    assert "917393e3" in goal.remarks[0]


def test_the_same_guid_is_the_same_show_although_something_is_missing(
    home: Platform, show_id: str, new_host: OldHost
) -> None:
    own = "<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>"
    address = publish_there(new_host, home, guids(home)[0], channel=own)

    goal = look(home, show_id, new_host, address)

    assert goal.remarks == ("Episodes that are not there yet: 1.",)


def test_another_show_is_refused_unless_somebody_insists(
    home: Platform, show_id: str, new_host: OldHost
) -> None:
    address = publish_there(new_host, home, "other")
    outbound = Outbound(also=frozenset({new_host.door}))

    with pytest.raises(Conflict, match="2 of 2 episodes are not in it"):
        look(home, show_id, new_host, address)

    assert leaving.look(home, outbound, show_id, address, although_different=True)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "feed",
        "ftp://podcasts.example/feed",
        "https://cast.example/shows/demo/feed.xml",
        "https://podcasts.example/a b",
        "https://podcasts.example/\r\nSet-Cookie: a=b",
        "https://podcasts.example/é",
        "https://podcasts.example/" + "x" * 500,
        "javascript:alert(1)",
    ],
)
def test_what_is_no_other_address_is_refused(
    home: Platform, show_id: str, new_host: OldHost, address: str
) -> None:
    with pytest.raises(BadRequest):
        leaving.look(home, Outbound(), show_id, address)


def test_nothing_inside_is_asked(
    home: Platform, show_id: str, new_host: OldHost
) -> None:
    with pytest.raises(BadRequest):
        leaving.look(home, Outbound(), show_id, f"{new_host.home}/feed.xml")

    assert new_host.asked == []


def test_where_nothing_answers_nobody_is_sent(
    home: Platform, show_id: str, new_host: OldHost
) -> None:
    with pytest.raises(NotFound) as refused:
        look(home, show_id, new_host)

    assert refused.value.sentence.endswith("answers 404.")
