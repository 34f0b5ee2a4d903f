"""Rows as podcast apps understand them: what a feed says, before it is written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, object_session

from app.actions.announcing import hubs
from app.actions.catalogue import visible, visible_in
from app.actions.episode_particulars import told_of
from app.actions.feed_briefs import Brief
from app.actions.feed_enclosures import (
    brief_enclosure,
    chapters,
    enclosures,
    transcripts,
)
from app.actions.feed_pages import Page, archive_path, paging, read_page
from app.actions.live_now import coming
from app.actions.network import network_of
from app.actions.particulars import tags_of
from app.database import now
from app.models import (
    Credit,
    Episode,
    LiveItem,
    Rendition,
    Show,
    Topic,
)
from app.platform import Platform
from feeds import document
from feeds.document import Channel, Item
from feeds.tags import ChannelTags, Live, Trailer
from media_pipeline.rendition import Kind

MOST_TRAILERS = 10  # one for each season of a long show
_HEALTH = "Health & Fitness"


def document_of(
    session: Session, platform: Platform, show: Show, number: int = 0
) -> Channel:
    """The feed of a show: every public episode as sound; or one of its archives.

    Whoever has a key to a private show has it to this one document: it is whole.
    """
    wanted, is_whole = visible_in(show), show.is_private
    page = read_page(session, platform, wanted, Kind.SOUND, number, is_whole=is_whole)
    return _show_channel(platform, show, page)


def films_of(
    session: Session, platform: Platform, show: Show, guid: str, number: int = 0
) -> Channel:
    """The feed of a show's films, or one of its archives."""
    page = read_page(session, platform, visible_in(show), Kind.FILM, number)
    return _show_channel(platform, show, page, as_film=True, guid=guid)


def preview_of(platform: Platform, episode: Episode) -> Channel:
    """The feed of its show as if this episode were the only one, public or not."""
    return _show_channel(platform, episode.show, Page(0, 0, [episode], []))


def about(topic: Topic) -> Select[Episode]:
    """What anybody may hear about a topic."""
    return visible().where(Episode.topics.any(Topic.id == topic.id))


def topic_document_of(
    session: Session, platform: Platform, topic: Topic, guid: str, number: int = 0
) -> Channel:
    """The feed of a topic, across shows, or one of its archives."""
    page = read_page(session, platform, about(topic), Kind.SOUND, number)
    shows = [episode.show for episode in page.episodes]
    return replace(
        topic_channel(session, platform, topic, shows),
        feed_url=platform.url(archive_path(topic.feed_path, page.number)),
        paging=paging(platform, topic.feed_path, page),
        hubs=_hubs(platform, page),
        guid=guid,
        changed_at=_newest_change(page.episodes, now()),
        items=_items(platform, page, is_guest=True),
    )


def topic_channel(
    session: Session, platform: Platform, topic: Topic, shows: Sequence[Show]
) -> Channel:
    """What every feed of a topic says of itself; the show of the newest comes first."""
    show = shows[0] if shows else session.scalars(_oldest_show()).first()
    site = platform.settings.site_name
    words = f"What {site} has published about {topic.title}."
    return Channel(
        feed_url="",
        guid="",
        title=f"{topic.title} · {site}",
        link=platform.url(f"topics/{topic.slug}"),
        description=topic.description or words,
        language=show.language if show else "en",
        changed_at=now(),
        image_url=_artwork(platform, show),
        categories=_categories(show),
        author=site,
        explicit=any(show.explicit for show in shows),
    )


def _show_channel(
    platform: Platform,
    show: Show,
    page: Page,
    *,
    as_film: bool = False,
    guid: str = "",
) -> Channel:
    episodes = page.episodes
    path = show.video_feed_path if as_film else show.feed_path
    license = document.License(show.license, show.license_url) if show.license else None
    verification = document.Note(show.verification, "verify")
    return Channel(
        feed_url=platform.url(archive_path(path, page.number)),
        paging=paging(platform, path, page),
        hubs=_hubs(platform, page),
        guid=guid if as_film else show.podcast_guid,
        title=f"{show.title} (video)" if as_film else show.title,
        link=platform.url(f"shows/{show.slug}"),
        description=show.description,
        language=show.language,
        changed_at=_newest_change(episodes, show.created_at),
        image_url=_artwork(platform, show),
        categories=_categories(show),
        author=show.author,
        owner_email=show.email,
        copyright=show.copyright,
        explicit=show.explicit,
        # Apple refuses a serial of which one episode has no number.
        is_serial=show.is_serial and all(e.number for e in episodes),
        is_locked=show.locked,
        medium="video" if as_film else show.medium,
        license=license,
        notes=(verification,) if show.verification else (),
        new_feed_url=_new_feed_url(platform, show, path),
        tags=_tags(platform, show),
        items=_items(platform, page, as_film=as_film),
    )


def _new_feed_url(platform: Platform, show: Show, path: str) -> str:
    if show.departure is not None:
        return show.departure.new_feed_url
    # Apps that followed it here learn that this address is the new one.
    return platform.url(path) if show.moved_in else ""


def _tags(platform: Platform, show: Show) -> ChannelTags:
    session = object_session(show)
    tags = tags_of(platform, show, network_of(session, platform))
    if session is None:
        return tags
    is_heard = Episode.renditions.any(Rendition.kind == Kind.SOUND)
    trailers = visible_in(show).where(Episode.kind == "trailer", is_heard)
    newest = trailers.order_by(Episode.published_at.desc(), Episode.id)
    found = session.scalars(newest.limit(MOST_TRAILERS)).all()
    return replace(
        tags,
        trailers=tuple(_trailer(platform, e) for e in found if e.rendition(Kind.SOUND)),
        live=tuple(_live(platform, show, i) for i in coming(session, show.id)),
    )


def _live(platform: Platform, show: Show, item: LiveItem) -> Live:
    return Live(
        guid=item.id,
        title=item.title,
        status=item.status,
        starts_at=item.starts_at,
        ends_at=item.ended_at,
        url=item.stream_url,
        content_type=item.content_type,
        page=item.page_url or platform.url(f"shows/{show.slug}"),
    )


def _trailer(platform: Platform, episode: Episode) -> Trailer:
    main, *_ = enclosures(platform, episode)
    return Trailer(
        title=episode.title,
        url=main.url,
        published_at=episode.published_at or episode.created_at,
        size=main.size,
        content_type=main.content_type,
        season=episode.season,
    )


def _hubs(platform: Platform, page: Page) -> tuple[str, ...]:
    return () if page.number else hubs(platform)  # an archive hardly ever changes


def _items(
    platform: Platform, page: Page, *, as_film: bool = False, is_guest: bool = False
) -> tuple[Item, ...]:
    full = (
        _item(platform, episode, as_film=as_film, is_guest=is_guest)
        for episode in page.full
    )
    brief = (_brief(platform, older, as_film=as_film) for older in page.brief)
    return (*full, *brief)


def _brief(platform: Platform, older: Brief, *, as_film: bool) -> Item:
    return Item(
        guid=older.guid,
        title=older.title,
        link=platform.url(f"episodes/{older.slug}"),
        published_at=older.published_at,
        enclosure=brief_enclosure(platform, older, as_film=as_film),
        summary=older.summary,
        duration_seconds=older.sound.duration_seconds if older.sound else None,
        explicit=older.explicit,
        season=older.season,
        number=older.number,
        kind=older.kind,
        is_brief=True,
    )


def _item(
    platform: Platform,
    episode: Episode,
    *,
    as_film: bool = False,
    is_guest: bool = False,
) -> Item:
    page, show = platform.url(f"episodes/{episode.slug}"), episode.show
    sound = episode.rendition(Kind.SOUND)
    artwork = episode.rendition(Kind.ARTWORK)
    main, *alternates = enclosures(platform, episode, as_film=as_film)
    told = told_of(platform, episode)
    origin = document.Origin(platform.url(show.feed_path), show.title)
    return Item(
        guid=episode.guid,
        title=episode.title,
        link=page,
        published_at=episode.published_at or episode.created_at,
        enclosure=main,
        alternates=tuple(alternates),
        summary=episode.summary,
        notes_html=episode.notes_html,
        author=show.author if is_guest else "",
        duration_seconds=sound.duration_seconds if sound else None,
        image_url=platform.storage.public_url(artwork.key) if artwork else "",
        explicit=episode.explicit or show.explicit,
        season=episode.season,
        number=episode.number,
        kind=episode.kind,
        credits=tuple(_credit(credit) for credit in episode.credits),
        transcripts=transcripts(page, episode.transcript),
        chapters=chapters(platform, episode),
        chapters_url=f"{page}/chapters.json" if episode.chapters else "",
        license=told.license,
        origin=origin if is_guest else None,
        notes=told.notes,
        tags=told.tags,
    )


def _newest_change(
    episodes: Sequence[Episode | Brief], otherwise: datetime
) -> datetime:
    return max((episode.changed_at for episode in episodes), default=otherwise)


def _artwork(platform: Platform, show: Show | None) -> str:
    key = show.artwork_key if show else None
    return platform.storage.public_url(key) if key else ""


def _categories(show: Show | None) -> tuple[tuple[str, str], ...]:
    return ((show.category, show.subcategory),) if show else ((_HEALTH, ""),)


def _credit(credit: Credit) -> document.Credit:
    person = credit.person
    return document.Credit(person.name, credit.role, credit.group, person.link)


def _oldest_show() -> Select[Show]:
    return select(Show).order_by(Show.created_at, Show.id).limit(1)
