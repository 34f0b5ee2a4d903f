"""Feeds follow what is public: rendered when something changes, never per request."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.actions.feed_document import document_of, films_of, topic_document_of
from app.actions.network import NETWORK_PATH, network_document
from app.actions.snapshots import Render, Sheet, forget, keep
from app.models import Show, Topic
from app.platform import Platform
from feeds import opml, rss
from feeds.document import Channel

__all__ = ["OPML_PATH", "document_of", "refresh_all", "refresh_show"]

OPML_PATH = "opml.xml"


def refresh_show(platform: Platform, show_id: str) -> None:
    """Render every feed that shows something of this show.

    Never to be called inside a transaction: it opens its own.
    """
    with platform.database.reading() as session:
        show = session.get(Show, show_id)
        topics = session.scalars(_topics()).all()
    if show is not None:
        # What most people wait for comes first.
        _keep_all(platform, [*_show_sheets(platform, show), *_site_sheets(platform)])
        _keep_all(platform, [_topic_sheet(platform, topic) for topic in topics])


def refresh_all(platform: Platform) -> None:
    """Render every feed, and remove those of shows and topics that are gone."""
    with platform.database.reading() as session:
        shows = session.scalars(select(Show).order_by(Show.id)).all()
        topics = session.scalars(_topics()).all()
    sheets = [sheet for show in shows for sheet in _show_sheets(platform, show)]
    sheets += [_topic_sheet(platform, topic) for topic in topics]
    sheets += _site_sheets(platform)
    _keep_all(platform, sheets)
    forget(platform, {sheet.path for sheet in sheets})


def _keep_all(platform: Platform, sheets: list[Sheet]) -> None:
    for sheet in sheets:
        keep(platform, sheet)


def _show_sheets(platform: Platform, show: Show) -> list[Sheet]:
    if show.is_private:
        return []

    def version(session: Session) -> int:
        mine = select(Show.feed_version).where(Show.id == show.id)
        return session.scalar(mine) or 0

    def read(session: Session, guid: str, was_public: bool) -> Render | None:
        current = session.get(Show, show.id)
        return _rss(document_of(session, platform, current)) if current else None

    def read_films(session: Session, guid: str, was_public: bool) -> Render | None:
        current = session.get(Show, show.id)
        films = films_of(session, platform, current, guid) if current else None
        return _rss(films) if films and (films.items or was_public) else None

    return [
        Sheet(show.feed_path, rss.CONTENT_TYPE, version, read),
        Sheet(show.video_feed_path, rss.CONTENT_TYPE, version, read_films),
    ]


def _topic_sheet(platform: Platform, topic: Topic) -> Sheet:
    def read(session: Session, guid: str, was_public: bool) -> Render | None:
        current = session.get(Topic, topic.id)
        if current is None:
            return None
        channel = topic_document_of(session, platform, current, guid)
        # The name of a topic that only drafts have is nobody's business yet.
        return _rss(channel) if channel.items or was_public else None

    return Sheet(topic.feed_path, rss.CONTENT_TYPE, _version_of_all, read)


def _site_sheets(platform: Platform) -> list[Sheet]:
    def read(session: Session, guid: str, was_public: bool) -> Render | None:
        channel = network_document(session, platform)
        return _rss(channel) if channel else None

    network = Sheet(NETWORK_PATH, rss.CONTENT_TYPE, _version_of_all, read)
    return [_opml_sheet(platform), network]


def _opml_sheet(platform: Platform) -> Sheet:
    def read(session: Session, guid: str, was_public: bool) -> Render:
        shows = session.scalars(
            select(Show).where(~Show.is_private).order_by(Show.title, Show.id)
        ).all()
        outlines = tuple(_outline(platform, show) for show in shows)
        name = platform.settings.site_name
        return lambda moment: opml.render(name, moment, outlines)

    return Sheet(OPML_PATH, opml.CONTENT_TYPE, _version_of_all, read)


def _rss(channel: Channel) -> Callable[[datetime], bytes]:
    return lambda moment: rss.render(replace(channel, changed_at=moment))


def _outline(platform: Platform, show: Show) -> opml.Outline:
    return opml.Outline(
        title=show.title,
        feed_url=platform.url(show.feed_path),
        link=platform.url(f"shows/{show.slug}"),
        description=show.description,
        language=show.language,
    )


def _version_of_all(session: Session) -> int:
    # One for each show, so that a new one counts, too.
    return session.scalar(select(func.sum(Show.feed_version + 1))) or 0


def _topics() -> Select[Topic]:
    return select(Topic).order_by(Topic.id)
