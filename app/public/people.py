"""People who are heard."""

from fastapi import Request
from fastapi.responses import Response

from app.actions import catalogue
from app.page.rendering import render
from app.page.request import Reading
from app.page.routing import Reader

router = Reader()


@router.at("/people/{person}")
def person(request: Request, person: str, session: Reading) -> Response:
    """Somebody, and the episodes in which they are heard."""
    found = catalogue.person_by_slug(session, person)
    return render(
        request,
        "public/person.html",
        person=found,
        episodes=catalogue.episodes_with(session, found),
    )
