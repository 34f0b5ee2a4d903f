"""Feeds follow what is public: rendered when something changes, never per request."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.actions.catalogue import visible_in
from app.actions.feed_document import about, document_of, films_of, topic_document_of
from app.actions.feed_pages import count_archives
from app.actions.feed_series import Asked, Series, sheet
from app.actions.network import NETWORK_PATH, network_document
from app.actions.snapshots import Render, Sheet, forget, forget_archives, keep
from app.actions.topic_list import topic_list_of
from app.models import Show, Topic
from app.platform import Platform
from feeds import opml, rss
from feeds.document import Channel
from media_pipeline.rendition import Kind

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
        mine = _show_series(platform, show)
        others = [_topic_series(platform, topic) for topic in topics]
        # What most people wait for comes first.
        _keep_all(platform, [sheet(one) for one in mine] + _site_sheets(platform))
        _keep_all(platform, [sheet(one) for one in others])
        _keep_all(platform, [_topic_list(platform, topic) for topic in topics])
        _keep_all(platform, _archives(platform, [*mine, *others]))


def refresh_all(platform: Platform) -> None:
    """Render every feed, and remove those of shows and topics that are gone."""
    with platform.database.reading() as session:
        shows = session.scalars(select(Show).order_by(Show.id)).all()
        topics = session.scalars(_topics()).all()
    series = [one for show in shows for one in _show_series(platform, show)]
    series += [_topic_series(platform, topic) for topic in topics]
    sheets = [sheet(one) for one in series] + _site_sheets(platform)
    sheets += [_topic_list(platform, topic) for topic in topics]
    _keep_all(platform, sheets)
    archives = _archives(platform, series)
    _keep_all(platform, archives)
    forget(platform, {kept.path for kept in (*sheets, *archives)})


def _keep_all(platform: Platform, sheets: list[Sheet]) -> None:
    for kept in sheets:
        keep(platform, kept)


def _archives(platform: Platform, series: list[Series]) -> list[Sheet]:
    found = []
    for one in series:
        with platform.database.reading() as session:
            count = count_archives(session, platform, one.wanted, one.kind)
        # A page too many would still have what was withdrawn.
        forget_archives(platform, one.path, count)
        found += [sheet(one, number) for number in range(count, 0, -1)]
    return found


def _show_series(platform: Platform, show: Show) -> list[Series]:
    if show.is_private:
        return []

    def version(session: Session) -> int:
        mine = select(Show.feed_version).where(Show.id == show.id)
        return session.scalar(mine) or 0

    def read(session: Session, asked: Asked) -> Render | None:
        current = session.get(Show, show.id)
        if current is None:
            return None
        return _rss(document_of(session, platform, current, asked.number))

    def read_films(session: Session, asked: Asked) -> Render | None:
        current = session.get(Show, show.id)
        if current is None:
            return None
        films = films_of(session, platform, current, asked.guid, asked.number)
        return _rss(films) if films.items or asked.was_public else None

    heard = visible_in(show)
    return [
        Series(show.feed_path, version, read, heard, Kind.SOUND),
        Series(show.video_feed_path, version, read_films, heard, Kind.FILM),
    ]


def _topic_series(platform: Platform, topic: Topic) -> Series:
    def read(session: Session, asked: Asked) -> Render | None:
        current = session.get(Topic, topic.id)
        if current is None:
            return None
        channel = topic_document_of(
            session, platform, current, asked.guid, asked.number
        )
        # The name of a topic that only drafts have is nobody's business yet.
        return _rss(channel) if channel.items or asked.was_public else None

    return Series(topic.feed_path, _version_of_all, read, about(topic), Kind.SOUND)


def _topic_list(platform: Platform, topic: Topic) -> Sheet:
    def read(session: Session, guid: str, was_public: bool) -> Render | None:
        current = session.get(Topic, topic.id)
        if current is None:
            return None
        channel = topic_list_of(session, platform, current, guid)
        return _rss(channel) if channel.tags.contents or was_public else None

    path = topic.list_path
    return Sheet(path, rss.CONTENT_TYPE, _version_of_all, read, shares=path)


def _site_sheets(platform: Platform) -> list[Sheet]:
    def read(session: Session, guid: str, was_public: bool) -> Render | None:
        channel = network_document(session, platform)
        return _rss(channel) if channel else None

    network = Sheet(
        NETWORK_PATH, rss.CONTENT_TYPE, _version_of_all, read, shares=NETWORK_PATH
    )
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
