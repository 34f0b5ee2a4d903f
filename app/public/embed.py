"""The player inside other people's pages."""

from fastapi import Request
from fastapi.responses import Response

from app.actions import catalogue
from app.page.rendering import render
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
