"""The front page."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import catalogue
from app.page.rendering import render
from app.page.request import Reading

router = APIRouter()


@router.get("/")
def home(request: Request, session: Reading) -> Response:
    """What this is, what is new, what it is about."""
    return render(
        request,
        "public/home.html",
        latest=catalogue.latest(session, limit=9),
        topics=catalogue.topics(session),
        shows=catalogue.shows(session),
    )
