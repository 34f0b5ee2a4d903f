"""The player inside other people's pages."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import Query, Request
from fastapi.responses import JSONResponse, Response

from app.actions import catalogue
from app.errors import NotFound
from app.page.rendering import environment, render
from app.page.request import PlatformDep, Reading
from app.page.routing import Reader
from app.public.playing import Playing, moment

router = Reader()


@router.at("/embed/{slug}")
def embed(
    request: Request,
    slug: str,
    session: Reading,
    platform: PlatformDep,
    t: str = "",
) -> Response:
    """The player alone; it may stand in a frame on any site."""
    found = catalogue.episode_by_slug(session, slug)
    playing = Playing(found, platform, begins_at=moment(t))
    return render(request, "public/embed.html", episode=found, playing=playing)


@router.at("/oembed")
def oembed(
    session: Reading,
    platform: PlatformDep,
    url: str,
    maxwidth: int = Query(default=720, ge=120),
) -> Response:
    """The same for sites that ask how to embed an address (oembed.com)."""
    prefix = urlsplit(platform.url("episodes/")).path
    path = urlsplit(url).path
    if not url.startswith(platform.url("")) or not path.startswith(prefix):
        raise NotFound("Only episodes can be embedded.")
    found = catalogue.episode_by_slug(session, path.removeprefix(prefix))
    playing = Playing(found, platform)
    width = min(maxwidth, 720)
    height = width * 9 // 16 if playing.is_video else 180
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "video" if playing.is_video else "rich",
        "title": found.title,
        "author_name": found.show.title,
        "provider_name": platform.settings.site_name,
        "provider_url": platform.settings.public_url,
        "width": width,
        "height": height,
        "html": _frame(platform.url(f"embed/{found.slug}"), found.title, width, height),
    }
    if playing.poster:
        answer |= {"thumbnail_url": playing.poster}
    return JSONResponse(answer, headers={"Access-Control-Allow-Origin": "*"})


def _frame(url: str, title: str, width: int, height: int) -> str:
    frame = environment("en").from_string(
        '<iframe src="{{ url }}" title="{{ title }}" width="{{ width }}" '
        'height="{{ height }}" loading="lazy" '
        'allow="fullscreen; picture-in-picture"></iframe>'
    )
    return frame.render(url=url, title=title, width=width, height=height)
