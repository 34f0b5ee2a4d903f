"""All films."""

from fastapi import Request
from fastapi.responses import Response

from app.actions import catalogue
from app.page.rendering import render
from app.page.request import Reading
from app.page.routing import Reader

router = Reader()


@router.at("/videos")
def videos(request: Request, session: Reading) -> Response:
    """Every film, newest first."""
    return render(request, "public/videos.html", videos=catalogue.videos(session))
