"""Topics: films and podcasts together."""

from typing import Literal

from fastapi import Request
from fastapi.responses import Response

from app.actions import catalogue
from app.page.rendering import render
from app.page.request import Reading
from app.page.routing import Reader

router = Reader()


@router.at("/topics")
def topics(request: Request, session: Reading) -> Response:
    """Everything that people talk about here."""
    return render(request, "public/topics.html", topics=catalogue.topics(session))


@router.at("/topics/{topic}")
def topic(
    request: Request,
    topic: str,
    session: Reading,
    kind: Literal["", "video", "podcast"] = "",
) -> Response:
    """One topic; `?kind=` leaves only films or only podcasts."""
    found = catalogue.topic_by_slug(session, topic)
    return render(
        request,
        "public/topic.html",
        topic=found,
        kind=kind,
        episodes=catalogue.episodes_about(session, found, kind),
        others=[other for other in catalogue.topics(session) if other is not found],
    )
