"""One episode: to hear, to watch, to read."""

from fastapi import Request
from fastapi.responses import Response

from app.actions import catalogue
from app.page.rendering import render
from app.page.request import PlatformDep, Reading
from app.page.routing import Reader
from app.public.episode_data import described
from app.public.oembed import player_frame
from app.public.playing import Playing, moment

router = Reader()


@router.at("/episodes/{slug}")
def episode(
    request: Request,
    slug: str,
    session: Reading,
    platform: PlatformDep,
    t: str = "",
) -> Response:
    """The page of an episode; `?t=93` begins there."""
    found = catalogue.episode_by_slug(session, slug)
    playing = Playing(found, platform, begins_at=moment(t))
    return render(
        request,
        "public/episode.html",
        episode=found,
        playing=playing,
        frame=player_frame(found, platform),
        data=described(found, playing, platform),
        more=catalogue.similar_to(session, found),
    )
