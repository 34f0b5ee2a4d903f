"""Shows, and how to subscribe to them."""

import io

import segno
from fastapi import Request
from fastapi.responses import Response

from app.actions import catalogue
from app.models import Show
from app.page.rendering import render
from app.page.request import PlatformDep, Reading
from app.page.routing import Reader
from app.platform import Platform
from app.public.subscribing import apps_for

router = Reader()


@router.at("/shows")
def shows(request: Request, session: Reading) -> Response:
    """Every show."""
    return render(request, "public/shows.html", shows=catalogue.shows(session))


@router.at("/shows/{show}")
def show(
    request: Request, show: str, session: Reading, platform: PlatformDep
) -> Response:
    """One show: its apps, its episodes."""
    found = catalogue.show_by_slug(session, show)
    episodes = catalogue.episodes_of(session, found)
    feed_url = _feed_url(platform, found)
    return render(
        request,
        "public/show.html",
        show=found,
        episodes=episodes,
        has_videos=any(episode.is_video for episode in episodes),
        feed_url=feed_url,
        apps=apps_for(feed_url, found.title),
    )


@router.at("/shows/{show}/qr.svg")
def qr_code(show: str, session: Reading, platform: PlatformDep) -> Response:
    """The feed address as a QR code, for the phone beside the computer."""
    found = catalogue.show_by_slug(session, show)
    drawn = io.BytesIO()
    code = segno.make(_feed_url(platform, found), error="m")
    code.save(drawn, kind="svg", scale=4, border=2, light="#fff", xmldecl=False)
    cached = {"Cache-Control": "public, max-age=86400"}
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers=cached)


def _feed_url(platform: Platform, show: Show) -> str:
    # Whoever comes now need not come along twice.
    left = show.departure
    return left.new_feed_url if left else platform.url(show.feed_path)
