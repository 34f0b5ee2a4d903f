"""`commoncast check-feed`: what podcast directories would say about a feed."""

from app.actions import feed_review
from app.errors import NotReady
from app.models import FeedSnapshot
from app.outbound import Outbound, door_of
from app.platform import Platform
from app.publishing import show_by_slug
from feeds.foreign.tree import LARGEST_FEED
from feeds.rules import Problem, check


def problems(platform: Platform, feed: str, *, live: bool = False) -> list[Problem]:
    """Everything that is wrong with a feed, here by its show or anywhere by its URL.

    `live` visits a feed of ours over HTTP as well, with every file that it names.
    """
    if feed.startswith(("http://", "https://")):
        return check(_fetch(feed))
    kept = check(_kept(platform, feed))
    return feed_review.review(platform, _id_of(platform, feed)) if live else kept


def _id_of(platform: Platform, slug: str) -> str:
    with platform.database.reading() as session:
        return show_by_slug(session, slug).id


def _kept(platform: Platform, slug: str) -> bytes:
    with platform.database.reading() as session:
        show = show_by_slug(session, slug)
        snapshot = session.get(FeedSnapshot, show.feed_path)
        if snapshot is None:
            raise NotReady("The feed of this show has not been written yet.")
        return snapshot.body


def _fetch(address: str) -> bytes:
    # The keeper typed it: this one door may stand inside; where it leads may not.
    outbound = Outbound(also=frozenset({door_of(address)}))
    return outbound.fetch(address, most_bytes=LARGEST_FEED).body
