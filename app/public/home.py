"""The front page."""

from fastapi import Request
from fastapi.responses import Response

from app.actions import catalogue
from app.page.rendering import render
from app.page.request import Reading
from app.page.routing import Reader

router = Reader()


@router.at("/")
def home(request: Request, session: Reading) -> Response:
    """What this is, what is new, what it is about."""
    latest = catalogue.latest(session, limit=9)
    # A handful of episodes needs no guide: it would only show the same twice.
    is_large = len(latest) > 6
    return render(
        request,
        "public/home.html",
        beginnings=catalogue.beginnings(session) if is_large else [],
        latest=latest,
        topics=catalogue.topics(session),
        shows=catalogue.shows(session),
    )
