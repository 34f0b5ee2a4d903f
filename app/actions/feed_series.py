"""A feed and its archives: the same rows, read a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.actions.feed_pages import archive_path
from app.actions.snapshots import Render, Sheet
from app.models import Episode
from feeds import rss
from media_pipeline.rendition import Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of a feed is asked for, and what is known about it."""

    guid: str
    was_public: bool  # then it stays, even if empty
    number: int  # of an archive; 0 is the feed itself


@dataclass(frozen=True, slots=True)
class Series:
    """What a feed depends on, and how a page of it is read."""

    path: str
    version: Callable[[Session], int]
    read: Callable[[Session, Asked], Render | None]
    wanted: Select[Episode]
    kind: Kind  # what an episode has to have


def sheet(series: Series, number: int = 0) -> Sheet:
    """One page to be kept."""

    def read(session: Session, guid: str, was_public: bool) -> Render | None:
        return series.read(session, Asked(guid, was_public, number))

    path = archive_path(series.path, number)
    return Sheet(path, rss.CONTENT_TYPE, series.version, read, shares=series.path)
