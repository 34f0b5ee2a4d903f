"""One episode: to hear, to watch, to read."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import catalogue
from app.page.rendering import render
from app.page.request import PlatformDep, Reading
from app.public.episode_data import described
from app.public.playing import Playing

router = APIRouter()


@router.get("/episodes/{slug}")
def episode(
    request: Request,
    slug: str,
    session: Reading,
    platform: PlatformDep,
    t: float = 0.0,
) -> Response:
    """The page of an episode; `?t=93` begins there."""
    found = catalogue.episode_by_slug(session, slug)
    playing = Playing(found, platform, begins_at=max(0.0, t))
    return render(
        request,
        "public/episode.html",
        episode=found,
        playing=playing,
        data=described(found, playing, platform),
        more=catalogue.similar_to(session, found),
    )
