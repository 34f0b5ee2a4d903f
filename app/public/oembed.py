"""How other sites embed what is here, when they ask for it (oembed.com)."""

from collections.abc import Callable
from typing import Any

from fastapi import Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.actions import catalogue
from app.errors import NotFound
from app.models import Episode
from app.page.rendering import environment
from app.page.request import PlatformDep, Reading
from app.page.routing import Reader
from app.platform import Platform
from app.public.playing import Playing

router = Reader()

_WIDEST = 720  # pixels
_SOUND_HEIGHT = 180  # pixels

_TITLED: dict[str, Callable[[Session, str], str]] = {
    "shows": lambda session, name: catalogue.show_by_slug(session, name).title,
    "topics": lambda session, name: catalogue.topic_by_slug(session, name).title,
    "people": lambda session, name: catalogue.person_by_slug(session, name).name,
}
_LISTS = {"", "shows", "videos", "topics", "search"}


@router.at("/oembed")
def oembed(
    session: Reading,
    platform: PlatformDep,
    url: str,
    maxwidth: int = Query(default=_WIDEST, ge=120),
) -> Response:
    """An episode as a player, any other page as a link with a name."""
    folder, _, name = _path(url, platform).partition("/")
    facts = {
        "version": "1.0",
        "provider_name": platform.settings.site_name,
        "provider_url": platform.settings.public_url,
    }
    if folder == "episodes":
        found = catalogue.episode_by_slug(session, name)
        facts |= _player(found, platform, min(maxwidth, _WIDEST))
    else:
        title = _title(session, folder, name) or platform.settings.site_name
        facts |= {"type": "link", "title": title}
    return JSONResponse(facts, headers={"Access-Control-Allow-Origin": "*"})


def _path(url: str, platform: Platform) -> str:
    here = platform.url("")
    address = url.partition("#")[0].partition("?")[0].rstrip("/") + "/"
    if not address.startswith(here):
        raise NotFound("Only pages of this site can be embedded.")
    return address.removeprefix(here).rstrip("/")


def _title(session: Session, folder: str, name: str) -> str:
    if not name and folder in _LISTS:
        return ""
    if folder not in _TITLED:
        raise NotFound("There is no such page here.")
    return _TITLED[folder](session, name)


def _player(episode: Episode, platform: Platform, width: int) -> dict[str, Any]:
    playing = Playing(episode, platform)
    picture = {"thumbnail_url": playing.poster} if playing.poster else {}
    return picture | {
        "type": "video" if playing.is_video else "rich",
        "title": episode.title,
        "author_name": episode.show.title,
        "width": width,
        "height": _height(episode, width),
        "html": player_frame(episode, platform, width),
    }


def player_frame(episode: Episode, platform: Platform, width: int = _WIDEST) -> str:
    """The HTML that other sites put in."""
    frame = environment("en").from_string(
        '<iframe src="{{ url }}" title="{{ title }}" width="{{ width }}" '
        'height="{{ height }}" loading="lazy" '
        'allow="fullscreen; picture-in-picture"></iframe>'
    )
    return frame.render(
        url=platform.url(f"embed/{episode.slug}"),
        title=episode.title,
        width=width,
        height=_height(episode, width),
    )


def _height(episode: Episode, width: int) -> int:
    return width * 9 // 16 if episode.is_video else _SOUND_HEIGHT
