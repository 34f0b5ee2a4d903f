"""`commoncast check-feed`: what podcast directories would say about a feed."""

import httpx2

from app.actions import feed_review
from app.errors import NotFound, NotReady
from app.models import FeedSnapshot
from app.platform import Platform
from app.publishing import show_by_slug
from feeds.rules import Problem, check

LARGEST_FEED = 32 * 1024 * 1024  # bytes
PATIENCE_SECONDS = 20.0


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
    body = bytearray()
    try:
        with httpx2.stream(
            "GET", address, follow_redirects=True, timeout=PATIENCE_SECONDS
        ) as answer:
            answer.raise_for_status()
            for block in answer.iter_bytes():
                body += block
                if len(body) > LARGEST_FEED:
                    raise NotReady("This is larger than any feed.")
    except httpx2.HTTPStatusError as error:
        status = error.response.status_code
        raise NotFound(f"{address} answers {status}.") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise NotReady(f"{address} does not answer: {error}") from error
    return bytes(body)
